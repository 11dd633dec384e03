/** Locks at the screen: after idle, for another tab, and maximum security mode. One browser, the built server. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openWindow, type Window } from './browser.js'
import { register, unlock } from './person.js'
import { type ServerProcess, startServer } from './server.js'

let server: ServerProcess
let window: Window
let page: Page
let words: string[]

beforeAll(async () => {
  server = await startServer()
  window = await openWindow(server.origin)
  page = window.page
  await page.goto(server.origin)
  words = await register(page, 'lena', 'Lena')
})

afterAll(async () => {
  await window?.close()
  await server?.end()
})

const click = (name: string) => page.getByRole('button', { name, exact: true }).click()
const isOpen = () => page.getByRole('heading', { name: 'Contacts' }).waitFor({ state: 'attached' })

/** Runs in the page. */
const kept = () => ({
  local: Object.keys(localStorage),
  session: Object.keys(sessionStorage),
  cookies: document.cookie,
})

/** The steps stand on each other: one story. */
describe('locks', () => {
  test('[V1] a second tab takes the vault over: the first one locks before, and says why', async () => {
    const first = page
    const second = await window.context.newPage()
    await second.goto(server.origin)
    await unlock(second)
    await second.getByRole('button', { name: 'Use it here' }).click()
    await second.getByRole('heading', { name: 'Contacts' }).waitFor({ state: 'attached' })
    await first.getByText('another tab uses the vault now').waitFor()
    expect(await first.content()).not.toContain('Nobody here yet')
    await first.close()
    page = second
  })

  test('[V18] it locks after idle, also when the device slept: the first touch finds it locked', async () => {
    await click('Settings')
    await page.getByRole('radio', { name: '1 minute' }).check()
    await page.evaluate(() => {
      const now = Date.now
      Date.now = () => now() + 59_000
    })
    await page.mouse.move(10, 10)
    expect(await page.getByRole('heading', { name: 'Locked' }).count()).toBe(0)
    await page.evaluate(() => {
      const now = Date.now
      Date.now = () => now() + 60_000
    })
    await page.mouse.move(20, 20)
    await page.getByRole('heading', { name: 'Locked' }).waitFor()
    await page.getByText('nobody used it for a while').waitFor()
    await page.reload()
    await unlock(page)
    await isOpen()
    await click('Settings')
    expect(await page.getByRole('radio', { name: '1 minute' }).isChecked()).toBe(true)
  })

  test('[V17] maximum security: nothing in the stores of the browser, and the words alone give no session', async () => {
    await page.getByRole('radio', { name: 'Never' }).check()
    const mode = page.locator('[aria-labelledby=maximum-security]').getByRole('button')
    await mode.click()
    await page.getByText('Maximum security is on.', { exact: true }).waitFor()
    await page.getByText('They are off: maximum security is on.').waitFor()
    expect(await page.getByRole('radio', { name: '15 minutes' }).isChecked()).toBe(true)
    expect(await page.getByRole('radio', { name: 'Never' }).count()).toBe(0)
    expect(await page.evaluate(kept)).toEqual({ local: [], session: [], cookies: '' })

    await page.reload()
    await click('Use the 24 words')
    await page.getByLabel('The 24 words').fill(words.join(' '))
    await click('Open')
    await isOpen()
    await page.getByText('Your session has ended').waitFor()
    await page.reload()
    await unlock(page)
    await isOpen()
    await click('Settings')
    await page.getByText('Maximum security is on.', { exact: true }).waitFor()
    expect(await page.locator('[data-banner=over]').count()).toBe(0)
    expect(await page.evaluate(kept)).toEqual({ local: [], session: [], cookies: '' })
    await mode.click()
    await page.getByText('Maximum security is off.').waitFor()
  })
})
