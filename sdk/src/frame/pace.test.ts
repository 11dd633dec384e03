import { describe, expect, it } from 'vitest'
import { testEnv } from '../../test/fixtures/ratchet-pair.js'
import { nextHeartbeat } from './pace.js'

describe('nextHeartbeat', () => {
  const at = (random: Uint8Array) => nextHeartbeat(1_000_000, { ...testEnv('pace'), random: () => random })

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
      const waited = nextHeartbeat(0, env) - 10_000
      const tenth = Math.floor(waited / 2_000)
      tenths[tenth] = (tenths[tenth] ?? 0) + 1
    }
    // 500 each, with a standard deviation of 21.
    for (const count of tenths) expect(Math.abs(count - 500)).toBeLessThan(130)
  })
})
