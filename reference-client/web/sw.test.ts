/** The service worker over a made-up global object: one notification for each push, and where a click leads. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { notificationText } from './i18n/notification.js'

type Listener = (event: object) => void
const listeners = new Map<string, Listener>()
const shown: [string, object][] = []
const opened: string[] = []
let windows: { focus: () => Promise<unknown> }[] = []

beforeEach(async () => {
  vi.resetModules()
  vi.stubGlobal('addEventListener', (type: string, listener: Listener) => listeners.set(type, listener))
  vi.stubGlobal('registration', { showNotification: async (...args: [string, object]) => void shown.push(args) })
  vi.stubGlobal('clients', {
    matchAll: async () => windows,
    openWindow: async (url: string) => void opened.push(url),
  })
  vi.stubGlobal('navigator', { languages: ['tlh', 'en-GB'] })
  await import('./sw.js')
})
afterEach(() => {
  vi.unstubAllGlobals()
  shown.length = 0
  opened.length = 0
  windows = []
})

async function happens(type: string, event: object = {}): Promise<void> {
  const work: Promise<unknown>[] = []
  listeners.get(type)?.({ ...event, waitUntil: (job: Promise<unknown>) => work.push(job) })
  expect(work).toHaveLength(1)
  await Promise.all(work)
}

it('[C3] shows one notification for a push, which holds no name and nothing of the push', async () => {
  await happens('push', { data: { text: () => 'from Lena' } })
  await happens('push')
  expect(shown).toHaveLength(2)
  expect(shown[0]).toEqual(['Solo2', expect.objectContaining({ body: 'Somebody wants to reach you', tag: 'solo2' })])
  expect(shown[1]).toEqual(shown[0])
})

it('[C3] leads to the open app, or opens it', async () => {
  const closed = vi.fn()
  const focused = vi.fn(async () => {})
  windows = [{ focus: focused }]
  await happens('notificationclick', { notification: { close: closed } })
  expect([closed.mock.calls.length, focused.mock.calls.length, opened.length]).toEqual([1, 1, 0])
  windows = []
  await happens('notificationclick', { notification: { close: closed } })
  expect(opened).toEqual(['/'])
})

it('says it in a language that the app speaks', () => {
  for (const languages of [['en-GB'], ['tlh', 'en'], ['__proto__'], []]) {
    expect(notificationText(languages).text).toBe('Somebody wants to reach you')
  }
  expect(notificationText(['de', 'es-MX', 'en'])).toMatchObject({
    text: 'Alguien quiere contactar contigo',
    lang: 'es',
  })
  expect(notificationText(['ar-EG'])).toMatchObject({ text: 'أحدهم يريد التواصل معك', lang: 'ar' })
})
