/** The window against links of many rates and lengths: it fills them, and a message waits for little. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { CHOSEN } from '../limits.js'
import { type AcknowledgementState, fileDataCame } from './acknowledgement.js'
import { createWindow, frameAcked, frameSent, isWindowFull, windowFrames, windowOpensAt } from './window.js'

interface Link {
  /** Milliseconds that the link takes for a frame, and that each takes one way beside. */
  readonly frameMs: number
  readonly delayMs: number
}

interface Seen {
  readonly arrived: number
  /** Milliseconds that a frame which leaves in this instant would wait before the link takes it, once a millisecond. */
  readonly waits: readonly number[]
}

/** One frame each so often, with nothing of a file in it: what two people say to each other. */
const WORD_MS = 100

/** File data without end, except in pauses, over a link whose queue has no end, each millisecond in turn. */
function transfer(linkAt: (now: number) => Link, ms: number, isPause = (_now: number) => false): Seen {
  let window = createWindow()
  let acknowledgement: AcknowledgementState | undefined
  let freeAt = 0
  let arrived = 0
  let answerFreeAt = 0
  const inFlight: { readonly at: number; readonly isFile: boolean }[] = []
  const answers: { at: number; frames: number }[] = []
  const waits: number[] = []
  for (let now = 0; now < ms; now++) {
    const { frameMs, delayMs } = linkAt(now)
    const send = (isFile: boolean): void => {
      window = frameSent(window, now)
      freeAt = Math.max(freeAt, now) + frameMs
      inFlight.push({ at: freeAt + delayMs, isFile })
    }
    while ((inFlight[0]?.at ?? Number.POSITIVE_INFINITY) <= now) {
      const frame = inFlight.shift()
      arrived++
      if (frame?.isFile !== true) continue
      const step = fileDataCame(acknowledgement, now)
      acknowledgement = step.state
      if (!step.due) continue
      answerFreeAt = Math.max(answerFreeAt, now) + frameMs
      answers.push({ at: answerFreeAt + delayMs, frames: arrived })
    }
    while ((answers[0]?.at ?? Number.POSITIVE_INFINITY) <= now)
      window = frameAcked(window, answers.shift()?.frames ?? 0, now)
    if (isPause(now) && now % WORD_MS === 0) send(false)
    while (!isPause(now) && !isWindowFull(window, now)) {
      send(true)
      // What only the processor limits: no link here takes more.
      if (freeAt - now > 5_000) break
    }
    waits.push(Math.max(0, freeAt - now))
  }
  return { arrived, waits }
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN
const link = fc.record({
  frameMs: fc.double({ min: 0.5, max: 45, noNaN: true }),
  delayMs: fc.integer({ min: 0, max: 150 }),
})

describe('the window', () => {
  it('fills a link, and keeps the wait before it short', () => {
    fc.assert(
      fc.property(link, (one) => {
        const { arrived, waits } = transfer(() => one, 22_000)
        const settled = waits.slice(5_000)
        expect(arrived * one.frameMs).toBeGreaterThan(0.85 * 22_000)
        // Two frames are under way at least, an opening may be a frame early, and the round trip is known by and by.
        expect(median(settled)).toBeLessThan(1.5 * CHOSEN.QUEUE_MS + 3 * one.frameMs)
      }),
      { numRuns: 15 },
    )
  })

  it('follows a link that becomes slower or faster', () => {
    fc.assert(
      fc.property(link, fc.constantFrom(0.25, 4), (one, factor) => {
        const other = { ...one, frameMs: Math.min(45, one.frameMs * factor) }
        const { waits } = transfer((now) => (now < 6_000 ? one : other), 16_000)
        expect(median(waits.slice(10_000))).toBeLessThan(1.5 * CHOSEN.QUEUE_MS + 3 * other.frameMs)
      }),
      { numRuns: 8 },
    )
  })

  it('follows a link that becomes twenty times slower, also while it looks for the round trip', () => {
    for (let switchAt = 9_400; switchAt < 10_600; switchAt += 150) {
      const { waits } = transfer((now) => ({ frameMs: now < switchAt ? 1.8 : 36, delayMs: 2 }), 30_000)
      expect(median(waits.slice(20_000))).toBeLessThan(CHOSEN.QUEUE_MS + 3 * 36)
    }
  })

  it('keeps the first wait short after a pause in which the link became twenty times slower, and fills it as at the start if it did not', () => {
    const pauses = fc.integer({ min: 1_100, max: 20_000 })
    fc.assert(
      fc.property(pauses, fc.constantFrom(1, 20), (pauseMs, factor) => {
        const end = 5_000 + pauseMs
        const frameMs = 1.8 * factor
        const isPause = (now: number) => now >= 5_000 && now < end
        const linkAt = (now: number) => ({ frameMs: now < 5_050 ? 1.8 : frameMs, delayMs: 2 })
        const before = transfer(linkAt, end, isPause).arrived
        const { arrived, waits } = transfer(linkAt, end + 2_000, isPause)
        expect(Math.max(...waits.slice(end))).toBeLessThan((CHOSEN.FIRST_WINDOW_FRAMES + 3) * frameMs + CHOSEN.QUEUE_MS)
        const fresh = transfer(() => ({ frameMs, delayMs: 2 }), 2_000).arrived
        expect(arrived - before).toBeGreaterThan(0.9 * fresh - 2)
      }),
      { numRuns: 15 },
    )
  })

  it('finds a round trip that became longer', () => {
    const { arrived } = transfer((now) => ({ frameMs: 1, delayMs: now < 6_000 ? 5 : 120 }), 40_000)
    expect(arrived).toBeGreaterThan(0.85 * 40_000)
  })

  it('goes on, slowly, where nobody acknowledges', () => {
    let window = createWindow()
    let now = 0
    for (let sent = 0; sent < CHOSEN.FIRST_WINDOW_FRAMES + 10; sent++) {
      if (isWindowFull(window, now)) now = windowOpensAt(window, now)
      expect(isWindowFull(window, now)).toBe(false)
      window = frameSent(window, now)
    }
    expect(now).toBeGreaterThan(0)
  })

  it('opens when it says', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 400 }), fc.nat(40)), { maxLength: 30 }), (steps) => {
        let window = createWindow()
        let now = 0
        for (const [wait, share] of steps) {
          for (let n = 0; n < 40 && !isWindowFull(window, now); n++) window = frameSent(window, now)
          if (isWindowFull(window, now)) expect(isWindowFull(window, windowOpensAt(window, now))).toBe(false)
          now += wait
          const frames = window.acked + Math.floor(((window.sent - window.acked) * share) / 40)
          window = frameAcked(window, frames, now)
        }
      }),
    )
  })

  it('refuses acknowledgements of frames that were not sent, or of fewer than before', () => {
    let window = createWindow()
    for (let n = 0; n < 3; n++) window = frameSent(window, n)
    window = frameAcked(window, 2, 10)
    expect(() => frameAcked(window, 4, 20)).toThrow(expect.objectContaining({ code: 'out_of_order' }))
    expect(() => frameAcked(window, 1, 20)).toThrow(expect.objectContaining({ code: 'out_of_order' }))
    expect(windowFrames(window)).toBe(CHOSEN.FIRST_WINDOW_FRAMES)
  })
})
