import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '../../../tools/cases.js'
import { createLimiter } from '../limiter.js'
import { admit, nothingAdmitted } from './rate-limit.js'

describe('admit', () => {
  it('never lets more than the limit into any window, and its wait is exact', () => {
    const events = fc.array(fc.tuple(fc.nat({ max: 400 }), fc.integer({ min: 1, max: 3 })), { maxLength: 60 })
    fc.assert(
      fc.property(events, fc.integer({ min: 3, max: 9 }), (steps, max) => {
        const limit = { max, windowMs: 1_000 }
        const admitted: number[] = []
        const state = nothingAdmitted()
        let now = 0
        for (const [gap, count] of steps) {
          now += gap
          const wait = admit(state, now, limit, count)
          if (wait === 0) for (let i = 0; i < count; i++) admitted.push(now)
          else {
            const at = now + wait
            expect(admit(structuredClone(state), at - 1, limit, count)).toBe(1)
            expect(admit(structuredClone(state), at, limit, count)).toBe(0)
          }
        }
        for (const start of admitted) {
          expect(admitted.filter((at) => at >= start && at < start + 1_000).length).toBeLessThanOrEqual(max)
        }
      }),
      { numRuns: cases('property.bytes') / 5 },
    )
  })

  it('admits none of what is more than the whole limit', () => {
    const state = nothingAdmitted()
    expect(admit(state, 5, { max: 3, windowMs: 1_000 }, 4)).toBe(1_000)
    expect(state).toEqual(nothingAdmitted())
  })
})

describe('a limiter', () => {
  it('counts keys apart, forgets the oldest beyond its bound, and throws a typed refusal', () => {
    let now = 0
    const limiter = createLimiter({ max: 1, windowMs: 1_000 }, () => now, undefined, 3)
    for (const key of ['a', 'b', 'c']) expect(limiter.tryTake(key)).toBe(0)
    expect(limiter.tryTake('a')).toBe(1_000)
    expect(limiter.tryTake('d')).toBe(0)
    // 'b' was used longest ago and is forgotten; 'a' is not, since it was just refused.
    expect(limiter.tryTake('a')).toBe(1_000)
    expect(limiter.tryTake('b')).toBe(0)
    now = 400
    expect(() => limiter.take('b')).toThrow(expect.objectContaining({ code: 'rate_limited', retryAfterMs: 600 }))
  })
})
