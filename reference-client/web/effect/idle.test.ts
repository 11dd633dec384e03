import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Clocks, since } from './idle.js'

const MINUTE = 60_000

describe('[V18] how long nobody used the page', () => {
  it.each<[string, Clocks, number]>([
    ['time passed', { wall: 5 * MINUTE, steady: 5 * MINUTE }, 5 * MINUTE],
    ['the device slept, and the even clock with it', { wall: 60 * MINUTE, steady: MINUTE }, 60 * MINUTE],
    ['somebody set the clock back', { wall: -60 * MINUTE, steady: 5 * MINUTE }, 5 * MINUTE],
  ])('%s', (_what, now, expected) => {
    expect(since({ wall: 0, steady: 0 }, now)).toBe(expected)
  })

  it('is never less than what either clock shows', () => {
    const clock = fc.record({ wall: fc.integer(), steady: fc.nat() })
    fc.assert(
      fc.property(clock, clock, (before, now) => {
        const passed = since(before, now)
        expect(passed).toBeGreaterThanOrEqual(now.wall - before.wall)
        expect(passed).toBeGreaterThanOrEqual(now.steady - before.steady)
      }),
    )
  })
})
