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

/** Those of `times` that still count. */
export function live(times: readonly number[], now: number, { windowMs }: Limit): readonly number[] {
  const start = now - windowMs
  let first = 0
  while (first < times.length && (times[first] as number) <= start) first += 1
  return first === 0 ? times : times.slice(first)
}

/** Admits `count` at once or none of them. */
export function admit(times: readonly number[], now: number, limit: Limit, count = 1): Admission {
  const counted = live(times, now, limit)
  const excess = counted.length + count - limit.max
  if (excess <= 0) return { times: [...counted, ...new Array<number>(count).fill(now)], retryAfterMs: 0 }
  // More than the whole limit at once can never be admitted: then the window's length is as good as any answer.
  const frees = counted[Math.min(excess, counted.length) - 1] ?? now
  return { times: counted, retryAfterMs: Math.max(1, frees + limit.windowMs - now) }
}

/**
 * What counts when somebody else admitted `count` at the time `at`: no more than twice the limit is kept of it, since that
 * refuses as surely as more would.
 */
export function counted(
  times: readonly number[],
  now: number,
  limit: Limit,
  { count, at }: { readonly count: number; readonly at: number },
): readonly number[] {
  // A clock that is ahead would otherwise count for longer than the window.
  const added = new Array<number>(Math.min(count, limit.max)).fill(Math.min(at, now))
  const all = [...live(times, now, limit), ...added].sort((a, b) => a - b)
  return live(all, now, limit).slice(-2 * limit.max)
}
