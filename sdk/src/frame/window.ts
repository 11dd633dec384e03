/**
 * How much file data may be under way at once (spec/09 section 5): a window in frames that follows the rate at which the
 * other side acknowledges them, so that a message is never behind more than a few milliseconds of a file. The channel's own
 * buffer tells neither what its SCTP keeps below it nor what waits in a slow router.
 *
 *   window = rate x (shortest round trip + QUEUE_MS)
 *
 * Acknowledgements are sparse, since each costs a whole frame. Between two of them what is under way is taken to arrive at
 * the rate measured. A queue that never empties hides the shortest round trip: every ROUND_TRIP_MS the window shrinks until
 * one frame went and was acknowledged without it. A rate that was not made use of is forgotten, since the link may have become
 * another meanwhile. Not its concern: what the frames carry.
 */
import { ensure } from '../errors.js'
import { CHOSEN } from '../limits.js'

export interface WindowState {
  /** Frames given to the channel, and those acknowledged. */
  readonly sent: number
  readonly acked: number
  /** Of those given, how many are taken to have arrived at `heardAt`. */
  readonly arrived: number
  /** When frames left that are not acknowledged, the newest last: one mark for all of a millisecond. */
  readonly marks: readonly Mark[]
  /** Of the last acknowledgement, or of the first frame after a time in which the link was not made use of. */
  readonly heardAt: number | undefined
  /** Where the running measurement of the rate began. */
  readonly since: { readonly acked: number; readonly at: number } | undefined
  /** Frames a millisecond. */
  readonly rate: number | undefined
  /** The shortest one, and when it was seen. */
  readonly roundTrip: { readonly ms: number; readonly at: number } | undefined
  /** The window is small, and a frame that leaves after this instant finds no queue. */
  readonly drainingUntil: number | undefined
}

interface Mark {
  /** The number of the first frame that left then, from 1. */
  readonly from: number
  /** Unix milliseconds. */
  readonly at: number
}

/** Marks that are kept: a frame that is under way for longer tells no round trip. */
const KEPT_MARKS = 1_024
/** A rate is measured over so long at least, since a clock of milliseconds knows nothing of less. */
const MEASURED_MS = 20
/** After a longer silence the sender had nothing to send, which tells no rate. */
const STALE_MS = 1_000
/** So much more is no noise, and so much less is not made by half a window. */
const FASTER = 1.3
const SLOWER = 0.4
/** Acknowledgements may come so late before the rate counts as unknown. */
const TRUSTED_MS = 500
/** Frames a millisecond that are taken to arrive where nothing is known: a lost acknowledgement stops nobody. */
const LEAST_RATE = 0.01
const LEAST_FRAMES = 2
/** A sender that sent less of what the rate allows, since it last heard, has not made use of the link. */
const USED_SHARE = 0.25
const DRAINING_SHARE = 0.5
/** When the window opens, it opens so far that a timer is worth it. */
const OPENING_MS = 4

export function createWindow(): WindowState {
  return {
    sent: 0,
    acked: 0,
    arrived: 0,
    marks: [],
    heardAt: undefined,
    since: undefined,
    rate: undefined,
    roundTrip: undefined,
    drainingUntil: undefined,
  }
}

/** One frame was given to the channel. */
export function frameSent(before: WindowState, now: number): WindowState {
  const window = isUnused(before, now) ? begunAnew(before, now) : before
  const sent = window.sent + 1
  const marks = window.marks.at(-1)?.at === now ? window.marks : marked(window.marks, { from: sent, at: now })
  const { acked, arrived, heardAt = now, since, rate, roundTrip, drainingUntil } = window
  return { sent, acked, arrived, marks, heardAt, since, rate, roundTrip, drainingUntil }
}

function isUnused({ sent, arrived, heardAt = Number.NaN, rate }: WindowState, now: number): boolean {
  const silence = now - heardAt
  const used = rate === undefined ? CHOSEN.FIRST_WINDOW_FRAMES : USED_SHARE * rate * silence
  // A shorter one may be a busy machine's, and to learn the rate anew takes time.
  return silence >= STALE_MS && sent - arrived < used
}

/** What is only a word now and then is acknowledged by nobody until file data comes: it holds nothing back. */
function begunAnew(window: WindowState, now: number): WindowState {
  return { ...window, arrived: window.sent, heardAt: now, since: undefined, rate: undefined, drainingUntil: undefined }
}

function marked(marks: readonly Mark[], mark: Mark): readonly Mark[] {
  return marks.length < KEPT_MARKS ? [...marks, mark] : [...marks.slice(1), mark]
}

/** The other side has `frames` frames. Throws `out_of_order` for more than were sent or fewer than before (09-31). */
export function frameAcked(window: WindowState, frames: number, now: number): WindowState {
  ensure(frames >= window.acked && frames <= window.sent, 'out_of_order', 'an acknowledgement of frames that cannot be')
  const { marks } = window
  const leftAt = frames > window.acked ? marks.findLast(({ from }) => from <= frames)?.at : undefined
  const endOf = (index: number) => (marks[index + 1]?.from ?? window.sent + 1) - 1
  const acknowledged = {
    ...window,
    acked: frames,
    arrived: frames,
    marks: marks.filter((_, index) => endOf(index) > frames),
    heardAt: now,
  }
  if (leftAt === undefined) return measureRate(acknowledged, now, 0)
  return measureRate(measureRoundTrip(acknowledged, leftAt, now), now, now - leftAt)
}

function measureRoundTrip(window: WindowState, leftAt: number, now: number): WindowState {
  const ms = Math.max(0, now - leftAt)
  const { roundTrip, drainingUntil } = window
  if (roundTrip === undefined || ms <= roundTrip.ms) {
    return { ...window, roundTrip: { ms, at: now }, drainingUntil: undefined }
  }
  if (drainingUntil !== undefined) {
    return leftAt < drainingUntil ? window : { ...window, roundTrip: { ms, at: now }, drainingUntil: undefined }
  }
  return now - roundTrip.at >= CHOSEN.ROUND_TRIP_MS ? { ...window, drainingUntil: now + ms } : window
}

function measureRate(window: WindowState, now: number, roundTripMs: number): WindowState {
  const { since, acked, rate, drainingUntil } = window
  const begun = { ...window, since: { acked, at: now } }
  if (since === undefined || now - since.at > STALE_MS || now < since.at) return begun
  if (now - since.at < MEASURED_MS) return window
  const measured = Math.max(LEAST_RATE, (acked - since.acked) / (now - since.at))
  if (rate === undefined) return { ...begun, rate: measured }
  if (drainingUntil !== undefined) {
    // A small window makes a small rate. Of a link that is even slower, the queue has only begun to be seen.
    if (measured > SLOWER * rate) return begun
    return { ...begun, rate: (measured + rate) / 2, drainingUntil: now + roundTripMs }
  }
  // What differs little is noise, and a dip is believed when it stays: half of it each time. A faster link is used at once.
  return { ...begun, rate: measured > FASTER * rate ? measured : (measured + rate) / 2 }
}

/** Whether as much is under way as may be. */
export function isWindowFull(window: WindowState, now: number): boolean {
  // A clock that went back knows nothing: what the channel takes is limited by its own mark.
  return now >= (window.heardAt ?? now) && underWay(window, now) >= windowFrames(window)
}

/** Unix milliseconds at which a full window has room again, if nothing is heard until then. */
export function windowOpensAt(window: WindowState, now: number): number {
  const { heardAt = now } = window
  const rate = trustedRate(window)
  const missing = underWay(window, now) - windowFrames(window) + Math.max(1, rate * OPENING_MS)
  const trustedMs = Math.max(0, TRUSTED_MS - (now - heardAt))
  const ms = Math.min(trustedMs, missing / rate)
  return now + Math.max(1, Math.ceil(ms + Math.max(0, missing - rate * ms) / LEAST_RATE))
}

/** Frames that may be under way, a whole round trip's worth of them included. */
export function windowFrames({ rate, roundTrip, drainingUntil }: WindowState): number {
  if (rate === undefined || roundTrip === undefined) return CHOSEN.FIRST_WINDOW_FRAMES
  // With one frame at a time no other stands before it.
  if (drainingUntil !== undefined) return Math.max(1, rate * roundTrip.ms * DRAINING_SHARE)
  return Math.max(LEAST_FRAMES, rate * (roundTrip.ms + CHOSEN.QUEUE_MS))
}

/** Frames sent that an acknowledgement of now would not count. */
function underWay(window: WindowState, now: number): number {
  const { sent, arrived: known, heardAt = now } = window
  const silence = Math.max(0, now - heardAt)
  const arrived = trustedRate(window) * Math.min(silence, TRUSTED_MS) + LEAST_RATE * Math.max(0, silence - TRUSTED_MS)
  return Math.max(0, sent - known - arrived)
}

/** While the queue empties a rate that was measured too high must not fill it. */
function trustedRate({ rate = LEAST_RATE, drainingUntil }: WindowState): number {
  return drainingUntil === undefined ? rate : rate * DRAINING_SHARE
}
