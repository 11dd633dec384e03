/** How long things live (spec/05 section 9). Pure; unix seconds. */
import { PROTOCOL } from '@solo2/sdk/shared'

export function sessionExpiry(createdAt: number): number {
  return createdAt + PROTOCOL.SESSION_SECONDS
}

/** A pairing request created at or before this second has expired. */
export function pairingsExpired(now: number): number {
  return now - PROTOCOL.PAIRING_SECONDS
}

/** Seconds that a checkout may take. */
export const CHECKOUT_SECONDS = 1_800

/** A checkout created at or before this second has expired. */
export function checkoutsExpired(now: number): number {
  return now - CHECKOUT_SECONDS
}

/** From the expiry of a row to its deletion, at most; it counts as gone from its expiry on. */
export const SWEEP_MS = 60_000
