/** Every screen and state over the made-up SDK: seen at phone and desktop size, light and dark; and checked for what a picture does not show. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { belowSight, lowContrasts, overflow, smallTargets } from './audit.js'
import { openWindow, type Window } from './browser.js'
import { eventually } from './eventually.js'
import { type FakeClient, startFake } from './fake-client.js'
import { shoot, writeIndex } from './gallery.js'

const SIZES = [
  { name: 'phone', width: 360, height: 740 },
  { name: 'desktop', width: 1_440, height: 900 },
] as const
const THEMES = ['light', 'dark'] as const

let fake: FakeClient
let origin: string

beforeAll(async () => {
  fake = await startFake()
  origin = fake.origin
})

afterAll(async () => {
  await fake?.close()
  await writeIndex()
})

const INVITED = `#v1.7K3M9QXA4T.${'A'.repeat(64)}`

/** Of a published test vector. */
const WORDS =
  'erase present expand convince muscle join palace figure tobacco rifle average scorpion name reject fit repair frequent glass champion hospital leaf north attitude hammer'

const click = (page: Page, name: string): Promise<void> => page.getByRole('button', { name, exact: true }).click()

async function enter(page: Page, scene: string): Promise<void> {
  await page.goto(`${origin}/?scene=${scene}&vault`)
  await page.getByLabel('Password', { exact: true }).fill('blue kettle 42')
  await click(page, 'Open')
  await page.getByRole('heading', { name: 'Contacts' }).waitFor({ state: 'attached' })
}

async function fillAccount(page: Page, username = 'lena'): Promise<void> {
  await page.getByLabel('Username').fill(username)
  await page.getByLabel('Display name').fill('Lena')
  await page.getByLabel('Password', { exact: true }).fill('blue kettle 42')
}

/** How to reach each state from a fresh page. */
const STATES: Record<string, (page: Page) => Promise<void>> = {
  async welcome(page) {
    await page.goto(`${origin}/`)
    await page.getByRole('button', { name: 'Create an account' }).waitFor()
  },
  async create(page) {
    await page.goto(`${origin}/`)
    await click(page, 'Create an account')
    await fillAccount(page)
    await page.getByLabel('Password', { exact: true }).fill('blue kettle 42 ')
  },
  async 'create-lacking'(page) {
    await page.goto(`${origin}/`)
    await click(page, 'Create an account')
    await click(page, 'Create account')
  },
  async 'create-taken'(page) {
    await page.goto(`${origin}/`)
    await click(page, 'Create an account')
    await fillAccount(page, 'taken')
    await click(page, 'Create account')
    await page.getByText('This username is taken').waitFor()
  },
  async creating(page) {
    await page.goto(`${origin}/?scene=slow`)
    await click(page, 'Create an account')
    await fillAccount(page)
    await click(page, 'Create account')
    await page.getByText('slow on purpose').waitFor()
  },
  async words(page) {
    await page.goto(`${origin}/`)
    await click(page, 'Create an account')
    await fillAccount(page)
    await click(page, 'Create account')
    await page.getByText('Your 24 words').waitFor()
  },
  async 'words-confirm'(page) {
    await STATES['words']?.(page)
    await click(page, 'I have written them down')
    await page.getByRole('button', { name: 'Confirm' }).click()
    await page.getByText('This is not that word').first().waitFor()
  },
  async login(page) {
    await page.goto(`${origin}/`)
    await click(page, 'Log in')
    await page.getByLabel('Username').fill('lena')
    await page.getByLabel('Password', { exact: true }).fill('wrong')
    await click(page, 'Log in')
    await page.getByText('Username or password is wrong').waitFor()
  },
  async locked(page) {
    await page.goto(`${origin}/?vault`)
    await page.getByRole('heading', { name: 'Locked' }).waitFor()
  },
  async 'locked-limited'(page) {
    await page.goto(`${origin}/?vault`)
    await page.getByLabel('Password', { exact: true }).fill('limit')
    await click(page, 'Open')
    await page.getByText('Too many tries').waitFor()
  },
  async 'open-elsewhere'(page) {
    await page.goto(`${origin}/?scene=elsewhere&vault`)
    await page.getByLabel('Password', { exact: true }).fill('blue kettle 42')
    await click(page, 'Open')
    await page.getByRole('heading', { name: 'Open in another tab' }).waitFor()
  },
  async unsupported(page) {
    await page.addInitScript(() => {
      Object.defineProperty(globalThis, 'indexedDB', { get: () => undefined })
      Object.defineProperty(globalThis, 'RTCPeerConnection', { value: undefined })
    })
    await page.goto(`${origin}/`)
    await page.getByText('cannot keep an account').waitFor()
  },
  async 'home-empty'(page) {
    await enter(page, 'empty')
  },
  async home(page) {
    await enter(page, 'home')
    await page.getByText('would like a tunnel').first().waitFor()
  },
  async add(page) {
    await enter(page, 'empty')
    await page.getByRole('button', { name: 'Add a contact' }).first().click()
  },
  async 'add-wrong'(page) {
    await STATES['add']?.(page)
    await page.getByLabel('Code', { exact: true }).fill('2b8w-q7zn-5c')
    await click(page, 'Ask')
    await page.getByText('This is your own code').waitFor()
  },
  async 'add-asked'(page) {
    await STATES['add']?.(page)
    await page.getByLabel('Code', { exact: true }).fill('7k3m 9qxa 4t')
    await click(page, 'Ask')
    await page.getByText('Asked. Waiting').waitFor()
  },
  async 'add-accepted'(page) {
    await STATES['add-asked']?.(page)
    await page.getByText('is now your contact').waitFor()
  },
  async conversation(page) {
    await enter(page, 'talk')
    await page.getByRole('button', { name: /^Ana Ribeiro/u }).click()
    await page.locator('.bubble', { hasText: 'This one is long' }).waitFor()
  },
  async 'conversation-path'(page) {
    await STATES['conversation']?.(page)
    await page.locator('.conversation .path-summary').click()
  },
  async 'conversation-mirror'(page) {
    await enter(page, 'talk')
    await page.getByRole('button', { name: /^Ben/u }).click()
    await page.locator('.bubble', { hasText: 'A newer kind' }).waitFor()
  },
  async 'conversation-away'(page) {
    await enter(page, 'talk')
    await page.getByRole('button', { name: /^Cleo/u }).click()
    await page.getByLabel('Message to').fill('And one more thing:\nthe cat eats twice a day.\nThe bowl is blue.')
  },
  async 'conversation-device'(page) {
    await enter(page, 'talk')
    await page.getByRole('button', { name: /^Dana/u }).click()
    await page.getByText('is new or was restored').first().waitFor()
  },
  async 'conversation-hostile'(page) {
    await enter(page, 'talk')
    await page.getByRole('button', { name: /^Evil/u }).click()
  },
  async contact(page) {
    await STATES['conversation']?.(page)
    await page.getByRole('button', { name: /^About this contact/u }).click()
    await page.getByRole('heading', { name: 'Safety number' }).waitFor()
  },
  async proof(page) {
    await enter(page, 'talk')
    await click(page, 'Proof')
    await page.getByText('public address of the router').waitFor()
  },
  async settings(page) {
    await enter(page, 'talk')
    await click(page, 'Settings')
  },
  async 'notifications-on'(page) {
    await page.addInitScript(() => Object.defineProperty(Notification, 'permission', { get: () => 'granted' }))
    await enter(page, 'notified')
    await click(page, 'Settings')
    await page.getByText('They are on in this browser').waitFor()
  },
  async 'notifications-denied'(page) {
    await page.addInitScript(() => Object.defineProperty(Notification, 'permission', { get: () => 'denied' }))
    await enter(page, 'talk')
    await click(page, 'Settings')
    await page.getByText('You have forbidden them').waitFor()
  },
  async 'notifications-unsupported'(page) {
    await page.addInitScript(() => Reflect.deleteProperty(globalThis, 'PushManager'))
    await enter(page, 'talk')
    await click(page, 'Settings')
    await page.getByText('has no notifications').waitFor()
  },
  async 'notifications-no-service'(page) {
    await page.addInitScript(() => {
      Object.defineProperty(Notification, 'permission', { get: () => 'granted' })
      Object.defineProperty(Notification, 'requestPermission', { value: async () => 'granted' })
    })
    await enter(page, 'talk')
    await click(page, 'Settings')
    await click(page, 'Turn on')
    await page.getByText('could not reach its push service').waitFor()
  },
  async 'locked-words'(page) {
    await page.goto(`${origin}/?vault`)
    await click(page, 'Use the 24 words')
    await page.getByLabel('The 24 words').fill('erase present expand convince muscel join')
    await click(page, 'Open')
    await page.getByText('These are not the words').waitFor()
  },
  async recover(page) {
    await page.goto(`${origin}/`)
    await click(page, 'Open with your 24 words')
    await page.getByLabel('Username').fill('lena')
    await page.getByLabel('The 24 words').fill(WORDS.replace('palace', 'palas'))
    await page.getByLabel('New password', { exact: true }).fill('green anchor 17')
    await click(page, 'Open')
    await page.getByText('Word 7 is not in the list').waitFor()
  },
  async account(page) {
    await enter(page, 'balance')
    await click(page, 'Settings')
    await click(page, 'Account and keys')
    await page.getByText('· this device').waitFor()
  },
  async 'account-password'(page) {
    await STATES['account']?.(page)
    await click(page, 'Change the password')
    await page.getByLabel('Present password', { exact: true }).fill('wrong one')
    await page.getByLabel('New password', { exact: true }).fill('green anchor 17')
    await click(page, 'Change the password')
    await page.getByText('Username or password is wrong').waitFor()
  },
  async 'account-words'(page) {
    await STATES['account']?.(page)
    await click(page, 'Show the 24 words')
    await page.getByLabel('Present password', { exact: true }).fill('blue kettle 42')
    await click(page, 'Show the words')
    await page.locator('.words .word').first().scrollIntoViewIfNeeded()
  },
  async 'account-delete'(page) {
    await STATES['account']?.(page)
    await click(page, 'Delete the account')
    await page.getByText('It cannot be undone').scrollIntoViewIfNeeded()
  },
  async 'account-done'(page) {
    await STATES['account']?.(page)
    await click(page, 'New code')
    await click(page, 'Draw a new code')
    await page.getByText('finds nobody any more').waitFor()
  },
  async paused(page) {
    await enter(page, 'paused')
    await page.getByText('Your account is paused').waitFor()
  },
  async grace(page) {
    await enter(page, 'grace')
    await page.getByText('Your balance is used up').waitFor()
  },
  async 'cut-off'(page) {
    await enter(page, 'cut-off')
    await page.getByText('Your account is cut off').waitFor()
  },
  async suspended(page) {
    await enter(page, 'suspended')
    await page.getByText('has suspended your account').waitFor()
  },
  async undecided(page) {
    await page.goto(`${origin}/?scene=undecided&vault`)
    await page.getByLabel('Password', { exact: true }).fill('blue kettle 42')
    await click(page, 'Open')
    await page.getByRole('heading', { name: 'This account lives on another device' }).waitFor()
  },
  async 'undecided-wrong'(page) {
    await STATES['undecided']?.(page)
    await click(page, 'Join another device')
    await page.getByLabel('The six words').fill('fabric orbit lemon')
    await page.getByLabel('Name of the device').fill('Telephone')
    await click(page, 'Join')
    await page.getByText('This is not the code').waitFor()
  },
  async 'undecided-joining'(page) {
    await STATES['undecided-wrong']?.(page)
    await page.getByLabel('The six words').fill('fabric orbit lemon canyon trophy whisper')
    await click(page, 'Join')
    await page.getByText('Looking for the other device').waitFor()
  },
  async 'undecided-anew'(page) {
    await STATES['undecided']?.(page)
    await click(page, 'Start anew')
    await page.getByText('Your contacts are warned').waitFor()
  },
  async 'devices-one'(page) {
    await enter(page, 'talk')
    await click(page, 'Settings')
    await click(page, 'Devices and sync')
    await page.getByText('Only this one so far').waitFor()
  },
  async devices(page) {
    await enter(page, 'devices')
    await click(page, 'Settings')
    await click(page, 'Devices and sync')
    await page.getByText('Old tablet').waitFor()
  },
  async 'devices-rename'(page) {
    await STATES['devices']?.(page)
    await page.getByRole('button', { name: /^Rename .*tablet/u }).click()
    await page.getByLabel('Name of the device').fill('')
    await click(page, 'Save')
    await page.getByText('Choose a name of at most').waitFor()
  },
  async 'devices-remove'(page) {
    await STATES['devices']?.(page)
    await page.getByRole('button', { name: /^Remove .*tablet/u }).click()
    await page.getByText('It keeps what it has').waitFor()
  },
  async 'devices-code'(page) {
    await STATES['devices']?.(page)
    await click(page, 'Show a code')
    await page.getByText('Waiting for the new device').scrollIntoViewIfNeeded()
  },
  async 'devices-asked'(page) {
    await enter(page, 'device-asks')
    await click(page, 'Settings')
    await click(page, 'Devices and sync')
    await click(page, 'Show a code')
    await page.getByText('calls itself').waitFor()
  },
  async 'devices-added'(page) {
    await STATES['devices-asked']?.(page)
    await click(page, 'Let it in')
    await page.getByText('It fetches everything from here').waitFor()
    await page.evaluate(() => globalThis.fake.me?.emit('sync', { remaining: 1_234 }))
    await page.evaluate(() => globalThis.fake.me?.emit('sync', { remaining: 777 }))
    await page.locator('[data-banner=sync]').waitFor()
  },
  async 'devices-wrong'(page) {
    await enter(page, 'device-wrong')
    await click(page, 'Settings')
    await click(page, 'Devices and sync')
    await click(page, 'Show a code')
    await page.getByText('Another code was tried').waitFor()
  },
  async 'update-ready'(page) {
    await page.addInitScript(() => {
      const registration = { waiting: {}, active: {}, addEventListener() {}, update: async () => {} }
      Object.defineProperty(navigator, 'serviceWorker', {
        value: { register: async () => registration, getRegistration: async () => undefined },
      })
    })
    await enter(page, 'talk')
    await page.getByText('Another version of Solo2').waitFor()
  },
  async invitations(page) {
    await STATES['add']?.(page)
    await click(page, 'Make a link')
    await page.getByText('Take it back').scrollIntoViewIfNeeded()
  },
  async invited(page) {
    await page.goto(`${origin}/${INVITED}`)
    await page.getByText('the invitation waits').waitFor()
  },
  async 'invited-alarm'(page) {
    await page.goto(`${origin}/?scene=empty&vault${INVITED}`)
    await page.getByLabel('Password', { exact: true }).fill('blue kettle 42')
    await click(page, 'Open')
    await page.getByText('You were invited').waitFor()
    await page.locator('[aria-labelledby=invited]').getByRole('button', { name: 'Ask' }).click()
    await page.getByText('key has changed').first().waitFor()
  },
  async 'scan-denied'(page) {
    await STATES['conversation-mirror']?.(page)
    await page.getByRole('button', { name: /^About this contact/u }).click()
    await click(page, 'Scan their code')
    await page
      .getByText(/No camera|not allowed/)
      .first()
      .scrollIntoViewIfNeeded()
  },
  async 'danger-clear'(page) {
    await STATES['settings']?.(page)
    await click(page, 'Clear my data')
    await page.getByText('What was only here is gone').scrollIntoViewIfNeeded()
  },
  async 'danger-reset'(page) {
    await STATES['settings']?.(page)
    await click(page, 'Emergency reset')
    await click(page, 'Go on')
    await page.getByText('Once more').scrollIntoViewIfNeeded()
  },
  async 'server-away'(page) {
    await enter(page, 'away')
    await page.getByRole('button', { name: /^Ana Ribeiro/u }).click()
  },
  async 'session-over'(page) {
    await enter(page, 'talk')
    await page.evaluate(() => globalThis.fake.me?.emit('session', 'over'))
    await page.getByText('Your session has ended').waitFor()
  },
  async notice(page) {
    await enter(page, 'talk')
    await page.getByRole('button', { name: /^Ana Ribeiro/u }).click()
    await page.evaluate(() => {
      const ana = globalThis.fake.me?.contacts[0]
      if (ana === undefined) return
      Object.assign(ana, {
        send: () => Promise.reject(Object.assign(new Error('full'), { code: 'storage_failed', culprit: 'world' })),
      })
    })
    await page.getByLabel('Message to').fill('This will not be lost.')
    await page.keyboard.press('Enter')
    await page.getByText('This device could not read or write').waitFor()
  },
}

test('printed words are dark on light in either theme, without what belongs to the screen only', async () => {
  const window = await openWindow(origin, { scheme: 'dark' })
  await STATES['words']?.(window.page)
  await window.page.emulateMedia({ media: 'print', colorScheme: 'dark' })
  await shoot(window.page, 'words-print.desktop.paper')
  expect(await window.page.evaluate(lowContrasts)).toEqual([])
  const colour = await window.page
    .locator('.word')
    .first()
    .evaluate((word) => getComputedStyle(word).color)
  expect(colour).toBe('rgb(27, 28, 30)')
  expect(await window.page.getByText('lena').isVisible()).toBe(true)
  expect(await window.page.getByRole('button').count()).toBe(0)
  await window.close()
})

describe('every screen and state', () => {
  let window: Window
  beforeAll(async () => {
    window = await openWindow(origin)
  })
  afterAll(() => window.close())

  for (const [state, reach] of Object.entries(STATES)) {
    test(state, async () => {
      const page = await window.context.newPage()
      const complaints: string[] = []
      page.on('pageerror', (error) => complaints.push(String(error)))
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text())
      })
      await reach(page)
      for (const size of SIZES) {
        await page.setViewportSize(size)
        // However the text wraps, its end stays in sight.
        await eventually(() => page.evaluate(belowSight), `end of the conversation, ${size.name}`).toBeLessThan(2)
        const title = page.locator('[data-heading]:visible').first()
        expect(await title.count(), `nothing to see, ${size.name}`).toBe(1)
        for (const colorScheme of THEMES) {
          await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
          await shoot(page, `${state}.${size.name}.${colorScheme}`)
          expect(await page.evaluate(lowContrasts), `contrast, ${colorScheme}`).toEqual([])
        }
      }
      for (const width of [320, 899, 900, 1_280]) {
        await page.setViewportSize({ width, height: 740 })
        expect(await page.evaluate(overflow), `wider than ${width} px`).toBe(0)
        expect(await page.evaluate(smallTargets), `targets at ${width} px`).toEqual([])
      }
      expect(complaints).toEqual([])
      await page.close()
    })
  }
})
