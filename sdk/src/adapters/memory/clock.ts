/** Time that stands still until a test moves it. */

import { isWorkBeside } from './beside.js'

/** Time and timers, as a platform gives them. */
export interface Clock {
  /** Unix time in milliseconds. */
  now(): number
  /** Calls once when `ms` have passed; returns the way to cancel it. */
  after(ms: number, callback: () => void): () => void
}

/** A clock that stands until it is moved. */
export interface ManualClock extends Clock {
  /**
   * Moves on by `ms`, timer by timer in the order of their times. Between two timers, and at the end, everything runs
   * that waits for no time: promises, their followers, messages without delay.
   */
  advance(ms: number): Promise<void>
  /** Lets everything run that waits for no time. */
  settle(): Promise<void>
  /** Waiting timers. */
  readonly timers: number
}

interface Timer {
  readonly at: number
  readonly order: number
  readonly callback: () => void
}

/** How a manual clock moves. */
export interface ManualClockOptions {
  /** Work goes on that no clock sees, as on real disks: time moves on more slowly. */
  readonly isPatient?: boolean
}

/** Starts at `start`, in Unix milliseconds. */
export function manualClock(start = 1_750_000_000_000, { isPatient = false }: ManualClockOptions = {}): ManualClock {
  const turn = isPatient || typeof setImmediate !== 'function' ? message : immediate
  let now = start
  let count = 0
  const timers = new Set<Timer>()

  function next(until: number): Timer | undefined {
    let first: Timer | undefined
    for (const timer of timers) {
      if (timer.at > until) continue
      if (!first || timer.at < first.at || (timer.at === first.at && timer.order < first.order)) first = timer
    }
    return first
  }

  async function settle(): Promise<void> {
    for (let quiet = 0; quiet < ROUNDS; quiet++) {
      await turn()
      if (isWorkBeside()) quiet = 0
    }
  }

  return {
    now: () => now,
    after(ms, callback) {
      // Whole milliseconds, as a platform's clock gives them.
      const timer = { at: now + Math.ceil(Math.max(0, ms)), order: count++, callback }
      timers.add(timer)
      return () => {
        timers.delete(timer)
      }
    },
    async advance(ms) {
      const until = now + ms
      await settle()
      for (let timer = next(until); timer; timer = next(until)) {
        timers.delete(timer)
        now = Math.max(now, timer.at)
        timer.callback()
        await settle()
      }
      now = until
    },
    settle,
    get timers() {
      return timers.size
    },
  }
}

/** The real one, as Host gives it. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, callback) {
    const timer = setTimeout(callback, ms)
    return () => clearTimeout(timer)
  },
}

/** Rounds of the event loop, with no work beside it, that chains of promises may need before they rest. */
const ROUNDS = 30

/** A turn of Node's event loop, which no timer slows down. */
const immediate = (): Promise<void> =>
  new Promise((resolve) => {
    setImmediate(resolve)
  })

/** The same where there are no immediates, and longer. */
const message = (): Promise<void> =>
  new Promise((resolve) => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => {
      port1.close()
      resolve()
    }
    port2.postMessage(0)
  })
