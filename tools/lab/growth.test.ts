import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { growthPerHour, lowerEnvelope, type MemorySample } from './growth.js'

const MIB = 1_048_576

function seeded(name: string): () => number {
  let count = 0
  return () => createHash('sha256').update(`${name} ${count++}`).digest().readUInt32BE() / 2 ** 32
}

/** A collected heap: saw teeth of 20 MiB over a floor, which leaks so much an hour, after a rise of a minute. */
function life(name: string, minutes: number, leakPerHour: number): MemorySample[] {
  const random = seeded(name)
  let tooth = 0
  return Array.from({ length: minutes * 60 }, (_, at) => {
    tooth = random() < 0.1 ? 0 : Math.min(20, tooth + random() * 3)
    const warm = 60 + 40 * Math.min(1, at / 60)
    return { at, bytes: (warm + tooth) * MIB + (leakPerHour * at) / 3_600 }
  })
}

const judged = (samples: readonly MemorySample[]) => growthPerHour(samples, { warmUpSeconds: 120, spanSeconds: 30 })

describe('whether memory grows', () => {
  it('finds what a life leaks through its noise', () => {
    for (let n = 0; n < 20; n++) {
      const found = judged(life(`leak ${n}`, 25, 40 * MIB))
      expect(found).toBeGreaterThan(25 * MIB)
      expect(found).toBeLessThan(55 * MIB)
    }
  })

  it('finds nothing where nothing leaks, whatever the collector does', () => {
    for (let n = 0; n < 20; n++) expect(Math.abs(judged(life(`flat ${n}`, 25, 0)))).toBeLessThan(10 * MIB)
  })

  it('is not moved by a step of one span, nor by what warms up', () => {
    const flat = life('burst', 25, 0)
    const burst = flat.map(({ at, bytes }) => ({ at, bytes: at > 600 && at < 640 ? bytes + 500 * MIB : bytes }))
    expect(Math.abs(judged(burst))).toBeLessThan(10 * MIB)
  })

  it('says when a life is too short to tell', () => {
    expect(() => judged(life('short', 2, 0))).toThrow('too short')
  })

  it('takes the least of each span', () => {
    const samples = [5, 3, 9, 7, 8].map((bytes, at) => ({ at, bytes }))
    expect(lowerEnvelope(samples, 3).map(({ bytes }) => bytes)).toEqual([3, 7])
  })
})
