import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { testEnv } from '../../test/fixtures/ratchet-pair.js'
import { CHOSEN } from '../limits.js'
import { NORMAL, nextDue } from './pace.js'

const at = (random: Uint8Array, pace: 'normal' | 'metered' = 'normal') =>
  nextDue({ kind: pace }, 1_000_000, { ...testEnv('pace'), random: () => random })

describe('the pace of heartbeats', () => {
  it('lies between 10 and 30 s after now, by the random bytes', () => {
    expect(at(Uint8Array.of(0, 0, 0, 0))).toBe(1_010_000)
    expect(at(Uint8Array.of(0x80, 0, 0, 0))).toBe(1_020_000)
    expect(at(new Uint8Array(4).fill(255))).toBeGreaterThan(1_029_999)
    expect(at(new Uint8Array(4).fill(255))).toBeLessThan(1_030_000)
  })

  it('reads a view of a longer array', () => {
    expect(at(Uint8Array.of(9, 9, 0, 0, 0, 0).subarray(2))).toBe(1_010_000)
  })

  it('draws evenly', () => {
    const env = testEnv('even')
    const tenths = new Array<number>(10).fill(0)
    for (let i = 0; i < 5_000; i++) {
      const waited = nextDue(NORMAL, 0, env) - 10_000
      const tenth = Math.floor(waited / 2_000)
      tenths[tenth] = (tenths[tenth] ?? 0) + 1
    }
    // 500 each, with a standard deviation of 21.
    for (const count of tenths) expect(Math.abs(count - 500)).toBeLessThan(130)
  })

  it('lies between 30 and 50 s on a metered network: before the other side gives up', () => {
    expect(at(Uint8Array.of(0, 0, 0, 0), 'metered')).toBe(1_030_000)
    expect(at(new Uint8Array(4).fill(255), 'metered')).toBeGreaterThan(1_049_999)
    expect(at(new Uint8Array(4).fill(255), 'metered')).toBeLessThan(1_050_000)
  })
})

describe('the clock of constant-rate mode', () => {
  const env = {
    ...testEnv('constant'),
    random() {
      throw new Error('the clock draws nothing')
    },
  }
  const RATE = CHOSEN.CONSTANT_RATE_MS

  it('[T9] keeps to its ticks however late a frame leaves, and leaves out what was missed', () => {
    fc.assert(
      fc.property(fc.nat(1e12), fc.array(fc.nat(5 * RATE)), (origin, lateness) => {
        let due = origin
        for (const late of lateness) {
          const now = due + late
          const next = nextDue({ kind: 'constant', origin }, now, env)
          expect((next - origin) % RATE).toBe(0)
          expect(next).toBeGreaterThan(now)
          expect(next - now).toBeLessThanOrEqual(RATE)
          due = next
        }
      }),
    )
  })

  it('goes on at its ticks when the device clock was set back', () => {
    expect(nextDue({ kind: 'constant', origin: 1_000_007 }, 400_000, env)).toBe(400_007)
  })
})
