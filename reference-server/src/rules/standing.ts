/**
 * How an account stands (spec/05 section 14). Pure: a standing and an event in, a standing out, `undefined` for no change.
 *
 *               registered with a price            registered free
 *                        │                                │
 *                        ▼       trial over, charged      ▼        charge takes the last cent
 *                    ┌───────┐ ─────────────────────▶ ┌────────┐ ──────────────────────────▶ ┌───────┐   SOLO2_GRACE_DAYS
 *                    │ TRIAL │                        │ ACTIVE │                             │ GRACE │ ─ ─ ─ ─ ─▶ cut off
 *                    └───────┘ ◀───── resume ──┐  ┌── └────────┘ ◀────────────────────────── └───────┘   (still GRACE)
 *                        │       (trial runs)  │  │      ▲   │       top-up, bonus, free plan
 *                        │                   ┌────────┐  │   │
 *                        └───── pause ─────▶ │ PAUSED │ ─┘   │
 *                                            └────────┘ ◀────┘
 *                                             resume: charged for the day; with nothing to pay from, GRACE
 *
 * Suspended is a mark, not a state: cut_off > 0 while the state is another than GRACE, which is what the account comes
 * back to. Suspending in GRACE makes the state ACTIVE first; lifting with nothing to pay from gives a new GRACE.
 */
import { AccountState } from '@solo2/proto/account'
import type { Standing } from '../store/port.js'
import { DAY_SECONDS, type Plans, priceOf, trialEnd } from './plans.js'

export const FLAG_BALANCE_CHANGED = 1
export const FLAG_MAXIMUM_SECURITY = 2

/** What state and mark mean together. */
export type Condition = 'trial' | 'active' | 'grace' | 'paused' | 'cut_off' | 'suspended'

/**
 * What each may do. Logging in, reading one's data, changing secrets, topping up, feedback and deletion are no rows: they
 * are always allowed.
 */
export const MAY = {
  /** Look up, ask, accept, draw tickets, get mirror credentials; be found and be woken. */
  service: ['trial', 'active', 'grace'],
  pause: ['trial', 'active', 'paused'],
  resume: ['trial', 'active', 'paused'],
} as const satisfies Record<string, readonly Condition[]>

export function isSuspended({ state, cutOff }: Pick<Standing, 'state' | 'cutOff'>): boolean {
  return cutOff > 0 && state !== AccountState.GRACE
}

/** `now` in unix seconds. */
export function conditionOf(standing: Pick<Standing, 'state' | 'cutOff'>, plans: Plans, now: number): Condition {
  if (isSuspended(standing)) return 'suspended'
  switch (standing.state) {
    case AccountState.TRIAL:
      return 'trial'
    case AccountState.PAUSED:
      return 'paused'
    case AccountState.GRACE:
      return now < standing.cutOff + plans.graceDays * DAY_SECONDS ? 'grace' : 'cut_off'
    default:
      return 'active'
  }
}

export function may(act: keyof typeof MAY, condition: Condition): boolean {
  return (MAY[act] as readonly Condition[]).includes(condition)
}

/** Unix seconds at which service ends if nothing is paid: the end of trial or grace; 0 if none is near. */
export function serviceEndsAt(standing: Standing, registeredAt: number, plans: Plans): number {
  if (isSuspended(standing)) return 0
  if (standing.state === AccountState.TRIAL) return trialEnd(registeredAt, plans)
  return standing.state === AccountState.GRACE ? standing.cutOff + plans.graceDays * DAY_SECONDS : 0
}

/** What somebody begins as. */
export function firstState(type: number, plans: Plans): number {
  return priceOf(type, plans) > 0 && plans.trialDays > 0 ? AccountState.TRIAL : AccountState.ACTIVE
}

export const hasFunds = ({ balance, bonus }: Standing): boolean => balance + bonus > 0

/** GRACE that begins now. */
export function toGrace(standing: Standing, now: number): Standing {
  return { ...standing, state: AccountState.GRACE, cutOff: now }
}

/** Out of GRACE into good standing; any other standing as it is. */
function redeemed(standing: Standing): Standing {
  return standing.state === AccountState.GRACE ? { ...standing, state: AccountState.ACTIVE, cutOff: 0 } : standing
}

/** A payment of `cents`. Never lifts a suspension. */
export function topUp(standing: Standing, cents: number): Standing {
  const flags = standing.flags | FLAG_BALANCE_CHANGED
  return redeemed({ ...standing, balance: standing.balance + cents, flags })
}

export function addBonus(standing: Standing, cents: number): Standing {
  return redeemed({
    ...standing,
    bonus: standing.bonus + cents,
    flags: standing.flags | FLAG_BALANCE_CHANGED,
  })
}

/** The caller has asked {@link may}. */
export function pause(standing: Standing): Standing | undefined {
  return standing.state === AccountState.PAUSED ? undefined : { ...standing, state: AccountState.PAUSED }
}

/** An administrator takes service away. */
export function suspend(standing: Standing, now: number): Standing | undefined {
  return isSuspended(standing) ? undefined : { ...redeemed(standing), cutOff: now }
}

/** An administrator gives service back. */
export function lift(standing: Standing, plans: Plans, now: number): Standing | undefined {
  if (!isSuspended(standing)) return undefined
  const owes = standing.state === AccountState.ACTIVE && priceOf(standing.type, plans) > 0 && !hasFunds(standing)
  return owes ? toGrace(standing, now) : { ...standing, cutOff: 0 }
}

/** A plan that is free ends TRIAL and GRACE; one that costs is charged from the next day on. */
export function changePlan(standing: Standing, type: number, plans: Plans): Standing | undefined {
  if (standing.type === type) return undefined
  const changed = { ...standing, type }
  if (priceOf(type, plans) > 0) return changed
  return redeemed(changed.state === AccountState.TRIAL ? { ...changed, state: AccountState.ACTIVE } : changed)
}

/** The person has seen their balance. */
export function seeBalance(standing: Standing): Standing | undefined {
  return (standing.flags & FLAG_BALANCE_CHANGED) === 0
    ? undefined
    : { ...standing, flags: standing.flags & ~FLAG_BALANCE_CHANGED }
}

export function setMaximumSecurity(standing: Standing, on: boolean): Standing | undefined {
  const flags = on ? standing.flags | FLAG_MAXIMUM_SECURITY : standing.flags & ~FLAG_MAXIMUM_SECURITY
  return flags === standing.flags ? undefined : { ...standing, flags }
}
