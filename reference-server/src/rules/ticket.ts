/** When an admission ticket is good (spec/06 section 2). Pure; milliseconds. */
import { PROTOCOL } from '@solo2/sdk/shared'

export function ticketExpiry(issuedAt: number): number {
  return issuedAt + PROTOCOL.TICKET_SECONDS * 1000
}

/** `expiresAt` is undefined for a ticket that was never issued or is spent. */
export function ticketIsGood(expiresAt: number | undefined, now: number): boolean {
  return expiresAt !== undefined && now < expiresAt
}
