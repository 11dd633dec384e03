import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '../../../tools/cases.js'
import { CHOSEN } from '../limits.js'
import { clockAhead, toldAhead } from './clock.js'

const { CLOCK_ANSWER_MS, CLOCK_STEADY_MS, CLOCK_WRONG_MS } = CHOSEN
const DAY = 86_400_000
const NOW = 1_790_000_000_000

const offset = fc.integer({ min: -400 * DAY, max: 400 * DAY })
/** Around the limits, where telling begins and ends. */
const near = fc.integer({ min: -2 * CLOCK_WRONG_MS, max: 2 * CLOCK_WRONG_MS })

describe('the clock as the server sees it', () => {
  it('is off by what the clock is off, give or take half of the way and of a second', () => {
    fc.assert(
      fc.property(
        offset,
        fc.integer({ min: 0, max: CLOCK_ANSWER_MS }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.integer({ min: 0, max: DAY }),
        (off, took, share, later) => {
          const sent = NOW + later
          const answered = sent + Math.round(took * share)
          const serverTime = Math.floor(answered / 1_000) * 1_000
          const ahead = clockAhead({ sentAt: sent + off, answeredAt: sent + took + off, serverTime })
          expect(Math.abs((ahead ?? Number.NaN) - off)).toBeLessThanOrEqual(took / 2 + 501)
        },
      ),
      { numRuns: cases('property.bytes') },
    )
  })

  it('is not known by an answer that was slow, or during which the clock was set back', () => {
    const at = (sentAt: number, answeredAt: number) => clockAhead({ sentAt, answeredAt, serverTime: 0 })
    expect(at(NOW, NOW + CLOCK_ANSWER_MS)).toBeDefined()
    expect(at(NOW, NOW + CLOCK_ANSWER_MS + 1)).toBeUndefined()
    expect(at(NOW, NOW - 1)).toBeUndefined()
    expect(at(NOW, Number.NaN)).toBeUndefined()
  })

  it('is told from the limit on, and until it is nearer by a step', () => {
    expect(toldAhead(0, CLOCK_WRONG_MS - 1)).toBe(0)
    expect(toldAhead(0, -CLOCK_WRONG_MS)).toBe(-CLOCK_WRONG_MS)
    expect(toldAhead(CLOCK_WRONG_MS, CLOCK_WRONG_MS - CLOCK_STEADY_MS)).toBe(CLOCK_WRONG_MS - CLOCK_STEADY_MS)
    expect(toldAhead(CLOCK_WRONG_MS, CLOCK_WRONG_MS - CLOCK_STEADY_MS - 1)).toBe(0)
  })

  it('never changes what is told by less than a step, nor tells of a clock that is nearly right', () => {
    fc.assert(
      fc.property(fc.array(near, { maxLength: 40 }), (answers) => {
        let told = 0
        for (const ahead of answers) {
          const next = toldAhead(told, ahead)
          if (next !== 0) expect(Math.abs(ahead)).toBeGreaterThanOrEqual(CLOCK_WRONG_MS - CLOCK_STEADY_MS)
          else expect(Math.abs(ahead)).toBeLessThan(CLOCK_WRONG_MS)
          if (next !== told && next !== 0 && told !== 0) {
            expect(Math.abs(next - told)).toBeGreaterThanOrEqual(CLOCK_STEADY_MS)
          }
          if (next !== 0) expect(Math.abs(next - ahead)).toBeLessThan(CLOCK_STEADY_MS)
          told = next
        }
      }),
      { numRuns: cases('property.bytes') },
    )
  })
})
