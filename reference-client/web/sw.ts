/**
 * The service worker: tells that somebody wants to reach the person, and opens the app when they ask for it. A push has
 * no content, so that this needs no key and no vault; whoever uses this browser next learns nothing from it [C3].
 */
import { notificationText } from './i18n/notification.js'

/** The part of a worker's global object that is used: its types exclude those of a page. */
interface Worker {
  readonly navigator: { readonly languages: readonly string[] }
  readonly registration: ServiceWorkerRegistration
  readonly clients: {
    matchAll(options: {
      type: 'window'
      includeUncontrolled: boolean
    }): Promise<readonly { focus(): Promise<unknown> }[]>
    openWindow(url: string): Promise<unknown>
  }
  skipWaiting(): Promise<void>
  addEventListener(type: 'install' | 'push', listener: (event: Lasting) => void): void
  addEventListener(type: 'notificationclick', listener: (event: Clicked) => void): void
}

interface Lasting {
  waitUntil(work: Promise<unknown>): void
}

interface Clicked extends Lasting {
  readonly notification: Notification
}

const worker = globalThis as unknown as Worker

worker.addEventListener('install', (event) => event.waitUntil(worker.skipWaiting()))

/** Always one: browsers take the right to push from who shows none, and a second one adds nothing to the first. */
worker.addEventListener('push', (event) => {
  const { title, text, lang } = notificationText(worker.navigator.languages)
  const shown = { body: text, lang, tag: 'solo2', renotify: true, icon: '/icon.svg' }
  event.waitUntil(worker.registration.showNotification(title, shown))
})

worker.addEventListener('notificationclick', (event) => {
  event.notification.close()
  event.waitUntil(openApp())
})

async function openApp(): Promise<void> {
  const [open] = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true })
  if (open === undefined) await worker.clients.openWindow('/')
  else await open.focus()
}
