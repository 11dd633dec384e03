/**
 * From a wake token to notifications (spec/05 section 16). The introduction plane calls `wake` and learns nothing: not
 * whether somebody has that token, not what came of it.
 */
import { createHash } from 'node:crypto'
import { toHex, wipe } from '@solo2/sdk/shared'
import type { Limiter } from '../limiter.js'
import type { PushTarget } from './target.js'

export interface WakerOptions {
  /** The subscriptions of the account that has this hash of 32 bytes, if one has. */
  targets(hash: Uint8Array): Promise<readonly PushTarget[]>
  /** Puts a notification on its way. */
  notify(target: PushTarget): void
  /** By the token's hash: a minute's, and a day's. */
  readonly limits: readonly Limiter[]
  failed(error: unknown): void
}

/** Returns at once; what it does comes after the answer to the socket. Does not keep `token`. */
export type Wake = (token: Uint8Array) => void

export function createWaker({ targets, notify, limits, failed }: WakerOptions): Wake {
  const look = async (hash: Uint8Array) => {
    for (const target of await targets(hash)) notify(target)
  }
  return (token) => {
    const hash = createHash('sha256').update(token).digest()
    const key = toHex(hash)
    // Counted for every token alike, before anybody looks whether it is one.
    if (limits.some((limiter) => limiter.tryTake(key) > 0)) return
    setImmediate(() => {
      look(hash)
        .catch(failed)
        .finally(() => wipe(hash))
    })
  }
}
