/** What a person does at the screen, by what they see: labels, headings, texts. */
import type { Page } from 'playwright-core'
import { expect } from 'vitest'

export const PASSWORD = 'blue kettle 42'

/** Registers, writes the words down, types three of them back in another spelling. Returns the words. */
export async function register(page: Page, username: string, displayName: string): Promise<string[]> {
  await page.getByRole('button', { name: 'Create an account' }).click()
  await page.getByLabel('Username').fill(username)
  await page.getByLabel('Display name').fill(displayName)
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await page.getByRole('button', { name: 'Create account' }).click()
  await page.getByRole('heading', { name: 'Your 24 words' }).waitFor()
  const words = await page.locator('.words .word').allTextContents()
  expect(words).toHaveLength(24)
  await page.getByRole('button', { name: 'I have written them down' }).click()
  for (const field of await page.getByLabel(/^Word \d+$/u).all()) {
    const place = Number((await field.getAttribute('name'))?.slice('word-'.length))
    await field.fill(` ${words[place]?.toUpperCase()} `)
  }
  await page.getByRole('button', { name: 'Confirm' }).click()
  await page.locator('.open').waitFor()
  return words
}

/** On a new device of an account that has an identity elsewhere: nothing is fetched, a new identity is published. */
export async function startAnew(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Start anew' }).click()
  await page.getByRole('button', { name: 'Start anew with a new key' }).click()
  await page.getByRole('heading', { name: 'Contacts' }).waitFor({ state: 'attached' })
}

export async function ownCode(page: Page): Promise<string> {
  await page.getByRole('button', { name: 'Add a contact' }).first().click()
  return (await page.getByTestId('my-code').textContent()) ?? ''
}

/** Types the code as people do: small letters, blanks. The add screen is open. */
export async function ask(page: Page, code: string): Promise<void> {
  await page.getByLabel('Code', { exact: true }).fill(code.toLowerCase().replaceAll('-', ' '))
  await page.getByRole('button', { name: 'Ask' }).click()
  await page.getByText('Asked. Waiting for the answer.').waitFor()
}

/** Two people who have no account yet become contacts. Returns Ben's words. */
export async function meet(origin: string, lena: Page, ben: Page): Promise<string[]> {
  await Promise.all([lena.goto(origin), ben.goto(origin)])
  const [, words] = await Promise.all([register(lena, 'lena', 'Lena'), register(ben, 'ben', 'Ben')])
  const code = await ownCode(ben)
  await ownCode(lena)
  await ask(lena, code)
  await ben.getByRole('button', { name: 'Accept' }).click()
  await lena.getByText('is now your contact').waitFor({ timeout: 60_000 })
  return words
}

export async function openConversation(page: Page, name: string): Promise<void> {
  await page
    .getByRole('button', { name: new RegExp(`^${name}`, 'u') })
    .first()
    .click()
  await page.getByLabel(`Message to`).waitFor()
}

export async function openNotes(page: Page): Promise<void> {
  await page.getByRole('button', { name: /^Note to self/u }).click()
  await page.getByPlaceholder('Note').waitFor()
}

export async function say(page: Page, text: string): Promise<void> {
  await page.getByLabel(`Message to`).fill(text)
  await page.keyboard.press('Enter')
}

/** The message in the conversation, as the last one of that text. */
export function bubble(page: Page, text: string) {
  return page.locator('.message', { has: page.locator('.bubble', { hasText: text }) }).last()
}

/** It is at the other side, where it may have been read already. */
export async function delivered(page: Page, text: string): Promise<void> {
  await page.locator('.message:is([data-state=delivered], [data-state=read])', { hasText: text }).last().waitFor()
}

export function path(page: Page): Promise<string | null> {
  return page.locator('.conversation [data-path]').first().getAttribute('data-path')
}

/** On the locked screen. */
export async function unlock(page: Page, password = PASSWORD): Promise<void> {
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Open' }).click()
}
