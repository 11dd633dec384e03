/**
 * What one server of a cluster admits counts at all of them (spec/05 section 7). Each decides by itself and tells the others
 * behind its answer, under keyed hashes: no account and no client can be read from them.
 */
import { createHmac } from 'node:crypto'
import type { Limiter, LimitShare } from '../../limiter.js'
import { blank, KIND, message, viewOf } from './message.js'
import type { Bus } from './port.js'

const KEY_SIZE = 16
/** Number of the limiter, count, time in milliseconds, keyed hash. */
const ENTRY_SIZE = 2 + 4 + 8 + KEY_SIZE
/** A message stays far below what NATS carries. */
const ENTRIES_MAX = 1_000

export interface SharedLimits {
  /** For the limiter that has this number at every server. */
  share(limiter: number): LimitShare
  /** Counts what others admit. */
  listen(limiters: readonly Limiter[]): void
}

export function createSharedLimits(bus: Bus, secret: Uint8Array): SharedLimits {
  let entries: Uint8Array[] = []
  const tell = () => {
    bus.broadcast(message(KIND.TAKEN, ...entries))
    entries = []
  }
  return {
    share: (limiter) => ({
      nameOf: (key) =>
        createHmac('sha256', secret)
          .update(`${limiter}\0`)
          .update(key)
          .digest()
          .subarray(0, KEY_SIZE)
          .toString('base64url'),
      taken(name, count, at) {
        const entry = blank(ENTRY_SIZE)
        const view = viewOf(entry)
        view.setUint16(0, limiter)
        view.setUint32(2, count)
        view.setFloat64(6, at)
        entry.set(Buffer.from(name, 'base64url'), 14)
        entries.push(entry)
        if (entries.length === 1) setImmediate(tell)
        else if (entries.length === ENTRIES_MAX) tell()
      },
    }),
    listen(limiters) {
      bus.on(KIND.TAKEN, (_, body) => {
        for (let at = 1; at + ENTRY_SIZE <= body.length; at += ENTRY_SIZE) {
          const entry = body.subarray(at, at + ENTRY_SIZE)
          const view = viewOf(entry)
          const name = Buffer.from(entry.subarray(14)).toString('base64url')
          limiters[view.getUint16(0)]?.count(name, view.getUint32(2), view.getFloat64(6))
        }
      })
    },
  }
}
