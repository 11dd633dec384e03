/**
 * The service worker: keeps one whole build of the app, so that it opens without the server [C2]; tells that somebody wants to
 * reach the person, and opens the app when they ask for it. A push has no content, so that this needs no key and no vault;
 * whoever uses this browser next learns nothing from it [C3].
 */
import { notificationText } from './i18n/notification.js'
import { createShareTarget } from './share-target.js'

/** The part of a worker's global object that is used: its types exclude those of a page. */
interface Worker {
  readonly SOLO2_BUILD?: Build
  readonly caches: CacheStorage
  readonly location: Location
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
  addEventListener(type: 'install' | 'activate' | 'push', listener: (event: Lasting) => void): void
  addEventListener(type: 'message', listener: (event: Asked) => void): void
  addEventListener(type: 'fetch', listener: (event: Fetched) => void): void
  addEventListener(type: 'notificationclick', listener: (event: Clicked) => void): void
}

/** Put before this file when it is built: every path of the build, `/` for the page. */
interface Build {
  readonly id: string
  readonly paths: readonly string[]
}

interface Lasting {
  waitUntil(work: Promise<unknown>): void
}

interface Asked extends Lasting {
  readonly data: unknown
  readonly ports: readonly MessagePort[]
}

interface Fetched extends Lasting {
  readonly request: Request
  respondWith(answer: Promise<Response>): void
}

interface Clicked extends Lasting {
  readonly notification: Notification
}

const worker = globalThis as unknown as Worker
const { id, paths } = worker.SOLO2_BUILD ?? { id: 'none', paths: [] }
const PREFIX = 'solo2 build '
const NAME = PREFIX + id
const known = new Set(paths)
const shareTarget = createShareTarget()

/** All or nothing: if one file is not there, this build is not installed and the one before goes on. */
worker.addEventListener('install', (event) => event.waitUntil(keepBuild()))

async function keepBuild(): Promise<void> {
  const cache = await worker.caches.open(NAME)
  try {
    await cache.addAll(paths.map((path) => new Request(path, { cache: 'reload' })))
  } catch (error) {
    await worker.caches.delete(NAME)
    throw error
  }
}

/** The build of pages that are still open stays until the next change: they may load more of it. */
worker.addEventListener('activate', (event) => event.waitUntil(dropOldBuilds()))

async function dropOldBuilds(): Promise<void> {
  const builds = (await worker.caches.keys()).filter((name) => name.startsWith(PREFIX) && name !== NAME)
  const open = await worker.clients.matchAll({ type: 'window', includeUncontrolled: true })
  const kept = open.length === 0 ? 0 : 1
  for (const name of builds.slice(0, builds.length - kept)) await worker.caches.delete(name)
}

worker.addEventListener('message', (event) => {
  if (event.data === 'take over') event.waitUntil(worker.skipWaiting())
  if (event.data === 'take share') event.ports[0]?.postMessage(shareTarget.take())
})

worker.addEventListener('fetch', (event) => {
  const { request } = event
  const { origin, pathname } = new URL(request.url)
  if (request.method === 'POST' && origin === worker.location.origin && pathname === '/share') {
    return event.respondWith(shareTarget.receive(request))
  }
  if (request.method !== 'GET' || origin !== worker.location.origin) return
  if (pathname === '/' || known.has(pathname)) event.respondWith(ofThisBuild(pathname, request))
  else if (pathname.startsWith('/assets/')) event.respondWith(ofAnyBuild(request))
})

async function ofThisBuild(path: string, request: Request): Promise<Response> {
  const cache = await worker.caches.open(NAME)
  return (await cache.match(path)) ?? fetch(request)
}

/** A page of an earlier build loads more of itself: names tell content, so that any kept build may have it. */
async function ofAnyBuild(request: Request): Promise<Response> {
  return (await worker.caches.match(request)) ?? fetch(request)
}

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
