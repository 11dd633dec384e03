/** What is done with messages and contacts: menu, answers, edits, places, search, the settings of a contact. */
import type { Locator, Page } from 'playwright-core'
import { ownNotes } from './notes.js'
import { click, enter, type Scenes } from './scene.js'

async function talk(page: Page): Promise<void> {
  await enter(page, 'exchange')
  await page.getByRole('button', { name: /Mia .walks/u }).click()
  await page.locator('.bubble', { hasText: 'And this.' }).waitFor()
}

async function menuOf(page: Page, text: string): Promise<Locator> {
  await talk(page)
  const message = page.locator('.message', { has: page.locator('.bubble', { hasText: text }) }).last()
  await message.getByRole('button', { name: 'What to do with this message' }).click()
  return message
}

export const exchange: Scenes = {
  ...ownNotes,
  exchange: talk,
  'exchange-menu': (page) => menuOf(page, 'This goes tomorrow.'),
  async 'exchange-reply'(page) {
    await menuOf(page, 'This goes tomorrow.')
    await click(page, 'Reply')
    await page.getByText('Reply to yourself').waitFor()
  },
  async 'exchange-remove'(page) {
    await menuOf(page, 'This goes tomorrow.')
    await click(page, 'Delete for both')
    return page.getByText('Delete this message here')
  },
  async 'exchange-edit'(page) {
    await menuOf(page, 'This goes tomorrow.')
    await click(page, 'Edit')
    await page.getByText('Edit your message').waitFor()
  },
  async 'exchange-place'(page) {
    await talk(page)
    return page.getByText('measured').first()
  },
  async 'blocked-path'(page) {
    await enter(page, 'blocked-path')
    await page.getByRole('button', { name: /Cleo Adeyemi/u }).click()
    await page.locator('.waiting-bar summary').click()
    return page.locator('.waiting-bar').getByText('this server has no mirror')
  },
  async search(page) {
    await enter(page, 'exchange')
    await page.getByLabel('Search messages and names').fill('sundays')
    await page.getByText('It was on Sundays').first().waitFor()
  },
  async 'search-indexing'(page) {
    await enter(page, 'exchange')
    await page.getByLabel('Search messages and names').fill('indexing')
    await page.getByText('being made anew').waitFor()
    await page.evaluate(() => globalThis.fake.me?.emit('search', { done: 38_400, total: 100_000 }))
    await page.getByText('38,400 of 100,000').waitFor()
  },
  async 'search-nothing'(page) {
    await enter(page, 'exchange')
    await page.getByLabel('Search messages and names').fill('zebra')
    await page.getByText('Nothing here begins').waitFor()
  },
  async 'contact-settings'(page) {
    await talk(page)
    await page.getByRole('button', { name: /^About this contact/u }).click()
    return page.getByText('Mute: no announcement')
  },
  async 'contact-delete'(page) {
    await talk(page)
    await page.getByRole('button', { name: /^About this contact/u }).click()
    await click(page, 'Delete contact')
    return page.getByText('with everything that you have')
  },
}
