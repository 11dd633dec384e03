/** Deleting from this device, at the screen: two accounts in one browser, the built server. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openWindow, type Window } from './browser.js'
import { eventually } from './eventually.js'
import { PASSWORD, register, startAnew, unlock } from './person.js'
import { type ServerProcess, startServer } from './server.js'

let server: ServerProcess
let window: Window

beforeAll(async () => {
  server = await startServer()
  window = await openWindow(server.origin)
})

afterAll(async () => {
  await window?.close()
  await server?.end()
})

const click = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()

/** Runs in the page: names of all that the origin keeps. */
async function kept(): Promise<string[]> {
  const databases = (await indexedDB.databases()).map(({ name }) => `database ${name}`)
  const root = await navigator.storage.getDirectory()
  const files: string[] = []
  for await (const name of (root as unknown as { keys(): AsyncIterable<string> }).keys()) files.push(`file ${name}`)
  const stores = [...Object.keys(localStorage), ...Object.keys(sessionStorage)].map((name) => `item ${name}`)
  const workers = (await navigator.serviceWorker.getRegistrations()).map(({ scope }) => `worker ${scope}`)
  const caches = (await globalThis.caches.keys()).map((name) => `cache ${name}`)
  return [...databases, ...files, ...stores, ...workers, ...caches]
}

const vaults = (page: Page) =>
  page.evaluate(async () => (await indexedDB.databases()).filter(({ name }) => name?.startsWith('solo2 vault')).length)

async function registerAnother(page: Page, username: string, displayName: string): Promise<void> {
  await click(page, 'Settings')
  await click(page, 'Log out')
  await click(page, 'Another account')
  await register(page, username, displayName)
}

describe('deleting from this device', () => {
  test('[V12] amy clears her data: bob, in the same browser, keeps his history', async () => {
    const { page } = window
    await page.goto(server.origin)
    await register(page, 'bob', 'Bob')
    await registerAnother(page, 'amy', 'Amy')
    await eventually(() => vaults(page)).toBe(2)
    await click(page, 'Settings')
    await click(page, 'Clear my data')
    // The way back has the focus.
    await eventually(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Cancel')
    await click(page, 'Cancel')
    await click(page, 'Clear my data')
    await click(page, 'Clear my data now')
    await page.getByRole('heading', { name: 'Locked' }).waitFor()
    await eventually(() => vaults(page)).toBe(1)
    await page.getByText('bob', { exact: true }).waitFor()
    await unlock(page)
    await page.getByRole('heading', { name: 'Contacts' }).waitFor({ state: 'attached' })
  })

  test('[V13] a reset that is cut short is finished by the next start; nothing of any account is left', async () => {
    const { page } = window
    await registerAnother(page, 'carl', 'Carl')
    await click(page, 'Settings')
    await page.getByRole('radio', { name: 'Dark' }).check()
    // The page ends while the first vault is deleted: the mark is there, the rest too.
    await page.evaluate(() => localStorage.setItem('solo2.reset', 'running'))
    await page.reload()
    await page.getByRole('button', { name: 'Create an account' }).waitFor()
    await eventually(() => page.evaluate(kept)).toEqual([])
  })

  test('[V13] the emergency reset asks twice, and takes a vault along that another tab has open', async () => {
    const { page } = window
    await register(page, 'dora', 'Dora')
    const other = await window.context.newPage()
    await other.goto(server.origin)
    await click(other, 'Another account')
    await register(other, 'emil', 'Emil')
    await click(page, 'Settings')
    await click(page, 'Emergency reset')
    await click(page, 'Go on')
    await click(page, 'Erase everything now')
    await page.getByRole('button', { name: 'Create an account' }).waitFor()
    await other.close()
    await eventually(() => page.evaluate(kept)).toEqual([])
    await click(page, 'Log in')
    await page.getByLabel('Username').fill('dora')
    await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await click(page, 'Log in')
    await startAnew(page)
    await page.getByText('Nobody here yet').first().waitFor()
    expect(await vaults(page)).toBe(1)
  })
})
