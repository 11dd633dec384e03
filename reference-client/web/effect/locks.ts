/** Carries out what concerns the locks of an open account: after idle, and for another tab. */
import type { Action } from '../action.js'
import type { LockCommand } from '../command/locks.js'
import type { LockReason, Locks } from '../locks.js'
import type { Me } from '../sdk.js'
import { watchIdle } from './idle.js'
import { forgetSubscription, notificationsView } from './notifications.js'
import { openTabs } from './tabs.js'

const MINUTE_MS = 60_000

export const locksOf = ({ lockAfterMinutes, maximumSecurity }: Me): Locks => ({
  afterMinutes: lockAfterMinutes,
  maximumSecurity,
})

export interface LockEffects {
  readonly handlers: {
    readonly [Type in LockCommand['type']]: (command: Extract<LockCommand, { type: Type }>) => unknown
  }
  /** Listens to an opened account; returns the way to stop. */
  watch(me: Me): () => void
  /** The vault is closed: whoever waits for it need not wait longer. */
  closed(): void
}

export interface LockWorld {
  account(): Me
  /** The account that is open, if one is. */
  open(): Me | undefined
  lock(why: LockReason): void
  /** Tries again what waits for a vault. */
  retry(): void
  dispatch(action: Action): void
}

export function createLockEffects({ account, open, lock, retry, dispatch }: LockWorld): LockEffects {
  const tabs = openTabs((vault) => {
    const me = open()
    if (me?.server === vault.server && me.username === vault.username) lock('taken')
  }, retry)

  return {
    handlers: {
      async lock_after({ minutes }) {
        const me = account()
        try {
          await me.setLockAfter(minutes)
        } finally {
          dispatch({ type: 'locks', locks: locksOf(me) })
        }
      },
      take_over: ({ vault }) => tabs.ask(vault),
    },
    watch(me) {
      const stopIdle = watchIdle(
        () => me.lockAfterMinutes * MINUTE_MS,
        () => lock('idle'),
      )
      const stopMode = me.on('security', ({ maximumSecurity }) => {
        dispatch({ type: 'locks', locks: locksOf(me) })
        // The SDK told the server; the browser's own subscription goes too.
        if (maximumSecurity) void forgetSubscription().catch(() => {})
        dispatch({ type: 'notifications', view: notificationsView(me) })
      })
      return () => {
        stopIdle()
        stopMode()
      }
    },
    closed: () => tabs.free(),
  }
}
