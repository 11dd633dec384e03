/** Reloads, wrong passwords, a dead server, a second tab, the keyboard alone: what happens on a second day. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { show } from './axe.js'
import { openWindow, type Window } from './browser.js'
import { eventually } from './eventually.js'
import { bubble, delivered, meet, openConversation, openNotes, say, unlock } from './person.js'
import { type ServerProcess, startServer } from './server.js'

let server: ServerProcess
let lena: Window
let ben: Window
let words: string[]

beforeAll(async () => {
  server = await startServer()
  lena = await openWindow(server.origin)
  ben = await openWindow(server.origin)
  words = await meet(server.origin, lena.page, ben.page)
  await openConversation(lena.page, 'Ben')
  await say(lena.page, 'First')
  await delivered(lena.page, 'First')
})

afterAll(async () => {
  await lena?.close()
  await ben?.close()
  await server?.end()
})

describe('coming back', () => {
  test('[C4] what is written while the other one is locked waits, says why, and goes out by itself when they are back', async () => {
    await ben.page.reload()
    await ben.page.getByRole('heading', { name: 'Locked' }).waitFor()
    await eventually(() => lena.page.locator('.conversation [data-path]').getAttribute('data-path')).toMatch(
      /away|connecting/u,
    )
    await say(lena.page, 'Second, for later')
    await eventually(() => bubble(lena.page, 'Second').getAttribute('data-state')).toBe('waiting')
    await lena.page.locator('[data-waits=contact]').waitFor()
    await show(lena.page, 'real-waiting.desktop.light')
    await lena.page.getByRole('button', { name: 'Try now' }).click()
    await eventually(() => bubble(lena.page, 'Second').getAttribute('data-state')).toBe('waiting')
    await unlock(ben.page)
    await openConversation(ben.page, 'Lena')
    await delivered(lena.page, 'Second, for later')
    await lena.page.locator('[data-waits]').waitFor({ state: 'detached' })
    await bubble(ben.page, 'Second, for later').waitFor()
    // Each once, in order.
    expect(await ben.page.locator('.bubble').allTextContents()).toEqual(['First', 'Second, for later'])
  })

  test('[T5] a page that is left while it sends asks for the file again, takes no other, and goes on', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'solo2-left-'))
    const bytes = randomBytes(40_000_000)
    const [path, other] = [join(folder, 'left.bin'), join(folder, 'other.bin')]
    await writeFile(path, bytes)
    await writeFile(other, bytes.subarray(1))
    const share = () => ben.page.locator('.file-card progress').getAttribute('value')
    const card = ({ page }: Window) => page.locator('.file-card', { hasText: 'left.bin' })
    await lena.page.setInputFiles('.composer input[type=file]', path)
    await card(ben).getByRole('button', { name: 'Accept' }).click()
    await eventually(async () => Number(await share())).toBeGreaterThan(0)
    await lena.page.reload()
    await unlock(lena.page)
    await openConversation(lena.page, 'Ben')
    await card(lena).getByText('Its bytes are needed again').waitFor()
    const had = Number(await share())
    expect(had).toBeGreaterThan(0)
    expect(had).toBeLessThan(1)
    await card(lena).locator('input[type=file]').setInputFiles(other)
    await lena.page.getByText('This is another file').waitFor()
    await card(lena).locator('input[type=file]').setInputFiles(path)
    await card(ben).getByRole('button', { name: 'Save' }).waitFor({ timeout: 90_000 })
    const [download] = await Promise.all([
      ben.page.waitForEvent('download'),
      card(ben).getByRole('button', { name: 'Save' }).click(),
    ])
    expect(bytes.equals(await readFile(await download.path()))).toBe(true)
    await rm(folder, { recursive: true })
  })

  test('a wrong password is told as such and opens nothing', async () => {
    await ben.page.reload()
    await unlock(ben.page, 'not the password')
    await ben.page.getByText('Username or password is wrong').waitFor()
    expect(await ben.page.getByRole('heading', { name: 'Contacts' }).count()).toBe(0)
  })

  test('[V21] the server is killed, the browser started anew: words or password open the vault; history, notes, search and queue are there', async () => {
    expect(ben.foreign).toEqual([])
    await ben.page.evaluate(async () => void (await navigator.serviceWorker.ready))
    await server.kill()
    const startAgain = async () => {
      await ben.stop()
      ben = await openWindow(server.origin, { profile: ben.profile })
      await ben.page.goto(server.origin)
      await ben.page.getByRole('heading', { name: 'Locked' }).waitFor()
    }
    await startAgain()
    await ben.page.getByRole('button', { name: 'Use the 24 words' }).click()
    await ben.page.getByLabel('The 24 words').fill(words.join(' '))
    await ben.page.getByRole('button', { name: 'Open', exact: true }).click()
    await openConversation(ben.page, 'Lena')
    await bubble(ben.page, 'Second, for later').waitFor()
    await ben.page.getByLabel('Search messages and names').fill('sec')
    await ben.page.locator('.hit mark', { hasText: /^Sec/u }).waitFor()
    await ben.page.getByRole('button', { name: 'End the search' }).click()
    await say(ben.page, 'Third, into the void')
    await eventually(() => bubble(ben.page, 'Third').getAttribute('data-state')).toBe('waiting')
    await openNotes(ben.page)
    for (const text of ['The boat leaves at six', 'Nobody reads this']) {
      await ben.page.getByPlaceholder('Note').fill(text)
      await ben.page.keyboard.press('Enter')
      await bubble(ben.page, text).waitFor()
    }
    await bubble(ben.page, 'Nobody reads this').getByRole('button', { name: 'What to do with this message' }).click()
    await ben.page.getByRole('button', { name: 'Delete', exact: true }).click()
    await ben.page.getByRole('button', { name: 'Delete now' }).click()
    await bubble(ben.page, 'Nobody reads this').waitFor({ state: 'detached' })

    await startAgain()
    await unlock(ben.page)
    await openNotes(ben.page)
    await bubble(ben.page, 'The boat leaves at six').waitFor()
    expect(await bubble(ben.page, 'Nobody reads this').count()).toBe(0)
    await show(ben.page, 'real-notes.desktop.light')
    await ben.page.getByLabel('Search messages and names').fill('boat')
    await ben.page.locator('.hit', { hasText: 'Note to self' }).locator('mark', { hasText: 'boat' }).waitFor()
    await ben.page.getByRole('button', { name: 'End the search' }).click()
    await openConversation(ben.page, 'Lena')
    await bubble(ben.page, 'First').waitFor()
    expect(await bubble(ben.page, 'Third').getAttribute('data-state')).toBe('waiting')
    await ben.page.getByLabel('Search messages and names').fill('void')
    await ben.page.locator('.hit mark', { hasText: 'void' }).waitFor()
    await ben.page.getByRole('button', { name: 'End the search' }).click()
    await ben.page.locator('[data-banner=away]').waitFor({ timeout: 20_000 })
    await ben.page.locator('[data-waits=server]').waitFor()
    await show(ben.page, 'real-server-gone.desktop.light')
    await server.again()
    await ben.page.locator('[data-banner=away]').waitFor({ state: 'detached', timeout: 60_000 })
    await delivered(ben.page, 'Third, into the void')
    await bubble(lena.page, 'Third, into the void').waitFor()
    expect(await lena.page.locator('.bubble', { hasText: 'Third, into the void' }).count()).toBe(1)
  })

  test('[V1] a second tab does not touch the vault, says why, and goes on by itself', async () => {
    const second = await ben.context.newPage()
    await second.goto(server.origin)
    // The vault is listed though another tab holds it; opening it is what has to wait.
    await unlock(second)
    await second.getByRole('heading', { name: 'Open in another tab' }).waitFor()
    await show(second, 'real-elsewhere.desktop.light')
    await ben.page.close()
    await second.getByRole('heading', { name: 'Contacts' }).waitFor({ timeout: 30_000 })
    ben = { ...ben, page: second }
  })

  test('logging out leaves the vault on this device and nothing of it on the screen', async () => {
    const { page } = ben
    await page.getByRole('button', { name: 'Settings' }).click()
    await page.getByRole('button', { name: 'Log out' }).click()
    await page.getByRole('heading', { name: 'Locked' }).waitFor()
    expect(await page.content()).not.toContain('Lena')
    await unlock(page)
    await page.getByRole('button', { name: /^Lena/u }).waitFor()
    expect(lena.foreign).toEqual([])
    expect(ben.foreign).toEqual([])
  })

  test('[V17] nothing but the theme is kept outside the vault', async () => {
    const kept = await ben.page.evaluate(() => ({
      local: Object.keys(localStorage),
      session: Object.keys(sessionStorage),
      cookies: document.cookie,
    }))
    expect(kept).toEqual({ local: [], session: [], cookies: '' })
    await ben.page.getByRole('button', { name: 'Settings' }).click()
    await ben.page.getByLabel('Dark', { exact: true }).check()
    expect(await ben.page.evaluate(() => JSON.stringify(localStorage))).toBe('{"solo2.theme":"dark"}')
  })
})
