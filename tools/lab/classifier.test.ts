import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { featuresOf, judge, type Passed, type Sample } from './classifier.js'

const TICK = 0.5

function seeded(name: string): () => number {
  let count = 0
  return () => createHash('sha256').update(`${name} ${count++}`).digest().readUInt32BE() / 2 ** 32
}

/** A minute of frames on a clock with a jitter of a millisecond; each of `busy` leaves so much later. */
function minute(name: string, busy: number, late: number): Passed[] {
  const random = seeded(name)
  const offset = random()
  const passed: Passed[] = []
  for (let tick = 0; tick < 120; tick++) {
    for (const isFromFirst of [true, false]) {
      const side = isFromFirst ? 0 : 0.2
      const at = offset + side + tick * TICK + random() * 0.001 + (random() < busy ? late : 0)
      for (let part = 0; part < 4; part++)
        passed.push({ at: at + part * 0.0001, length: part < 3 ? 1_200 : 580, isFromFirst })
    }
  }
  return passed.sort((a, b) => a.at - b.at)
}

function samples(make: (label: string, name: string) => Passed[]): Sample[] {
  return Array.from({ length: 12 }, (_, n) => `session ${n}`).flatMap((session) =>
    ['idle', 'chat'].map((label) => {
      return { label, session, round: 0, features: featuresOf(make(label, `${session} ${label}`), TICK) }
    }),
  )
}

describe('the classifier of packet times', () => {
  it('finds 20 ms that a message adds', () => {
    const told = judge(
      samples((label, session) => minute(session, label === 'chat' ? 0.15 : 0, 0.02)),
      199,
      seeded('found'),
    )
    expect(told.accuracy).toBe(1)
    expect(told.p).toBeLessThanOrEqual(0.01)
  })

  it('finds no more than chance does where there is nothing to find', () => {
    const ps = Array.from(
      { length: 12 },
      (_, n) =>
        judge(
          samples((_, session) => minute(`${n} ${session}`, 0, 0)),
          99,
          seeded(`none ${n}`),
        ).p,
    )
    // Spread evenly over (0, 1]: one of twelve below a hundredth in eight seeds.
    expect(ps.filter((p) => p <= 0.01).length).toBeLessThanOrEqual(1)
    expect(ps.filter((p) => p > 0.3).length).toBeGreaterThan(4)
  })

  it('counts a window without packets as one', () => {
    expect(featuresOf([], TICK).every(Number.isFinite)).toBe(true)
  })
})
