/** The keyboard alone, and the focus going where the person goes; over the made-up SDK. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { axeFindings } from './axe.js'
import { openWindow, type Window } from './browser.js'
import { eventually } from './eventually.js'
import { type FakeClient, startFake } from './fake-client.js'
import { account } from './scenes/account.js'
import { tabProblems } from './tab-walk.js'

let fake: FakeClient
let window: Window

beforeAll(async () => {
  fake = await startFake()
  window = await openWindow(fake.origin, { bare: true })
})

afterAll(async () => {
  await window?.close()
  await fake?.close()
})

/** What has the focus, as a screen reader would name it. */
function focused(page: Page): Promise<string> {
  return page.evaluate(() => {
    const element = document.activeElement
    if (element === null || element === document.body) return ''
    return element.getAttribute('aria-label') ?? element.textContent?.trim() ?? element.tagName
  })
}

/** Presses Tab until what has the focus is named so. */
async function tabTo(page: Page, name: RegExp, key: 'Tab' | 'Shift+Tab' = 'Tab'): Promise<void> {
  for (let presses = 0; presses < 40; presses++) {
    if (name.test(await focused(page))) return
    await page.keyboard.press(key)
  }
  throw new Error(`no way by Tab to ${name}`)
}

describe('the keyboard alone', () => {
  test('opens the vault, reads, writes, breaks a line, looks at the path and comes back to where it was', async () => {
    const { page } = window
    await page.goto(`${fake.origin}/?scene=talk&vault`)
    await page.getByRole('heading', { name: 'Locked' }).waitFor()
    // The focus is in the field already.
    await eventually(() => page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('password')
    await page.keyboard.type('blue kettle 42')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: 'Contacts' }).waitFor()
    await tabTo(page, /^A?Ana Ribeiro/u)
    await page.keyboard.press('Enter')
    await eventually(() => focused(page)).toMatch(/^Message to/u)
    await page.keyboard.type('one')
    await page.keyboard.press('Shift+Enter')
    await page.keyboard.type('two')
    await page.keyboard.press('Enter')
    await eventually(() => page.locator('.bubble').last().textContent()).toBe('one\ntwo')
    expect(await focused(page)).toMatch(/^Message to/u)

    await tabTo(page, /^Path: direct/u, 'Shift+Tab')
    await page.keyboard.press('Enter')
    await page.locator('.conversation .popover').getByText('connected directly').waitFor()
    await page.keyboard.press('Escape')
    await page.locator('.conversation .popover').waitFor({ state: 'hidden' })
    expect(await focused(page)).toMatch(/^Path: direct/u)

    await page.goBack()
    await eventually(() => focused(page)).toMatch(/Ana Ribeiro/u)
  })

  test('every focus is seen: a ring stands around what has it', async () => {
    const { page } = window
    for (let presses = 0; presses < 12; presses++) {
      await page.keyboard.press('Tab')
      const ring = await page.evaluate(() => {
        const element = document.activeElement
        if (element === null || element === document.body) return 'body'
        const { outlineStyle, outlineWidth } = getComputedStyle(element)
        return `${outlineStyle} ${outlineWidth}`
      })
      if (ring !== 'body') expect(ring).toBe('solid 2px')
    }
  })

  test('a message that arrives is said once, politely', async () => {
    const { page } = window
    await page.evaluate(() => {
      const ana = globalThis.fake.me?.contacts[0]
      if (ana !== undefined) Object.assign(ana, { unread: 1, firstUnread: 99 })
      globalThis.fake.me?.emit('message', {
        id: 'new',
        contact: ana?.id ?? '',
        outgoing: false,
        state: 'received',
        writtenAt: Date.now(),
        position: 99,
        body: { kind: 'text', text: 'Are you there?' },
        edited: false,
        reactions: {},
      })
    })
    await eventually(() => page.locator('[data-spoken]').textContent()).toMatch(/Ana Ribeiro.*Are you there\?/u)
    expect(await page.locator('[data-spoken]').getAttribute('aria-live')).toBe('polite')
    await eventually(() => page.title()).toBe('(1) Solo2')
  })
})

test('a file dropped on a conversation is offered; dropped elsewhere it does not replace the page', async () => {
  const { page } = window
  const drop = (selector: string) =>
    page.evaluate((where) => {
      const dataTransfer = new DataTransfer()
      dataTransfer.items.add(new File(['abc'], 'dropped.html', { type: 'text/html' }))
      const event = new DragEvent('drop', { dataTransfer, bubbles: true, cancelable: true })
      document.querySelector(where)?.dispatchEvent(event)
      return event.defaultPrevented
    }, selector)
  expect(await drop('.list-pane')).toBe(true)
  await page.getByRole('button', { name: /^Cleo/u }).click()
  expect(await drop('.conversation')).toBe(true)
  await page.locator('.file-card', { hasText: 'dropped.html' }).waitFor()
  expect(await page.locator('.file-card').count()).toBe(1)
})

test('in a page that reads from right to left nothing leaves the screen and the panes change sides', async () => {
  const { page } = window
  await page.setViewportSize({ width: 1_000, height: 740 })
  await page.evaluate(() => {
    document.documentElement.dir = 'rtl'
  })
  const list = await page.locator('.list-pane').boundingBox()
  expect(list?.x).toBeGreaterThan(500)
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBeLessThanOrEqual(0)
})

test('a form takes the focus when it opens and gives it back when it closes; so does a question', async () => {
  const page = await window.context.newPage()
  await account['account']?.(page)
  await tabTo(page, /^Change the password$/u)
  await page.keyboard.press('Enter')
  await eventually(() => page.evaluate(() => document.activeElement?.getAttribute('name'))).toBe('password')
  await tabTo(page, /^Cancel$/u)
  await page.keyboard.press('Enter')
  await eventually(() => focused(page)).toBe('Change the password')
  await page.keyboard.press('Enter')
  await page.keyboard.type('wrong one')
  await page.keyboard.press('Enter')
  // What went wrong is said first.
  await eventually(() => focused(page)).toMatch(/^Username or password is wrong/u)

  await account['settings']?.(page)
  await tabTo(page, /^Emergency reset$/u)
  await page.keyboard.press('Enter')
  // A press too many goes back.
  await eventually(() => focused(page)).toBe('Cancel')
  await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await eventually(() => focused(page)).toBe('Cancel')
  await page.keyboard.press('Enter')
  await eventually(() => focused(page)).toBe('Emergency reset')
  await page.close()
})

test('the frame that moves the focus to a new screen comes late: who is in a field by then stays there', async () => {
  const page = await window.context.newPage()
  await page.addInitScript(() => {
    const frames: FrameRequestCallback[] = []
    Object.assign(globalThis, {
      requestAnimationFrame: (run: FrameRequestCallback) => frames.push(run),
      frame: () => {
        for (const run of frames.splice(0)) run(performance.now())
      },
    })
  })
  const frame = (): Promise<void> => page.evaluate('frame()')
  await page.goto('/')
  await page.getByRole('button', { name: 'Create an account' }).press('Enter')
  const username = page.getByLabel('Username')
  await username.waitFor()
  await frame()
  expect(await username.evaluate((field) => field === document.activeElement)).toBe(true)

  await page.getByRole('button', { name: 'Back' }).press('Enter')
  await page.getByRole('button', { name: 'Create an account' }).press('Enter')
  await page.getByLabel('Display name').focus()
  await frame()
  await page.keyboard.type('Lena')
  expect(await page.getByLabel('Display name').inputValue()).toBe('Lena')
  await page.close()
})

test('what the walk over all screens looks for, it finds', async () => {
  const page = await window.context.newPage()
  await page.goto('/')
  await page.getByRole('button', { name: 'Create an account' }).waitFor()
  expect(await tabProblems(page)).toEqual([])
  expect(await axeFindings(page)).toEqual([])
  await page.evaluate(() => {
    const add = (tag: string, text: string, set: Record<string, string> = {}): HTMLElement => {
      const element = document.createElement(tag)
      element.textContent = text
      for (const [name, value] of Object.entries(set)) element.setAttribute(name, value)
      document.querySelector('#app')?.append(element)
      return element
    }
    add('div', 'out of reach', { role: 'button' })
    add('div', 'in the way', { tabindex: '0' })
    add('button', 'no ring').style.outline = 'none'
    add('div', 'deaf', { role: 'button', tabindex: '0' })
    add('img', '', { src: '/icon.svg' })
  })
  const found = await tabProblems(page)
  expect(found.map((line) => line.replace(/(div|button) (?=[^"]*$)/u, ''))).toEqual([
    'not reached by Tab: button "out of reach"',
    'reached by Tab, but not interactive: in the way',
    'no ring: no ring',
    'does not act on the keyboard: deaf',
  ])
  expect((await axeFindings(page)).map((line) => line.split(' ')[0])).toContain('image-alt')
  await page.close()
})
