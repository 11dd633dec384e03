/** Two browsers of one person, and a contact: a code, a person who approves, one history, a server that is killed in between. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { show } from './axe.js'
import { openWindow, type Window } from './browser.js'
import { type CommandLine, commandLine, type Running } from './command-line.js'
import { eventually } from './eventually.js'
import {
  ask,
  delivered,
  openConversation,
  openNotes,
  ownCode,
  PASSWORD,
  register,
  say,
  startAnew,
  unlock,
} from './person.js'
import { type ServerProcess, startServer } from './server.js'

let server: ServerProcess
let lena: Window
let second: Window
let ben: Window
let tool: CommandLine

beforeAll(async () => {
  server = await startServer()
  lena = await openWindow(server.origin)
  ben = await openWindow(server.origin, { width: 360, height: 740 })
  second = await openWindow(server.origin, { width: 360, height: 740 })
  tool = await commandLine(PASSWORD)
  await Promise.all([lena, ben, second].map(({ page }) => page.goto(server.origin)))
  await Promise.all([register(lena.page, 'lena', 'Lena'), register(ben.page, 'ben', 'Ben')])
  const code = await ownCode(ben.page)
  await ownCode(lena.page)
  await ask(lena.page, code)
  await ben.page.getByRole('button', { name: 'Back' }).click()
  await ben.page.getByRole('button', { name: 'Accept' }).click()
  await lena.page.getByText('is now your contact').waitFor({ timeout: 60_000 })
})

afterAll(async () => {
  await tool?.end()
  await lena?.close()
  await second?.close()
  await ben?.close()
  await server?.end()
})

const click = (page: Page, name: string) => page.getByRole('button', { name, exact: true }).click()
const texts = (page: Page) => page.locator('.bubble').allTextContents()

async function logIn(page: Page): Promise<void> {
  await click(page, 'Log in')
  await page.getByLabel('Username').fill('lena')
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD)
  await click(page, 'Log in')
  await page.getByRole('heading', { name: 'This account lives on another device' }).waitFor()
}

async function showCode(page: Page): Promise<string[]> {
  await click(page, 'Show a code')
  await page.getByTestId('device-code').waitFor()
  return page.getByTestId('device-code').locator('.word').allTextContents()
}

/** Both sides tell why it did not come to that. */
async function asksToComeIn(joining: Running): Promise<void> {
  const isOver = joining.ended.then((code) => Promise.reject(new Error(`solo2 join ended with ${code}`)))
  try {
    await Promise.race([lena.page.getByText('calls itself').waitFor(), isOver])
  } catch (cause) {
    const shown = await lena.page.locator('body').textContent()
    throw new Error(`nobody asked; solo2 said ${JSON.stringify(joining.facts)}; the page shows ${shown}`, { cause })
  }
}

/** Long enough to come in several batches (spec/11 section 9). */
const LONG = Array.from({ length: 8 }, (_, n) => `${n} `.repeat(15_000))

/** The steps stand on each other: one story. */
describe('two devices of one person', () => {
  test('[V16] a device without a vault is offered all by another one; nothing is published before the person decided', async () => {
    for (const text of LONG) await say(ben.page, text)
    await say(ben.page, 'That was all')
    await delivered(ben.page, 'That was all')
    await openConversation(lena.page, 'Ben')
    await say(lena.page, 'I have read it')
    await delivered(lena.page, 'I have read it')

    await logIn(second.page)
    await show(second.page, 'real-undecided.phone.light')
    await click(second.page, 'Join another device')
    await click(lena.page, 'Settings')
    await click(lena.page, 'Devices and sync')
    const wrong = await showCode(lena.page)
    await second.page
      .getByLabel('The six words')
      .fill([...wrong.slice(0, 5), wrong[5] === 'zoo' ? 'zone' : 'zoo'].join(' '))
    await second.page.getByLabel('Name of the device').fill('Telephone')
    await click(second.page, 'Join')
    await lena.page.getByText('Another code was tried').waitFor()
    await second.page.getByText('This is not the code').waitFor()

    const words = await showCode(lena.page)
    await second.page.getByLabel('The six words').fill(words.join('  ').toUpperCase())
    await click(second.page, 'Join')
    await lena.page.getByText('calls itself').waitFor()
    expect(await lena.page.locator('[role=alertdialog]').textContent()).toContain('Telephone')
    await show(lena.page, 'real-device-asks.desktop.light')
    await click(lena.page, 'Let it in')
    await second.page.getByRole('heading', { name: 'Contacts' }).waitFor()
  })

  test('[V15] [V16] the second one has the whole history in the same order; what either writes or gets is on both', async () => {
    await openConversation(second.page, 'Ben')
    await eventually(() => texts(second.page)).toHaveLength(LONG.length + 2)
    await openConversation(lena.page, 'Ben')
    expect(await texts(second.page)).toEqual(await texts(lena.page))

    await say(second.page, 'From the telephone')
    await lena.page.locator('.bubble', { hasText: 'From the telephone' }).waitFor()
    await ben.page.locator('.bubble', { hasText: 'From the telephone' }).waitFor()
    await say(ben.page, 'To whichever is here')
    for (const { page } of [lena, second]) await page.locator('.bubble', { hasText: 'To whichever' }).waitFor()
    await eventually(async () => (await texts(second.page)).join() === (await texts(lena.page)).join()).toBe(true)

    const mine = second.page.locator('.message', { hasText: 'From the telephone' })
    await mine.getByRole('button', { name: 'What to do with this message' }).click()
    await click(second.page, 'Edit')
    await second.page.locator('[data-composer]').fill('Corrected on the telephone')
    await second.page.keyboard.press('Enter')
    for (const { page } of [lena, ben]) await page.locator('.bubble', { hasText: 'Corrected on' }).waitFor()

    await second.page.getByRole('button', { name: 'Back' }).click()
    for (const { page } of [lena, second]) await openNotes(page)
    await second.page.getByPlaceholder('Note').fill('Noted on the telephone')
    await second.page.keyboard.press('Enter')
    await lena.page.locator('.bubble', { hasText: 'Noted on the telephone' }).waitFor()
    await openConversation(lena.page, 'Ben')
  })

  test('[V16] the command line joins too, the server is killed while it gets everything: all of it arrives', async () => {
    const before = await texts(lena.page)
    await second.page.close()
    await click(lena.page, 'Settings')
    await click(lena.page, 'Devices and sync')
    const words = await showCode(lena.page)
    const joining = tool.start('join', ...words, '--server', server.origin, '--user', 'lena', '--name', 'Robot')
    await asksToComeIn(joining)
    await click(lena.page, 'Let it in')
    // Once introduced, the two need nobody.
    await eventually(() => joining.facts.some(({ event }) => event === 'sync')).toBe(true)
    await server.kill()
    expect(await joining.next('joined')).toMatchObject({ username: 'lena', contacts: 1 })
    expect(await joining.ended).toBe(0)
    expect((await tool.run('messages', 'Ben', '--limit', '100')).map(({ text }) => text)).toEqual(before)
    expect(await tool.run('notes')).toMatchObject([{ event: 'note', text: 'Noted on the telephone' }])
    expect(await tool.run('note', '--text', 'Noted by Robot')).toMatchObject([{ text: 'Noted by Robot' }])
    const names = (await tool.run('devices')).map(({ name }) => name)
    expect(names.toSorted()).toEqual(['', 'Robot', 'Telephone'])
  })

  test('[V15] a device gets a name, and another is removed', async () => {
    await lena.page.getByRole('button', { name: /^Rename .*Telephone/u }).click()
    await lena.page.getByLabel('Name of the device').fill('Old telephone')
    await click(lena.page, 'Save')
    await lena.page.getByText('Old telephone').waitFor()
    await lena.page.getByRole('button', { name: /^Remove .*Robot/u }).click()
    await lena.page.getByText('It keeps what it has').waitFor()
    await click(lena.page, 'Remove it')
    await eventually(() => lena.page.locator('.device').count()).toBe(2)
  })

  test('[V14] [V16] whoever starts anew has a new identity: the contact has to be asked, and is warned', async () => {
    await server.again()
    second = { ...second, page: await second.context.newPage() }
    const { page } = second
    await page.goto(server.origin)
    await unlock(page)
    await click(page, 'Settings')
    await click(page, 'Clear my data')
    await click(page, 'Clear my data now')
    await page.getByRole('button', { name: 'Create an account' }).waitFor()
    await logIn(page)
    await startAnew(page)
    expect(await page.getByRole('button', { name: /^Ben/u }).count()).toBe(0)
    await ben.page.getByRole('button', { name: 'Back' }).click()
    const code = await ownCode(ben.page)
    await ben.page.getByRole('button', { name: 'Back' }).click()
    await ownCode(page)
    await ask(page, code)
    await ben.page.getByText('This is somebody else, or they set up Solo2 anew').waitFor({ timeout: 60_000 })
    await ben.page.getByRole('button', { name: 'Accept' }).click()
    await page.getByText('is now your contact').waitFor({ timeout: 60_000 })
  })
})
