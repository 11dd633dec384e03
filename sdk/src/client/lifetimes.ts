/**
 * How long disappearing messages are still kept (spec/10 section 11): never longer than their life, whatever the clock
 * does. Within a run time is what timers measured or what the clock moved on, whichever is more, and a clock that is set
 * back takes nothing away: so neither it nor a device that slept prolongs a life. Not its concern: removing what is over.
 */
import { CHOSEN } from '../limits.js'
import type { Host } from '../ports/host.js'

export interface Life {
  /** Unix milliseconds by this device's clock. */
  readonly storedAt: number
  readonly seconds: number
}

export interface Lifetimes {
  /** From the vault: a clock that stands before `storedAt` was set back, so that nobody knows how much of it is left. */
  restore(position: number, life: Life): void
  /** A life that has just begun. */
  begin(position: number, life: Life): void
  end(position: number): void
  /** Messages have other positions, from the first to the second: their lives go on. */
  move(places: ReadonlyMap<number, number>): void
  /** Of all lives. */
  readonly positions: readonly number[]
  isOver(position: number): boolean
  /** Positions whose life is over. */
  over(): number[]
  /** When it ends, in Unix milliseconds by this device's clock as it stands now; undefined if it has no end. */
  expiresAt(position: number): number | undefined
  stop(): void
}

/** `onOver` is called when a life is over, again after a while as long as one is. */
export function createLifetimes(host: Pick<Host, 'now' | 'after'>, onOver: () => void): Lifetimes {
  /** By `elapsed`. */
  const ends = new Map<number, number>()
  /** Milliseconds of this run. */
  let elapsed = 0
  let looked = host.now()
  let timer: { readonly at: number; cancel(): void } | undefined
  let stopped = false

  function time(): number {
    const now = host.now()
    elapsed += Math.max(0, now - looked)
    looked = now
    return elapsed
  }

  function over(): number[] {
    const now = time()
    return [...ends].filter(([, end]) => end <= now).map(([position]) => position)
  }

  /** At the next end, and in between, since a device that slept does not count on its timers. */
  function schedule(least = 0): void {
    if (stopped || ends.size === 0) return
    const now = time()
    let next = now + CHOSEN.EXPIRY_CHECK_MS
    for (const end of ends.values()) next = Math.min(next, end)
    const wait = Math.max(least, next - now)
    if (timer !== undefined && timer.at <= now + wait) return
    timer?.cancel()
    const cancel = host.after(wait, () => {
      timer = undefined
      elapsed = Math.max(time(), now + wait)
      if (over().length > 0) onOver()
      // What cannot be removed now is tried again with the next check, not at once.
      schedule(CHOSEN.EXPIRY_CHECK_MS)
    })
    timer = { at: now + wait, cancel }
  }

  function keep(position: number, left: number): void {
    ends.set(position, time() + left)
    schedule()
  }

  return {
    restore(position, { storedAt, seconds }) {
      const age = host.now() - storedAt
      keep(position, age < 0 ? 0 : seconds * 1_000 - age)
    },
    // In the moment of a commit the clock may be corrected by a little: that hides no more than this moment.
    begin: (position, { storedAt, seconds }) => keep(position, seconds * 1_000 - Math.max(0, host.now() - storedAt)),
    end(position) {
      ends.delete(position)
      schedule()
    },
    move(places) {
      const moved = [...places].flatMap(([from, to]) => {
        const end = ends.get(from)
        return end === undefined ? [] : [[to, end] as const]
      })
      for (const from of places.keys()) ends.delete(from)
      for (const [to, end] of moved) ends.set(to, end)
    },
    get positions() {
      return [...ends.keys()]
    },
    isOver: (position) => (ends.get(position) ?? Number.POSITIVE_INFINITY) <= time(),
    over,
    expiresAt(position) {
      const end = ends.get(position)
      return end === undefined ? undefined : host.now() + end - time()
    },
    stop() {
      stopped = true
      timer?.cancel()
    },
  }
}
