import { AccountState, AccountType } from '@solo2/proto/account'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '../../../tools/cases.js'
import type { Standing } from '../store/port.js'
import { chargeDay, resume } from './charge.js'
import { DAY_SECONDS, dayOf, type Plans, priceOf, trialEnd } from './plans.js'
import {
  addBonus,
  type Condition,
  changePlan,
  conditionOf,
  FLAG_BALANCE_CHANGED,
  firstState,
  isSuspended,
  lift,
  may,
  pause,
  seeBalance,
  serviceEndsAt,
  setMaximumSecurity,
  suspend,
  topUp,
} from './standing.js'

const PLANS: Plans = { standard: 7, platinum: 20, trialDays: 30, graceDays: 14 }
const START = 20_000 * DAY_SECONDS + 43_200

const STATES = ['', 'ACTIVE', 'TRIAL', 'PAUSED', 'GRACE']

type Event =
  | { kind: 'days'; count: number }
  | { kind: 'topUp' | 'bonus'; cents: number }
  | { kind: 'plan'; type: number }
  | { kind: 'pause' | 'resume' | 'suspend' | 'lift' | 'see' }

const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('days' as const), count: fc.integer({ min: 1, max: 20 }) }) },
  fc.record({ kind: fc.constantFrom('topUp' as const, 'bonus' as const), cents: fc.integer({ min: 1, max: 200 }) }),
  fc.record({ kind: fc.constant('plan' as const), type: fc.integer({ min: 1, max: 4 }) }),
  fc.record({
    kind: fc.constantFrom('pause' as const, 'resume' as const, 'suspend' as const, 'lift' as const, 'see' as const),
  }),
)

interface Step {
  readonly event: Event
  readonly before: Standing
  readonly after: Standing
  readonly now: number
}

/** The account through all events; each day is a step of its own. */
function live(events: readonly Event[], type = AccountType.STANDARD as number, plans = PLANS): Step[] {
  let standing: Standing = { type, state: firstState(type, plans), cutOff: 0, balance: 0, bonus: 0, flags: 0 }
  let now = START
  const steps: Step[] = []
  const note = (made: Event, after: Standing | undefined) => {
    steps.push({ event: made, before: standing, after: after ?? standing, now })
    standing = after ?? standing
  }
  for (const made of events) {
    const context = { plans, registeredAt: START, now }
    const condition = conditionOf(standing, plans, now)
    switch (made.kind) {
      case 'days':
        for (let day = 0; day < made.count; day++) {
          now += DAY_SECONDS
          note({ kind: 'days', count: 1 }, chargeDay(standing, dayOf(now), { ...context, now }))
        }
        break
      case 'topUp':
        note(made, topUp(standing, made.cents))
        break
      case 'bonus':
        note(made, addBonus(standing, made.cents))
        break
      case 'plan':
        note(made, changePlan(standing, made.type, plans))
        break
      case 'pause':
        if (may('pause', condition)) note(made, pause(standing))
        break
      case 'resume':
        if (may('resume', condition)) note(made, resume(standing, context))
        break
      case 'suspend':
        note(made, suspend(standing, now))
        break
      case 'lift':
        note(made, lift(standing, plans, now))
        break
      default:
        note(made, seeBalance(standing))
    }
  }
  return steps
}

const run = (check: (steps: Step[]) => void) =>
  fc.assert(
    fc.property(fc.array(event, { maxLength: 40 }), fc.integer({ min: 1, max: 4 }), (events, type) =>
      check(live(events, type)),
    ),
    { numRuns: cases('property.bytes') / 4 },
  )

describe('money', () => {
  it('[A7] is conserved: what came in is what was charged and what is left; never below zero', () => {
    run((steps) => {
      let credited = 0
      let charged = 0
      for (const { event: made, before, after } of steps) {
        if (made.kind === 'topUp' || made.kind === 'bonus') credited += made.cents
        else charged += before.balance + before.bonus - after.balance - after.bonus
        expect(after.balance).toBeGreaterThanOrEqual(0)
        expect(after.bonus).toBeGreaterThanOrEqual(0)
      }
      const last = steps.at(-1)?.after
      expect(credited).toBe(charged + (last?.balance ?? 0) + (last?.bonus ?? 0))
    })
  })

  it('[A7] charges a day at most its price, the bonus first, and only those who are served', () => {
    run((steps) => {
      for (const { event: made, before, after } of steps) {
        const fromBalance = before.balance - after.balance
        const taken = fromBalance + before.bonus - after.bonus
        if (made.kind === 'topUp' || made.kind === 'bonus') continue
        expect(taken).toBeGreaterThanOrEqual(0)
        expect(taken).toBeLessThanOrEqual(priceOf(before.type, PLANS))
        if (fromBalance > 0) expect(after.bonus).toBe(0)
        if (taken > 0) {
          expect(['days', 'resume']).toContain(made.kind)
          expect(isSuspended(before)).toBe(false)
          expect(before.state).not.toBe(AccountState.GRACE)
          expect(before.state === AccountState.PAUSED).toBe(made.kind === 'resume')
          expect(after.flags & FLAG_BALANCE_CHANGED).toBe(FLAG_BALANCE_CHANGED)
        }
      }
    })
  })
})

describe('standing', () => {
  it('[A10] has a mark exactly when suspended or in grace, and a suspension is lifted by its own event only', () => {
    run((steps) => {
      for (const { event: made, before, after, now } of steps) {
        const condition = conditionOf(after, PLANS, now)
        expect(after.cutOff === 0).toBe(['trial', 'active', 'paused'].includes(condition))
        if (isSuspended(before) && !isSuspended(after)) expect(made.kind).toBe('lift')
        if (!isSuspended(before) && isSuspended(after)) expect(made.kind).toBe('suspend')
        if (after.cutOff !== before.cutOff && after.cutOff > 0) expect(after.cutOff).toBe(now)
      }
    })
  })

  it('[A10] grace begins when nothing is left to pay with, and ends by a top-up, a bonus, a free plan or a suspension', () => {
    run((steps) => {
      for (const { event: made, before, after } of steps) {
        const [was, is] = [before.state === AccountState.GRACE, after.state === AccountState.GRACE]
        if (!was && is) {
          expect(['days', 'resume', 'lift']).toContain(made.kind)
          expect(after.balance + after.bonus).toBe(0)
        }
        if (was && !is) expect(['topUp', 'bonus', 'plan', 'suspend']).toContain(made.kind)
      }
    })
  })

  it('[A9] reaches every condition, and goes from state to state by these edges only', () => {
    const plans: Plans = { standard: 2, platinum: 2, trialDays: 2, graceDays: 1 }
    const events: Event[] = [
      { kind: 'days', count: 1 },
      { kind: 'topUp', cents: 1 },
      { kind: 'bonus', cents: 1 },
      { kind: 'plan', type: AccountType.STANDARD },
      { kind: 'plan', type: AccountType.FOUNDER },
      ...(['pause', 'resume', 'suspend', 'lift'] as const).map((kind) => ({ kind })),
    ]
    const reached = new Set<Condition>()
    const edges = new Set<string>()
    const seen = new Set<string>()
    // Every sequence of up to 6 events; those that lead to the same standing at the same time go on as one.
    let paths: Event[][] = [[]]
    for (let length = 1; length <= 6; length++) {
      paths = paths
        .flatMap((path) => events.map((next) => [...path, next]))
        .filter((path) => {
          const steps = live(path, AccountType.STANDARD, plans)
          const last = steps.at(-1)
          if (steps.length < path.length || last === undefined) return false
          const { before, after, event: made, now } = last
          reached.add(conditionOf(after, plans, now))
          if (before.state !== after.state) edges.add(`${STATES[before.state]} ${made.kind} ${STATES[after.state]}`)
          const key = JSON.stringify([after, now])
          return !seen.has(key) && seen.add(key)
        })
    }
    expect([...reached].sort()).toEqual(['active', 'cut_off', 'grace', 'paused', 'suspended', 'trial'])
    expect([...edges].sort()).toEqual(EDGES)
  })

  it('[A9] serves in trial, active and grace only; the mark makes the difference of days', () => {
    const base: Standing = { type: 1, state: AccountState.GRACE, cutOff: START, balance: 0, bonus: 0, flags: 0 }
    const end = START + PLANS.graceDays * DAY_SECONDS
    expect(serviceEndsAt(base, START, PLANS)).toBe(end)
    expect([end - 1, end].map((now) => may('service', conditionOf(base, PLANS, now)))).toEqual([true, false])
    const serves = (state: number, cutOff = 0) => may('service', conditionOf({ state, cutOff }, PLANS, START))
    expect([1, 2, 3, 4].map((state) => serves(state, state === 4 ? START : 0))).toEqual([true, true, false, true])
    expect([1, 2, 3].map((state) => serves(state, START))).toEqual([false, false, false])
  })

  it('[A8] founders and administrators pay nothing, whatever happens', () => {
    fc.assert(
      fc.property(
        fc.array(
          event.filter(({ kind }) => kind !== 'plan'),
          { maxLength: 30 },
        ),
        fc.constantFrom(AccountType.FOUNDER, AccountType.ADMIN),
        (events, type) => {
          for (const { before, after } of live(events, type)) {
            expect(after.state).not.toBe(AccountState.GRACE)
            expect(after.balance + after.bonus).toBeGreaterThanOrEqual(before.balance + before.bonus)
          }
        },
      ),
      { numRuns: cases('property.bytes') / 4 },
    )
  })

  it('lets a trial run to its second, through a pause too, and charges from the day that begins after it', () => {
    const trial: Standing = { type: 1, state: AccountState.TRIAL, cutOff: 0, balance: 50, bonus: 3, flags: 0 }
    const end = trialEnd(START, PLANS)
    const at = (now: number) => ({ plans: PLANS, registeredAt: START, now })
    expect(serviceEndsAt(trial, START, PLANS)).toBe(end)
    expect(chargeDay(trial, dayOf(end), at(end))).toBeUndefined()
    expect(chargeDay(trial, dayOf(end) + 1, at(end + DAY_SECONDS))).toMatchObject({ state: 1, balance: 46, bonus: 0 })
    const paused = { ...trial, state: AccountState.PAUSED }
    expect(resume(paused, at(end - 1))).toEqual(trial)
    expect(resume(paused, at(end))).toMatchObject({ state: 1, balance: 46, bonus: 0 })
    expect(resume({ ...paused, balance: 0, bonus: 2 }, at(end))).toMatchObject({ state: 4, cutOff: end, bonus: 0 })
  })

  it('[A14] keeps both flags in one byte, each cleared by its own call', () => {
    const plain: Standing = { type: 1, state: 1, cutOff: 0, balance: 0, bonus: 0, flags: 0 }
    const both = setMaximumSecurity(topUp(plain, 5), true) as Standing
    expect(both.flags).toBe(3)
    expect(seeBalance(both)?.flags).toBe(2)
    expect(setMaximumSecurity(both, false)?.flags).toBe(1)
    expect(setMaximumSecurity(both, true)).toBeUndefined()
    expect(seeBalance(plain)).toBeUndefined()
  })
})

const EDGES = [
  'ACTIVE days GRACE',
  'ACTIVE pause PAUSED',
  'GRACE bonus ACTIVE',
  'GRACE plan ACTIVE',
  'GRACE suspend ACTIVE',
  'GRACE topUp ACTIVE',
  'PAUSED resume ACTIVE',
  'PAUSED resume GRACE',
  'PAUSED resume TRIAL',
  'TRIAL days ACTIVE',
  'TRIAL days GRACE',
  'TRIAL pause PAUSED',
  'TRIAL plan ACTIVE',
  'ACTIVE lift GRACE',
].sort()
