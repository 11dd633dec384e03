/** Notifications in memory: who would be notified when a token wakes (spec/05 section 16). */
import { equal } from '../../bytes/bytes.js'
import { ensure } from '../../errors.js'
import { PROTOCOL } from '../../limits.js'
import type { Clock } from './clock.js'

/** A push service, in memory. */
export interface MemoryPush {
  /** Endpoints that were notified, in order. */
  readonly notified: string[]
  /** Endpoints with their owner's user name. */
  readonly subscriptions: ReadonlyMap<string, string>
  /** One device more that is notified. */
  enable(owner: string, endpoint: string): void
  /** Empty: all of the owner's. */
  disable(owner: string, endpoint: string): void
  /** SHA-256 of the wake token, 32 bytes. */
  setWakeHash(owner: string, hash: Uint8Array): void
  /** Notifies all devices of whoever gave out that token. */
  wake(token: Uint8Array): void
}

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

export function memoryPush(clock: Clock, sha256: (data: Uint8Array) => Uint8Array): MemoryPush {
  const subscriptions = new Map<string, string>()
  const hashes = new Map<string, Uint8Array>()
  const wakes: { readonly hash: Uint8Array; readonly at: number }[] = []
  const push: MemoryPush = {
    notified: [],
    subscriptions,
    enable(owner, endpoint) {
      ensure(endpoint.startsWith('https://'), 'invalid_argument', 'endpoint is no push service')
      subscriptions.set(endpoint, owner)
    },
    disable(owner, endpoint) {
      for (const [each, of] of subscriptions) {
        if (of === owner && (endpoint === '' || endpoint === each)) subscriptions.delete(each)
      }
    },
    setWakeHash(owner, hash) {
      ensure(hash.length === 0 || hash.length === 32, 'invalid_argument', 'wake_hash must be empty or 32 bytes')
      hashes.set(owner, hash.slice())
    },
    wake(token) {
      const hash = sha256(token)
      const since = (ms: number) => wakes.filter((wake) => equal(wake.hash, hash) && wake.at > clock.now() - ms).length
      if (since(MINUTE_MS) > 0 || since(DAY_MS) >= PROTOCOL.WAKES_PER_DAY) return
      wakes.push({ hash, at: clock.now() })
      const owner = [...hashes].find(([, each]) => equal(each, hash))?.[0]
      for (const [endpoint, of] of subscriptions) if (of === owner) push.notified.push(endpoint)
    },
  }
  return push
}
