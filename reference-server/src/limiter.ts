/** Keeps what rules/rate-limit.ts decides from: in RAM only, bounded, keyed by fingerprints or internal identifiers. */
import { Solo2Error } from '@solo2/sdk/shared'
import { type Admitted, admit, countIn, type Limit, live, nothingAdmitted } from './rules/rate-limit.js'

/** Keys kept a limiter; beyond it the one that was used longest ago is forgotten. */
const KEYS_MAX = 100_000

/** How a limiter's counts are known to other servers. */
export interface LimitShare {
  /** What stands for a key at every server: nothing can be read from it. */
  nameOf(key: string): string
  /** Tells the others what was admitted. */
  taken(name: string, count: number, at: number): void
}

export interface Limiter {
  /** Milliseconds until `key` is admitted again; 0: it is admitted now. */
  tryTake(key: string, count?: number): number
  /** Throws `rate_limited` with the time after which trying again can help. */
  take(key: string, count?: number): void
  /** Counts what another server admitted, even if that is more than the limit. */
  count(name: string, count: number, at: number): void
  /** Forgets the keys of which nothing is left in the window. */
  sweep(): void
  /** Keys that are held. */
  readonly size: number
}

export function createLimiter(limit: Limit, now: () => number, share?: LimitShare, keysMax = KEYS_MAX): Limiter {
  const keys = new Map<string, Admitted>()
  const put = (key: string, admitted: Admitted) => {
    keys.delete(key)
    if (admitted.times.length > 0) keys.set(key, admitted)
    if (keys.size > keysMax) for (const oldest of keys.keys()) if (keys.delete(oldest)) break
  }
  const tryTake = (key: string, count = 1): number => {
    const name = share?.nameOf(key) ?? key
    const admitted = keys.get(name) ?? nothingAdmitted()
    const at = now()
    const retryAfterMs = admit(admitted, at, limit, count)
    put(name, admitted)
    if (retryAfterMs === 0) share?.taken(name, count, at)
    return retryAfterMs
  }
  return {
    tryTake,
    take(key, count) {
      const retryAfterMs = tryTake(key, count)
      if (retryAfterMs > 0)
        throw new Solo2Error('rate_limited', 'Too many tries; wait and try again.', { retryAfterMs })
    },
    count(name, count, at) {
      const admitted = keys.get(name) ?? nothingAdmitted()
      countIn(admitted, now(), limit, { count, at })
      put(name, admitted)
    },
    sweep() {
      for (const [key, admitted] of keys) if (live(admitted, now(), limit) === 0) keys.delete(key)
    },
    get size() {
      return keys.size
    },
  }
}
