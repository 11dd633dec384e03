import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '../../../tools/cases.js'
import { manualClock } from '../adapters/memory/clock.js'
import { createLifetimes } from './lifetimes.js'

const START = 1_750_000_000_000
const DAY = 86_400_000

/** A device: its timers stand still while it sleeps, and its clock can be set. */
function device() {
  const timers = manualClock(START)
  let ahead = 0
  let slept = 0
  return {
    host: { now: () => timers.now() + ahead, after: timers.after },
    timers,
    set: (ms: number) => {
      ahead += ms
    },
    sleep: (ms: number) => {
      ahead += ms
      slept += ms
    },
    /** What a clock on the wall would show. */
    passed: () => timers.now() - START + slept,
  }
}

describe('lives', () => {
  it('end on time, tell when, and tell again as long as something is over', async () => {
    const { host, timers } = device()
    let told = 0
    const lives = createLifetimes(host, () => {
      told++
    })
    lives.begin(1, { storedAt: START, seconds: 60 })
    lives.begin(2, { storedAt: START, seconds: 2_419_200 })
    expect([lives.expiresAt(1), lives.expiresAt(3)]).toEqual([START + 60_000, undefined])
    await timers.advance(59_999)
    expect([told, lives.over()]).toEqual([0, []])
    await timers.advance(1)
    expect([told, lives.over(), lives.isOver(1), lives.isOver(2)]).toEqual([1, [1], true, false])
    await timers.advance(10_000)
    expect(told).toBe(2)
    lives.end(1)
    await timers.advance(60_000)
    expect(told).toBe(2)
    lives.stop()
    expect(timers.timers).toBe(0)
  })

  it('go on where they were after a restart; one that began in the future is over', () => {
    const { host } = device()
    const lives = createLifetimes(host, () => undefined)
    lives.restore(1, { storedAt: START - 59_999, seconds: 60 })
    lives.restore(2, { storedAt: START - 60_000, seconds: 60 })
    lives.restore(3, { storedAt: START + 1, seconds: 2_419_200 })
    lives.restore(4, { storedAt: START, seconds: 5 })
    expect(lives.over()).toEqual([2, 3])
  })

  it('are over soon after a device woke, and a clock that is set back in a run changes nothing', async () => {
    const { host, timers, sleep, set } = device()
    const told: number[][] = []
    const lives = createLifetimes(host, () => told.push(lives.over()))
    lives.begin(1, { storedAt: START, seconds: 3_600 })
    lives.begin(2, { storedAt: START, seconds: 7_200 })
    sleep(3_600_000)
    expect(lives.isOver(1)).toBe(true)
    await timers.advance(10_000)
    expect(told[0]).toEqual([1])
    set(-DAY)
    await timers.advance(3_600_000)
    expect(lives.isOver(2)).toBe(true)
  })

  it('go on by the timers where a clock that is set back tells nothing', async () => {
    const { host, timers, set } = device()
    const told: number[] = []
    const lives = createLifetimes(host, () => told.push(timers.now() - START))
    lives.begin(1, { storedAt: START, seconds: 20 })
    for (let second = 0; second < 20; second++) {
      await timers.advance(1_000)
      set(-DAY)
    }
    expect(told).toEqual([20_000])
  })

  it('are never longer than the rule: whatever clock and sleep do, and at most one look late', async () => {
    const event = fc.oneof(
      fc.record({ do: fc.constant('wait' as const), ms: fc.nat(40_000) }),
      fc.record({ do: fc.constant('sleep' as const), ms: fc.nat(100_000) }),
      fc.record({ do: fc.constant('set' as const), ms: fc.integer({ min: -2 * DAY, max: DAY }) }),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 5, max: 200 }),
        fc.array(event, { maxLength: 20 }),
        async (seconds, events) => {
          const { host, timers, sleep, set, passed } = device()
          const lives = createLifetimes(host, () => undefined)
          lives.begin(1, { storedAt: START, seconds })
          // What a clock that is set between two looks hides: no more than the time between them.
          let hidden = 0
          for (const { do: what, ms } of events) {
            if (what === 'wait') await timers.advance(ms)
            else if (what === 'sleep') sleep(ms)
            else set(ms)
            if (what === 'set') hidden += 10_000
            lives.over()
            if (passed() >= seconds * 1_000 + hidden) expect(lives.isOver(1)).toBe(true)
          }
        },
      ),
      { numRuns: cases('property.run') },
    )
  })
})
