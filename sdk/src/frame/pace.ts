/** When frames leave that nobody waits for (spec/09 section 5). */
import type { Env } from '../env.js'
import { CHOSEN } from '../limits.js'

/**
 * `normal`: what is there to be sent leaves at once, and a heartbeat after a random silence. `metered`: the same with longer
 * silences. `constant`: a frame at each tick of a clock, and none between two (09-15); all tunnels of a client have one clock,
 * and `origin` is one of its ticks, Unix milliseconds.
 */
export type Pace =
  | { readonly kind: 'normal' }
  | { readonly kind: 'metered' }
  | { readonly kind: 'constant'; readonly origin: number }

export const NORMAL: Pace = { kind: 'normal' }

/**
 * The instant, Unix milliseconds, of the next frame that leaves whether or not there is something to send. Takes 4 random
 * bytes, except of a clock: jitter keeps a pace from identifying a device, and ticks that were missed are left out, since a
 * burst would tell of them.
 */
export function nextDue(pace: Pace, now: number, env: Env): number {
  if (pace.kind === 'constant') return nextTick(pace.origin, now)
  const random = env.random(4)
  const fraction = new DataView(random.buffer, random.byteOffset).getUint32(0) / 2 ** 32
  const isMetered = pace.kind === 'metered'
  const mean = isMetered ? CHOSEN.METERED_HEARTBEAT_MS : CHOSEN.HEARTBEAT_MS
  const jitter = isMetered ? CHOSEN.METERED_JITTER : CHOSEN.HEARTBEAT_JITTER
  return now + mean * (1 + jitter * (2 * fraction - 1))
}

/** The first tick after `now` of the clock that ticks at `origin`. */
export function nextTick(origin: number, now: number): number {
  const rate = CHOSEN.CONSTANT_RATE_MS
  const since = (((now - origin) % rate) + rate) % rate
  return now + rate - since
}
