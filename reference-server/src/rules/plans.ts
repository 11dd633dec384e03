/** What plans cost and how long trial and grace last (spec/05 section 15). Pure; configuration gives the numbers. */
import { AccountType } from '@solo2/proto/account'

/** What an account costs and how long it may owe (spec/05 section 14). */
export interface Plans {
  /** Cents a day; 0 is free. */
  readonly standard: number
  readonly platinum: number
  readonly trialDays: number
  readonly graceDays: number
}

export const DAY_SECONDS = 86_400

/** Cents a day. Founders and administrators pay nothing. */
export function priceOf(type: number, plans: Plans): number {
  if (type === AccountType.STANDARD) return plans.standard
  return type === AccountType.PLATINUM ? plans.platinum : 0
}

/** The first second after the trial; it follows from the registration, so that no column remembers it. */
export function trialEnd(registeredAt: number, plans: Plans): number {
  return registeredAt + plans.trialDays * DAY_SECONDS
}

/** Whole UTC days since 1970-01-01. */
export function dayOf(unix: number): number {
  return Math.floor(unix / DAY_SECONDS)
}
