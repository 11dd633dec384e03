/** What the owner does with the account, at the screen, against the built server: a browser, its restart, a second device. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openWindow, type Window } from './browser.js'
import { eventually } from './eventually.js'
import { PASSWORD, register, startAnew, unlock } from './person.js'
import { type ServerProcess, startServer } from './server.js'
import { storedRecords } from './stored.js'

const ANOTHER = 'green anchor 17'

let server: ServerProcess
let lena: Window
let words: string[]

beforeAll(async () => {
  server = await startServer()
  lena = await openWindow(server.origin, { width: 360, height: 740 })
  await lena.page.goto(server.origin)
  words = await register(lena.page, 'lena', 'Lena')
})

afterAll(async () => {
  await lena?.close()
  await server?.end()
})

const click = (window: Window, name: string) => window.page.getByRole('button', { name, exact: true }).click()
const fill = (window: Window, label: string, text: string) => window.page.getByLabel(label, { exact: true }).fill(text)

async function openAccount(window: Window): Promise<void> {
  await click(window, 'Settings')
  await click(window, 'Account and keys')
  await window.page.getByText('· this device').waitFor()
}

async function lockedAgain(window: Window): Promise<void> {
  await window.page.reload()
  await window.page.getByRole('heading', { name: 'Locked' }).waitFor()
}

describe('the own account at the screen', () => {
  test('[A5] [A6] another name, another code', async () => {
    await openAccount(lena)
    await click(lena, 'Change the name')
    await fill(lena, 'Display name', 'Lena Maria')
    await click(lena, 'Save')
    await lena.page.getByText('Your name is changed').waitFor()
    const code = lena.page.locator('.facts .code').first()
    const before = await code.textContent()
    await click(lena, 'New code')
    await click(lena, 'Draw a new code')
    await lena.page.getByText('finds nobody any more').waitFor()
    expect(await code.textContent()).not.toBe(before)
  })

  test('[V8] the words are shown after the password, and hidden again', async () => {
    await click(lena, 'Show the 24 words')
    await fill(lena, 'Present password', 'not the one')
    await click(lena, 'Show the words')
    await lena.page.getByText('Username or password is wrong').waitFor()
    await fill(lena, 'Present password', PASSWORD)
    await click(lena, 'Show the words')
    await eventually(() => lena.page.locator('.words .word').allTextContents()).toEqual(words)
    await click(lena, 'Hide the words')
    expect(await lena.page.locator('.words .word').count()).toBe(0)
  })

  test('[V6] [V15] the password is changed: a second device is told, signs in, and both open with the new one', async () => {
    const second = await openWindow(server.origin)
    await second.page.goto(server.origin)
    await click(second, 'Log in')
    await fill(second, 'Username', 'lena')
    await fill(second, 'Password', PASSWORD)
    await click(second, 'Log in')
    await startAnew(second.page)

    const before = await lena.page.evaluate(storedRecords)
    await click(lena, 'Change the password')
    await fill(lena, 'Present password', PASSWORD)
    await fill(lena, 'New password', ANOTHER)
    await click(lena, 'Change the password')
    await lena.page.getByText('Your password is changed').waitFor()
    const after = await lena.page.evaluate(storedRecords)
    expect(Object.keys(after)).toEqual(Object.keys(before))
    const changed = Object.keys(after).filter((name) => after[name] !== before[name])
    // The own record holds what logs in silently, which is made from the password.
    expect(changed.map((name) => name.split(' ').at(-1))).toEqual(['header/header', 'self/self'])

    await second.page.getByText('Your session has ended').waitFor({ timeout: 60_000 })
    await click(second, 'Sign in again')
    await second.page.locator('[data-focus=task-sign_in]').click()
    await fill(second, 'Present password', ANOTHER)
    await click(second, 'Sign in')
    await second.page.getByText('Your session has ended').waitFor({ state: 'detached' })
    for (const window of [lena, second]) {
      await lockedAgain(window)
      await unlock(window.page, ANOTHER)
      await window.page.getByRole('heading', { name: 'Contacts' }).waitFor({ state: 'attached' })
    }
    await second.close()
  })

  test('[V7] [V21] the server is gone, the password forgotten: the words open the vault; with the server they set another', async () => {
    await server.kill()
    await click(lena, 'Settings')
    await click(lena, 'Lock')
    await click(lena, 'Use the 24 words')
    await fill(lena, 'The 24 words', words.map((word, n) => `${n + 1}) ${word.toUpperCase()}`).join('\n'))
    await click(lena, 'Open')
    await lena.page.getByRole('heading', { name: 'Contacts' }).waitFor({ state: 'attached' })
    await server.again()
    await lockedAgain(lena)
    await click(lena, 'Use the 24 words')
    await fill(lena, 'The 24 words', words.join(' '))
    await fill(lena, 'New password', PASSWORD)
    await click(lena, 'Open')
    await lena.page.getByRole('heading', { name: 'Contacts' }).waitFor({ state: 'attached' })
    await lockedAgain(lena)
    await unlock(lena.page, PASSWORD)
    await lena.page.getByRole('heading', { name: 'Contacts' }).waitFor({ state: 'attached' })
  })

  test('[V7] on another device the words open the account', async () => {
    const third = await openWindow(server.origin)
    await third.page.goto(server.origin)
    await click(third, 'Open with your 24 words')
    await fill(third, 'Username', 'Lena')
    await fill(third, 'The 24 words', words.join(' ').replace(words[3] ?? '', 'palas'))
    await fill(third, 'New password', ANOTHER)
    await click(third, 'Open')
    await third.page.getByText('Word 4 is not in the list').waitFor()
    await fill(third, 'The 24 words', words.join(' '))
    await click(third, 'Open')
    await startAnew(third.page)
    await third.close()
  })

  test('[D1] the account is deleted, the vault stays', async () => {
    await lockedAgain(lena)
    await unlock(lena.page, PASSWORD)
    await lena.page.getByText('Your session has ended').waitFor()
    await click(lena, 'Sign in again')
    await click(lena, 'Delete the account')
    await fill(lena, 'Present password', ANOTHER)
    await click(lena, 'Delete it for good')
    await lena.page.getByText('The server has nothing of this account').waitFor()
    await lockedAgain(lena)
    // Signing in took the account's present password over.
    await unlock(lena.page, ANOTHER)
    await lena.page.getByRole('heading', { name: 'Contacts' }).waitFor({ state: 'attached' })
  })
})
