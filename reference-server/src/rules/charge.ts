/** Charging a plan by the day (spec/05 section 15). Pure. */
import { AccountState } from '@solo2/proto/account'
import type { Standing } from '../store/port.js'
import { DAY_SECONDS, dayOf, type Plans, priceOf, trialEnd } from './plans.js'
import { FLAG_BALANCE_CHANGED, hasFunds, isSuspended, toGrace } from './standing.js'

export interface ChargeContext {
  readonly plans: Plans
  readonly registeredAt: number
  /** Unix seconds. */
  readonly now: number
}

/** Takes `price` from the bonus, then from the balance. What cannot be paid is not owed; with nothing left GRACE begins. */
function pay(standing: Standing, price: number, now: number): Standing {
  if (price === 0) return standing
  const fromBonus = Math.min(price, standing.bonus)
  const fromBalance = Math.min(price - fromBonus, standing.balance)
  const paid: Standing = {
    ...standing,
    bonus: standing.bonus - fromBonus,
    balance: standing.balance - fromBalance,
    flags: fromBonus + fromBalance > 0 ? standing.flags | FLAG_BALANCE_CHANGED : standing.flags,
  }
  return hasFunds(paid) ? paid : toGrace(paid, now)
}

/**
 * The charge of one UTC day, which `day` counts from 1970-01-01. Paused and suspended accounts and those in grace are not
 * charged; a trial ends with the first day that begins after it.
 */
export function chargeDay(
  standing: Standing,
  day: number,
  { plans, registeredAt, now }: ChargeContext,
): Standing | undefined {
  if (isSuspended(standing)) return undefined
  const price = priceOf(standing.type, plans)
  switch (standing.state) {
    case AccountState.ACTIVE:
      return price === 0 ? undefined : pay(standing, price, now)
    case AccountState.TRIAL:
      if (day * DAY_SECONDS < trialEnd(registeredAt, plans)) return undefined
      return pay({ ...standing, state: AccountState.ACTIVE }, price, now)
    default:
      return undefined
  }
}

/**
 * Ends a pause. While the trial runs it goes on; afterwards the day is charged at once, so that pausing over each
 * midnight is no way around the charge. The caller has asked `may`.
 */
export function resume(standing: Standing, context: ChargeContext): Standing | undefined {
  if (standing.state !== AccountState.PAUSED) return undefined
  const { plans, registeredAt, now } = context
  const inTrial = priceOf(standing.type, plans) > 0 && now < trialEnd(registeredAt, plans)
  if (inTrial) return { ...standing, state: AccountState.TRIAL }
  const active = { ...standing, state: AccountState.ACTIVE }
  return chargeDay(active, dayOf(now), context) ?? active
}
