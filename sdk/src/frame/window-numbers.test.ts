/** The window's steps by their numbers; window.test.ts shows that they fill a link. */
import { describe, expect, it } from 'vitest'
import { CHOSEN } from '../limits.js'
import {
  createWindow,
  frameAcked,
  frameSent,
  isWindowFull,
  type WindowState,
  windowFrames,
  windowOpensAt,
} from './window.js'

const FIRST = CHOSEN.FIRST_WINDOW_FRAMES

function sent(window: WindowState, frames: number, now: number): WindowState {
  let next = window
  for (let n = 0; n < frames; n++) next = frameSent(next, now)
  return next
}

/** 200 frames left at 0; 4 were acknowledged at 50, 6 more at 70: 0.3 frames a millisecond, a round trip of 50. */
function measured(): WindowState {
  return frameAcked(frameAcked(sent(createWindow(), 200, 0), 4, 50), 10, 70)
}

describe('before anything is known', () => {
  it('FIRST_WINDOW_FRAMES may be under way, and one in 100 ms is taken to arrive', () => {
    expect(isWindowFull(createWindow(), 5)).toBe(false)
    const almost = sent(createWindow(), FIRST - 1, 5)
    expect(isWindowFull(almost, 5)).toBe(false)
    const full = frameSent(almost, 5)
    expect(isWindowFull(full, 5)).toBe(true)
    expect(isWindowFull(full, 6)).toBe(false)
    const over = frameSent(full, 5)
    expect(isWindowFull(over, 105)).toBe(true)
    expect(isWindowFull(over, 106)).toBe(false)
    // A clock that went back holds nobody.
    expect(isWindowFull(over, 4)).toBe(false)
  })

  it('what is under way is counted from the first frame, not from the last', () => {
    const window = frameSent(sent(createWindow(), FIRST, 0), 100)
    expect(window.heardAt).toBe(0)
    expect(isWindowFull(window, 100)).toBe(true)
    expect(isWindowFull(window, 101)).toBe(false)
  })

  it('opens when a frame more has room', () => {
    const window = sent(createWindow(), FIRST, 0)
    expect(windowOpensAt(window, 0)).toBe(100)
    expect(windowOpensAt(frameSent(window, 0), 0)).toBe(200)
    // Long after the last word it is the same: the least rate is all that is trusted.
    expect(windowOpensAt(sent(window, 9, 0), 700)).toBe(700 + 300)
    expect(windowOpensAt(createWindow(), 40)).toBe(41)
  })
})

describe('marks', () => {
  it('are one for all frames of a millisecond, and go with what is acknowledged', () => {
    const window = sent(sent(sent(createWindow(), 2, 0), 1, 10), 2, 20)
    expect(window.marks).toEqual([
      { from: 1, at: 0 },
      { from: 3, at: 10 },
      { from: 4, at: 20 },
    ])
    expect(frameAcked(window, 1, 60).marks).toEqual(window.marks)
    expect(frameAcked(window, 2, 60).marks).toEqual(window.marks.slice(1))
    const third = frameAcked(window, 3, 60)
    expect(third.marks).toEqual(window.marks.slice(2))
    expect(third.roundTrip).toEqual({ ms: 50, at: 60 })
    expect(third).toMatchObject({ sent: 5, acked: 3, arrived: 3, heardAt: 60 })
    expect(frameAcked(window, 4, 60).marks).toEqual(window.marks.slice(2))
    expect(frameAcked(window, 5, 60).marks).toEqual([])
  })

  it('are 1,024, the newest', () => {
    let window = createWindow()
    for (let now = 0; now < 1_024; now++) window = frameSent(window, now)
    expect(window.marks.length).toBe(1_024)
    expect(window.marks[0]).toEqual({ from: 1, at: 0 })
    window = frameSent(window, 1_024)
    expect(window.marks.length).toBe(1_024)
    expect(window.marks[0]).toEqual({ from: 2, at: 1 })
    expect(window.marks.at(-1)).toEqual({ from: 1_025, at: 1_024 })
    // When the first frame left is forgotten, and so tells no round trip.
    expect(frameAcked(window, 1, 1_100).roundTrip).toBeUndefined()
  })
})

describe('the rate', () => {
  it('is measured over 20 ms at least', () => {
    const begun = frameAcked(sent(createWindow(), 20, 0), 4, 50)
    expect(begun.since).toEqual({ acked: 4, at: 50 })
    const early = frameAcked(begun, 10, 69)
    expect([early.rate, early.since]).toEqual([undefined, begun.since])
    expect(windowFrames(early)).toBe(FIRST)
    const known = frameAcked(begun, 10, 70)
    expect([known.rate, known.since]).toEqual([0.3, { acked: 10, at: 70 }])
    // 0.3 x (50 + QUEUE_MS).
    expect(windowFrames(known)).toBeCloseTo(24)
  })

  it('goes up at once by more than 1.3, otherwise half of the way', () => {
    const next = (frames: number) => frameAcked(measured(), 10 + frames, 90).rate
    expect(next(8)).toBe(0.4)
    expect(next(7)).toBeCloseTo(0.325)
    expect(next(6)).toBeCloseTo(0.3)
    expect(next(2)).toBeCloseTo(0.2)
    // Exactly 1.3 is noise: of 1, since 1.3 times 1 is what it is.
    const one = { ...measured(), rate: 1 }
    expect(frameAcked(one, 36, 90).rate).toBeCloseTo(1.15)
    // Nothing came: the least rate there is.
    expect(next(0)).toBeCloseTo(0.155)
  })

  it('begins anew after more than a second of silence, and where the clock went back', () => {
    const window = measured()
    expect(frameAcked(window, 110, 1_070).rate).toBeCloseTo(0.2)
    const late = frameAcked(window, 110, 1_071)
    expect([late.rate, late.since]).toEqual([0.3, { acked: 110, at: 1_071 }])
    const back = frameAcked(window, 110, 69)
    expect([back.rate, back.since]).toEqual([0.3, { acked: 110, at: 69 }])
    const still = frameAcked(window, 110, 70)
    expect([still.rate, still.since]).toEqual([0.3, window.since])
  })

  it('leaves room for two frames at least', () => {
    expect(windowFrames({ ...measured(), rate: 0.01 })).toBe(2)
    expect(windowFrames({ ...measured(), roundTrip: undefined })).toBe(FIRST)
  })
})

describe('the round trip', () => {
  it('is the shortest, and renewed by an equal one', () => {
    const window = sent(createWindow(), 1, 0)
    const first = frameAcked(window, 1, 50)
    expect(first.roundTrip).toEqual({ ms: 50, at: 50 })
    const again = (ms: number) => frameAcked(frameSent(first, 100), 2, 100 + ms).roundTrip
    expect(again(49)).toEqual({ ms: 49, at: 149 })
    expect(again(50)).toEqual({ ms: 50, at: 150 })
    expect(again(51)).toEqual({ ms: 50, at: 50 })
    // A clock that went back makes none below 0.
    expect(again(-5)).toEqual({ ms: 0, at: 95 })
  })

  it('is looked for anew after ROUND_TRIP_MS, with a small window until a frame went without a queue', () => {
    const old = measured()
    const due = 50 + CHOSEN.ROUND_TRIP_MS
    const still: WindowState = { ...old, sent: 10, marks: [], heardAt: due - 61 }
    const before = frameSent(still, due - 61)
    expect(frameAcked(before, 11, due - 1).drainingUntil).toBeUndefined()
    const window = sent(still, 1, due - 60)
    const draining = { ...frameAcked(window, 11, due), since: undefined }
    expect(draining.drainingUntil).toBe(due + 60)
    // Half of rate x round trip.
    expect(windowFrames(draining)).toBeCloseTo(7.5)
    expect(windowFrames({ ...draining, rate: 0.01 })).toBe(1)
    // A frame that left before finds the queue: nothing is known by it.
    const early = frameAcked(frameSent(draining, due + 59), 12, due + 130)
    expect([early.roundTrip, early.drainingUntil]).toEqual([old.roundTrip, due + 60])
    const late = frameAcked(frameSent(draining, due + 60), 12, due + 130)
    expect([late.roundTrip, late.drainingUntil]).toEqual([{ ms: 70, at: due + 130 }, undefined])
    // A shorter one ends it at once.
    const shorter = frameAcked(frameSent(draining, due + 10), 12, due + 50)
    expect([shorter.roundTrip, shorter.drainingUntil]).toEqual([{ ms: 40, at: due + 50 }, undefined])
  })

  it('is sought with a rate that a small window makes small, and that a slower link makes smaller', () => {
    const draining: WindowState = { ...measured(), drainingUntil: 500 }
    const next = (frames: number) => frameAcked(draining, 10 + frames, 100)
    // 12 frames in 100 ms are 0.4 of the rate.
    const more = frameAcked({ ...draining, since: { acked: 10, at: 0 } }, 23, 100)
    expect([more.rate, more.since, more.drainingUntil]).toEqual([0.3, { acked: 23, at: 100 }, 500])
    const slow = next(3)
    expect([slow.rate, slow.since, slow.drainingUntil]).toEqual([0.2, { acked: 13, at: 100 }, 200])
    // Exactly 0.4 of it is the link's.
    const exact = frameAcked({ ...draining, rate: 1, since: { acked: 10, at: 0 } }, 50, 100)
    expect(exact.rate).toBe(0.7)
    // An acknowledgement of nothing new tells no round trip.
    expect(next(0).drainingUntil).toBe(100)
    // And half of the rate is what arrives meanwhile.
    const under: WindowState = { ...draining, sent: 30, arrived: 0, heardAt: 0 }
    expect(isWindowFull(under, 150)).toBe(true)
    expect(isWindowFull(under, 151)).toBe(false)
  })
})

describe('with a rate', () => {
  it('what is under way arrives by it for 500 ms, and then slowly', () => {
    const window: WindowState = { ...measured(), sent: 200, acked: 10, heardAt: 0 }
    // 190 - 0.3 x 500 - 0.01 x (t - 500) = 24.
    expect(isWindowFull(window, 500)).toBe(true)
    expect(isWindowFull(window, 2_099)).toBe(true)
    expect(isWindowFull(window, 2_101)).toBe(false)
    expect(isWindowFull({ ...window, sent: 184 }, 500)).toBe(true)
    expect(isWindowFull({ ...window, sent: 183 }, 500)).toBe(false)
  })

  it('opens for 4 ms worth of frames, as far as the rate is trusted', () => {
    const window: WindowState = { ...measured(), rate: 0.5, sent: 60, acked: 10, heardAt: 0 }
    // 50 - 40 + 2 are missing: 24 ms.
    expect(windowOpensAt(window, 0)).toBe(24)
    // At 480 the rate is trusted for 20 ms more, which makes 10 of 62 frames; 52 take 5,200 ms.
    const far: WindowState = { ...window, sent: 350, acked: 10 }
    expect(windowOpensAt(far, 480)).toBe(480 + 20 + 5_200)
    expect(windowOpensAt(far, 600)).toBe(600 + 5_100)
    expect(windowOpensAt({ ...far, heardAt: 1_000 }, 1_480)).toBe(1_480 + 20 + 5_200)
    expect(windowOpensAt({ ...window, sent: 11 }, 0)).toBe(1)
  })
})

describe('a rate that was not made use of', () => {
  const known = (rest: Partial<WindowState>): WindowState => ({
    ...measured(),
    sent: 60,
    heardAt: 1_000,
    arrived: 10,
    ...rest,
  })
  const isForgotten = (window: WindowState, now: number) => frameSent(window, now).rate === undefined

  it('is forgotten when less than a quarter of it was sent in a second or more', () => {
    // 0.3 x 1,000 / 4 = 75.
    expect(isForgotten(known({ sent: 84 }), 2_000)).toBe(true)
    expect(isForgotten(known({ sent: 84 }), 1_999)).toBe(false)
    expect(isForgotten(known({ sent: 85 }), 2_000)).toBe(false)
    expect(isForgotten(known({ sent: 85 }), 2_001)).toBe(true)
    // A clock that went back tells no silence.
    expect(isForgotten(known({ sent: 10 }), 900)).toBe(false)
  })

  it('leaves the round trip, and all as if nothing were under way', () => {
    const before = known({ sent: 24, drainingUntil: 5_000 })
    const anew = frameSent(before, 2_000)
    expect(anew).toMatchObject({ sent: 25, acked: 10, arrived: 24, heardAt: 2_000, roundTrip: before.roundTrip })
    expect([anew.since, anew.rate, anew.drainingUntil]).toEqual([undefined, undefined, undefined])
    expect(anew.marks.at(-1)).toEqual({ from: 25, at: 2_000 })
    expect(windowFrames(anew)).toBe(FIRST)
    expect(isWindowFull(sent(anew, FIRST - 2, 2_000), 2_000)).toBe(false)
    expect(isWindowFull(sent(anew, FIRST - 1, 2_000), 2_000)).toBe(true)
    // What is heard counts again by itself.
    expect(frameAcked(anew, 20, 2_010)).toMatchObject({ acked: 20, arrived: 20, since: { acked: 20, at: 2_010 } })
  })

  it('is no rate yet while the first window was not filled: words that nobody acknowledges hold no file back', () => {
    const anew = frameSent(sent(createWindow(), FIRST - 1, 0), 1_000)
    expect(anew).toMatchObject({ sent: FIRST, arrived: FIRST - 1, heardAt: 1_000 })
    expect(isWindowFull(sent(anew, FIRST - 2, 1_000), 1_000)).toBe(false)
    expect(isWindowFull(sent(anew, FIRST - 1, 1_000), 1_000)).toBe(true)
    expect(frameSent(sent(createWindow(), FIRST - 1, 0), 999).arrived).toBe(0)
    expect(frameSent(sent(createWindow(), FIRST, 0), 1_000).arrived).toBe(0)
  })
})
