/**
 * At most `max` in any window of `windowMs` (spec/05 section 7): the times of what was admitted are kept, no longer than
 * the window. Pure; the caller keeps the state.
 */

export interface Limit {
  readonly max: number
  readonly windowMs: number
}

export interface Admission {
  /** Times in milliseconds, oldest first. */
  readonly times: readonly number[]
  /** 0 if admitted, otherwise the milliseconds until it can be. */
  readonly retryAfterMs: number
}

/** Admits `count` at once or none of them. */
export function admit(times: readonly number[], now: number, limit: Limit, count = 1): Admission {
  const start = now - limit.windowMs
  let first = 0
  while (first < times.length && (times[first] as number) <= start) first += 1
  const live = first === 0 ? times : times.slice(first)
  const excess = live.length + count - limit.max
  if (excess <= 0) return { times: [...live, ...new Array<number>(count).fill(now)], retryAfterMs: 0 }
  // More than the whole limit at once can never be admitted: then the window's length is as good as any answer.
  const frees = live[Math.min(excess, live.length) - 1] ?? now
  return { times: live, retryAfterMs: Math.max(1, frees + limit.windowMs - now) }
}
