/**
 * Somebody is away and is reached. No real push service can be reached from here, so the browser's subscription leads to
 * one on this machine; what the server sends there is opened with the subscription's keys and handed to the browser
 * through its devtools protocol, as its own push service would.
 */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Browser, newBrowser, type PushService, startPushService } from '../../../tools/test-kit/push-service.js'
import { show } from './axe.js'
import { openWindow, type Window } from './browser.js'
import { bubble, delivered, meet, openConversation, say, unlock } from './person.js'
import { type ServerProcess, startServer } from './server.js'

let push: PushService
let server: ServerProcess
let lena: Window
let ben: Window
const keys: Browser = newBrowser()

/** Runs in the page before its scripts. */
function subscribeHere(given: { endpoint: string; p256dh: number[]; auth: number[] }): void {
  let current: PushSubscription | null = null
  PushManager.prototype.getSubscription = async () => current
  PushManager.prototype.subscribe = async (options) => {
    if (options?.userVisibleOnly !== true) throw new Error('a browser refuses this')
    if (new Uint8Array(options.applicationServerKey as ArrayBuffer).length !== 65) throw new Error('no key')
    const made = {
      endpoint: given.endpoint,
      getKey: (name: 'p256dh' | 'auth') => Uint8Array.from(given[name]).buffer,
      async unsubscribe() {
        current = null
        return true
      },
    }
    current = made as unknown as PushSubscription
    return current
  }
}

beforeAll(async () => {
  push = await startPushService()
  server = await startServer({ SOLO2_PUSH_HOSTS: push.host })
  lena = await openWindow(server.origin)
  ben = await openWindow(server.origin)
  const given = { endpoint: `${push.origin}/lena`, p256dh: [...keys.p256dh], auth: [...keys.auth] }
  await lena.context.addInitScript(subscribeHere, given)
  await meet(server.origin, lena.page, ben.page)
  await openConversation(ben.page, 'Lena')
  await say(ben.page, 'First')
  await delivered(ben.page, 'First')
})

afterAll(async () => {
  await lena?.close()
  await ben?.close()
  await server?.end()
  await push?.close()
})

/**
 * Hands a message to the page's service worker, and gives what the browser shows then. The devtools protocol says nothing of
 * a message that it lost, which a push service would send again: so it is handed over until something is shown.
 */
async function deliver(page: Page, data: Buffer): Promise<{ title: string; body: string }[]> {
  const devtools = await page.context().newCDPSession(page)
  const registered = new Promise<string>((resolve) => {
    devtools.on('ServiceWorker.workerRegistrationUpdated', ({ registrations }) => {
      const [first] = registrations
      if (first !== undefined) resolve(first.registrationId)
    })
  })
  await devtools.send('ServiceWorker.enable')
  const registrationId = await registered
  for (;;) {
    await devtools.send('ServiceWorker.deliverPushMessage', {
      origin: server.origin,
      registrationId,
      data: data.toString('latin1'),
    })
    const shown = await page.evaluate(shownWithinSeconds)
    if (shown.length > 0) return shown
  }
}

/** Runs in the page. */
async function shownWithinSeconds(): Promise<{ title: string; body: string }[]> {
  const registration = await navigator.serviceWorker.getRegistration('/')
  for (let looks = 0; looks < 100; looks++) {
    const shown = (await registration?.getNotifications()) ?? []
    if (shown.length > 0) return shown.map(({ title, body }) => ({ title, body }))
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return []
}

describe('notifications', () => {
  test('[N1 C3] turned on in the settings, once the person allows it', async () => {
    const { page, context } = lena
    await page.getByRole('button', { name: 'Settings' }).click()
    await page.getByText('They are off in this browser').waitFor()
    await context.grantPermissions(['notifications'], { origin: server.origin })
    await page.getByRole('button', { name: 'Turn on', exact: true }).click()
    await page.getByText('They are on in this browser').waitFor()
    await show(page, 'real-notifications-on.desktop.light')
    expect(lena.complaints).toEqual([])
    expect(lena.foreign).toEqual([])
  })

  test('[N1 C3] a message for who is away shows one content-free notification there', async () => {
    // The wake token went before the receipt: Ben has it, too.
    await say(ben.page, 'Second')
    await delivered(ben.page, 'Second')
    await lena.page.goto(`${server.origin}/icon.svg`)
    await ben.page.locator('.conversation [data-path=away], .conversation [data-path=connecting]').first().waitFor()
    await say(ben.page, 'Are you there?')
    await push.count(1)
    const [message] = push.received
    expect(message?.path).toBe('/lena')
    const content = keys.decrypt(message?.body as Buffer)
    expect(content).toEqual(Buffer.concat([Buffer.of(1), Buffer.alloc(64)]))
    await lena.page.goto(server.origin)
    await lena.page.getByRole('heading', { name: 'Locked' }).waitFor()
    const expected = [{ title: 'Solo2', body: 'Somebody wants to reach you' }]
    expect(await deliver(lena.page, content)).toEqual(expected)
    expect(await deliver(lena.page, content)).toEqual(expected)
    await unlock(lena.page)
    await openConversation(lena.page, 'Ben')
    await bubble(lena.page, 'Are you there?').waitFor()
    expect(push.received).toHaveLength(1)
  })

  test('[N1 C3] who logs out turns them off for this browser', async () => {
    const { page } = lena
    await page.getByRole('button', { name: 'Settings' }).click()
    await page.getByText('They are on in this browser').waitFor()
    await page.getByRole('button', { name: 'Log out' }).click()
    await page.getByRole('heading', { name: 'Locked' }).waitFor()
    await unlock(page)
    await page.getByRole('button', { name: 'Settings' }).click()
    await page.getByText('They are off in this browser').waitFor()
  })
})
