/** Notifications of this browser: its permission, its push subscription, and the account that gets them. */
import type { Me } from '../sdk.js'
import type { NotificationsView } from '../state.js'
import { problemOf } from './problem.js'
import { WORKER } from './shell.js'

function isSupported(): boolean {
  return 'serviceWorker' in navigator && 'PushManager' in globalThis && 'Notification' in globalThis
}

/** How things stand, without asking anybody. */
export function notificationsView(me: Me): NotificationsView {
  if (!isSupported()) return { state: 'unsupported' }
  if (Notification.permission === 'denied') return { state: 'denied' }
  return { state: me.notifications.endpoint !== undefined && Notification.permission === 'granted' ? 'on' : 'off' }
}

async function subscription(): Promise<PushSubscription | undefined> {
  const registration = await navigator.serviceWorker.getRegistration('/')
  return (await registration?.pushManager.getSubscription()) ?? undefined
}

async function subscribe(key: Uint8Array): Promise<PushSubscription> {
  await navigator.serviceWorker.register(WORKER, { updateViaCache: 'none' })
  const { pushManager } = await navigator.serviceWorker.ready
  // One of another server's key, or of who was here before, cannot be used by this account.
  await (await pushManager.getSubscription())?.unsubscribe()
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key as Uint8Array<ArrayBuffer> })
}

const bytes = (buffer: ArrayBuffer | null): Uint8Array => new Uint8Array(buffer ?? new ArrayBuffer(0))

/** Browsers give up a subscription at times, or make another one: then the server is told of the new one. */
export async function keepUp(me: Me): Promise<NotificationsView> {
  const view = notificationsView(me)
  if (view.state !== 'on' || (await subscription())?.endpoint === me.notifications.endpoint) return view
  return turnOn(me)
}

/** Asks the person, then the browser, then the server. Tells how things stand then. */
export async function turnOn(me: Me): Promise<NotificationsView> {
  try {
    const permission = await Notification.requestPermission()
    if (permission !== 'granted') return notificationsView(me)
    const key = await me.notifications.serverKey()
    const made = await subscribe(key).catch(() => undefined)
    if (made === undefined) return { state: 'off', problem: 'push_service' }
    const { endpoint } = made
    await me.notifications.enable({ endpoint, p256dh: bytes(made.getKey('p256dh')), auth: bytes(made.getKey('auth')) })
    return notificationsView(me)
  } catch (error) {
    return { ...notificationsView(me), problem: problemOf(error) }
  }
}

export async function turnOff(me: Me): Promise<NotificationsView> {
  try {
    await me.notifications.disable()
    await forgetSubscription()
    return notificationsView(me)
  } catch (error) {
    return { ...notificationsView(me), problem: problemOf(error) }
  }
}

/** Ends this browser's subscription, whoever had it: nothing comes any more, even if the server was not reached. */
export async function forgetSubscription(): Promise<void> {
  if (isSupported()) await (await subscription())?.unsubscribe()
}
