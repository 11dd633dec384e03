/** Keeps what rules/rate-limit.ts decides from: in RAM only, bounded, keyed by fingerprints or internal identifiers. */
import { Solo2Error } from '@solo2/sdk/shared'
import { admit, type Limit, live } from './rules/rate-limit.js'

/** Keys kept a limiter; beyond it the one that was used longest ago is forgotten. */
const KEYS_MAX = 100_000

export interface Limiter {
  /** Milliseconds until `key` is admitted again; 0: it is admitted now. */
  tryTake(key: string, count?: number): number
  /** Throws `rate_limited` with the time after which trying again can help. */
  take(key: string, count?: number): void
  /** Forgets the keys of which nothing is left in the window. */
  sweep(): void
  /** Keys that are held. */
  readonly size: number
}

export function createLimiter(limit: Limit, now: () => number, keysMax = KEYS_MAX): Limiter {
  const keys = new Map<string, readonly number[]>()
  const tryTake = (key: string, count = 1): number => {
    const admission = admit(keys.get(key) ?? [], now(), limit, count)
    keys.delete(key)
    if (admission.times.length > 0) keys.set(key, admission.times)
    if (keys.size > keysMax) for (const oldest of keys.keys()) if (keys.delete(oldest)) break
    return admission.retryAfterMs
  }
  return {
    tryTake,
    take(key, count) {
      const retryAfterMs = tryTake(key, count)
      if (retryAfterMs > 0)
        throw new Solo2Error('rate_limited', 'Too many tries; wait and try again.', { retryAfterMs })
    },
    sweep() {
      for (const [key, times] of keys) if (live(times, now(), limit).length === 0) keys.delete(key)
    },
    get size() {
      return keys.size
    },
  }
}
