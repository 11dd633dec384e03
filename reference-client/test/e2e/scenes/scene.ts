/** How to reach a screen in one of its states, from nothing, by what a person does. */
import type { Page } from 'playwright-core'

/**
 * In English; whoever walks over the scenes turns them into other languages where they stand. A locator that it returns
 * is what the scene is about, where that may be out of sight.
 */
export type Scene = (page: Page) => Promise<unknown>
export type Scenes = Record<string, Scene>

export const INVITED = `#v1.7K3M9QXA4T.${'A'.repeat(64)}`

/** Of a published test vector. */
export const WORDS =
  'erase present expand convince muscle join palace figure tobacco rifle average scorpion name reject fit repair frequent glass champion hospital leaf north attitude hammer'

const prepared = new WeakSet<Page>()

/** Has this run in the page before its own scripts, from now on: whoever walks on takes another page. */
export async function before(page: Page, run: () => void): Promise<void> {
  prepared.add(page)
  await page.addInitScript(run)
}

export const isPrepared = (page: Page): boolean => prepared.has(page)

export const click = (page: Page, name: string): Promise<void> =>
  page.getByRole('button', { name, exact: true }).click()

/** Opens the vault over a scene of test/fake. */
export async function enter(page: Page, scene: string): Promise<void> {
  await page.goto(`/?scene=${scene}&vault`)
  await page.getByLabel('Password', { exact: true }).fill('blue kettle 42')
  await click(page, 'Open')
  await page.getByRole('heading', { name: 'Contacts' }).waitFor({ state: 'attached' })
}

export async function fillAccount(page: Page, username = 'lena'): Promise<void> {
  await page.getByLabel('Username').fill(username)
  await page.getByLabel('Display name').fill('Lena')
  await page.getByLabel('Password', { exact: true }).fill('blue kettle 42')
}
