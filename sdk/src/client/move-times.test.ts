import { beforeEach, expect, it } from 'vitest'
import { manualClock } from '../adapters/memory/clock.js'
import { createMoveTimes, type MoveTimes, type MoveTimesOptions } from './move-times.js'

const HOUR = 3_600_000

let clock: ReturnType<typeof manualClock>
let done: { what: 'direct' | 'renew'; after: number }[]
/** Of the answer of the server. */
let renewAt: number

function times(role: MoveTimesOptions['role'], isRelayOnly = true): MoveTimes {
  const start = clock.now()
  const note = (what: 'direct' | 'renew') => () => void done.push({ what, after: clock.now() - start })
  return createMoveTimes({
    host: { ...clock, now: clock.now, random: (length) => new Uint8Array(length).fill(255) },
    role,
    renewAt: start + HOUR,
    relayOnly: () => isRelayOnly,
    iceServers: async () => [{ urls: ['turn:m.test'], renewAt }],
    tryDirect: note('direct'),
    renew: note('renew'),
  })
}

beforeEach(() => {
  clock = manualClock()
  done = []
  renewAt = Number.POSITIVE_INFINITY
})

it.each(['offerer', 'answerer'] as const)(
  'renews in time, the %s in its turn, and again after waits that grow',
  async (role) => {
    const turn = role === 'offerer' ? 5_000 : 10_000
    times(role).path('mirror')
    await clock.advance(HOUR + turn - 1)
    expect(done).toEqual([])
    await clock.advance(131_000)
    expect(done.map(({ what, after }) => `${what} ${after - HOUR - turn}`)).toEqual([
      'renew 0',
      'renew 10000',
      'renew 30000',
      'renew 70000',
      'renew 130000',
    ])
  },
)

it('renews with nothing while the server has no fresh credential, and as soon as it has', async () => {
  renewAt = 0
  times('offerer').path('mirror')
  await clock.advance(HOUR + 100_000)
  expect(done).toEqual([])
  renewAt = Number.POSITIVE_INFINITY
  await clock.advance(80_000)
  expect(done).toHaveLength(1)
})

it('leaves a direct path alone, and one that was left meanwhile', async () => {
  const on = times('offerer', false)
  on.path('mirror')
  on.path('direct')
  await clock.advance(2 * HOUR)
  expect(done).toEqual([])
  on.path('mirror')
  on.stop()
  await clock.advance(2 * HOUR)
  expect(done).toEqual([])
})

it('tries direct paths after waits that grow, sooner on another network; by I, where it is allowed', async () => {
  const on = times('offerer', false)
  on.path('mirror')
  await clock.advance(150_000)
  expect(done.map(({ after }) => Math.round(after / 1_000))).toEqual([10, 30, 70, 150])
  on.soon()
  await clock.advance(170_000)
  expect(done).toHaveLength(6)
  done = []
  times('offerer', true).path('mirror')
  times('answerer', false).path('mirror')
  on.stop()
  await clock.advance(HOUR / 2)
  expect(done).toEqual([])
})
