/** A clock that went on without this program: it slept, or was frozen. */

export interface SleepOptions {
  readonly now: () => number
  /** Between two looks. */
  readonly everyMs: number
  /** So much later than due is a sleep, and not a busy machine or a throttled timer. */
  readonly lateMs: number
}

/** To be called every `everyMs`: whether it slept since the last call. */
export function sleepDetector({ now, everyMs, lateMs }: SleepOptions): () => boolean {
  let last = now()
  return () => {
    const before = last
    last = now()
    return last - before > everyMs + lateMs
  }
}
