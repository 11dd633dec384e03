/** Notifications of this account (spec/05 section 16): this device's push subscription, and the token that wakes. */
import type { SelfRecord } from '@solo2/proto/vault'
import { ensure } from '../errors.js'
import { PROTOCOL } from '../limits.js'
import type { Host } from '../ports/host.js'
import type { Notifications } from './api/account.js'
import type { Session } from './session.js'

export interface NotificationsOptions {
  readonly host: Host
  readonly session: Session
  self(): SelfRecord
  save(change: Partial<SelfRecord>): Promise<void>
  /** There is another token: contacts that are here get it now, the others when they are met. */
  tell(): void
}

export interface LiveNotifications extends Notifications {
  /** Gives the server the hash of a token that it does not have yet. */
  publish(): Promise<void>
}

export function createNotifications({ host, session, self, save, tell }: NotificationsOptions): LiveNotifications {
  async function publish(): Promise<void> {
    const { wakeToken, wakePublished } = self()
    if (wakePublished || wakeToken.length === 0) return
    await session.call('setWakeToken', { wakeHash: host.primitives.sha256(wakeToken) })
    await save({ wakePublished: true })
  }

  /** Kept before the server has it: a token that contacts have must not be forgotten here. */
  async function renew(): Promise<void> {
    await save({ wakeToken: host.random(PROTOCOL.WAKE_TOKEN_SIZE), wakePublished: false })
    tell()
    await publish()
  }

  return {
    get endpoint() {
      return self().pushEndpoint || undefined
    },
    async serverKey() {
      return (await session.call('getPushKey', {})).key
    },
    async enable({ endpoint, p256dh, auth }) {
      ensure(!self().maximumSecurity, 'failed_precondition', 'no notifications in maximum security mode')
      const before = self().pushEndpoint
      await session.call('enableNotifications', { endpoint, p256dh, auth })
      await save({ pushEndpoint: endpoint })
      // The browser made another subscription: the former one leads nowhere.
      if (before !== '' && before !== endpoint) await session.call('disableNotifications', { endpoint: before })
      if (self().wakeToken.length === 0) await renew()
      else await publish()
    },
    async disable() {
      const { pushEndpoint } = self()
      if (pushEndpoint === '') return
      await session.call('disableNotifications', { endpoint: pushEndpoint })
      await save({ pushEndpoint: '' })
    },
    async renew() {
      if (self().wakeToken.length > 0) await renew()
    },
    publish,
  }
}
