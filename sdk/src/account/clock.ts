/**
 * What a server's answers say of this device's clock (spec/05 section 3, 05-94): for the person to see. Nothing is computed
 * from it: no time of a message, no life, no key.
 */
import { CHOSEN } from '../limits.js'

export interface TimedAnswer {
  /** By this device's clock, in Unix milliseconds: before the request was sent, and when its answer was there. */
  readonly sentAt: number
  readonly answeredAt: number
  /** The second in which the server answered, by its own clock, in Unix milliseconds. */
  readonly serverTime: number
}

/** Half of what a whole second leaves open. */
const HALF_SECOND_MS = 500

/** By how many milliseconds this device's clock is ahead of the server's, or undefined if the answer does not tell. */
export function clockAhead({ sentAt, answeredAt, serverTime }: TimedAnswer): number | undefined {
  const took = answeredAt - sentAt
  // Otherwise the answer was slow, the device slept, or the clock was set meanwhile.
  if (!(took >= 0 && took <= CHOSEN.CLOCK_ANSWER_MS)) return undefined
  return Math.round(sentAt + took / 2 - (serverTime + HALF_SECOND_MS))
}

/** What is told after another answer: 0 while the clock is right. It stays as it is until it is off by a steady step. */
export function toldAhead(told: number, ahead: number): number {
  const { CLOCK_WRONG_MS, CLOCK_STEADY_MS } = CHOSEN
  const from = told === 0 ? CLOCK_WRONG_MS : CLOCK_WRONG_MS - CLOCK_STEADY_MS
  if (Math.abs(ahead) < from) return 0
  return told !== 0 && Math.abs(ahead - told) < CLOCK_STEADY_MS ? told : ahead
}
