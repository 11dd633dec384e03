/**
 * At most `max` in any window of `windowMs` (spec/05 section 7): the times of what was admitted are kept, no longer than
 * the window. No clock and no place of its own: the caller keeps the state.
 */

export interface Limit {
  readonly max: number
  readonly windowMs: number
}

/**
 * What was admitted under one key: times in milliseconds from `first` on, oldest first. Changed in place: a copy for each
 * call would cost more than the call.
 */
export interface Admitted {
  times: number[]
  first: number
}

export function nothingAdmitted(): Admitted {
  return { times: [], first: 0 }
}

/** Forgets what is over, and tells how many still count. */
export function live(admitted: Admitted, now: number, { windowMs }: Limit): number {
  const start = now - windowMs
  const { times } = admitted
  while (admitted.first < times.length && (times[admitted.first] as number) <= start) {
    times[admitted.first] = 0
    admitted.first += 1
  }
  // The rest moves up when half is over: so each moves once, whatever the limit is.
  if (admitted.first * 2 > times.length) {
    times.splice(0, admitted.first)
    admitted.first = 0
  }
  return times.length - admitted.first
}

/** Admits `count` at once or none of them. 0 if admitted, otherwise the milliseconds until they can be. */
export function admit(admitted: Admitted, now: number, limit: Limit, count = 1): number {
  const counted = live(admitted, now, limit)
  const excess = counted + count - limit.max
  if (excess <= 0) {
    for (let n = 0; n < count; n++) admitted.times.push(now)
    return 0
  }
  // More than the whole limit at once can never be admitted: then the window's length is as good as any answer.
  const frees = counted === 0 ? now : (admitted.times[admitted.first + Math.min(excess, counted) - 1] as number)
  return Math.max(1, frees + limit.windowMs - now)
}

/**
 * Counts what somebody else admitted, `count` at the time `at`: no more than twice the limit is kept of it, since that
 * refuses as surely as more would.
 */
export function countIn(
  admitted: Admitted,
  now: number,
  limit: Limit,
  { count, at }: { readonly count: number; readonly at: number },
): void {
  // A clock that is ahead would otherwise count for longer than the window.
  const added = new Array<number>(Math.min(count, limit.max)).fill(Math.min(at, now))
  const all = [...admitted.times.slice(admitted.first), ...added].sort((a, b) => a - b)
  admitted.times = all.slice(-2 * limit.max)
  admitted.first = 0
  live(admitted, now, limit)
}
