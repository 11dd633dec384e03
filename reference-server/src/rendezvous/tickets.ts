/**
 * Admission tickets: the hash of each and its end, in RAM, with no reference to who drew it. This module and the session
 * store know nothing of each other, and no module but the one that starts the server imports both.
 */
import { createHash } from 'node:crypto'
import { PROTOCOL, Solo2Error } from '@solo2/sdk/shared'
import { ticketExpiry, ticketIsGood } from '../rules/ticket.js'

/** Unspent tickets in all: each lives a minute, so this is far above any honest rate. */
const TICKETS_MAX = 200_000

export interface Tickets {
  /** 32 random bytes each. Throws `unavailable` when too many are out. */
  issue(count: number): Uint8Array[]
  /** True once for each ticket that is not older than a minute. */
  spend(ticket: Uint8Array): boolean
  /** Forgets what has expired. */
  sweep(): void
}

export function createTickets(random: (length: number) => Uint8Array, now: () => number): Tickets {
  /** In the order of issue, which is the order of expiry too. */
  const ends = new Map<string, number>()
  const keyOf = (ticket: Uint8Array) => createHash('sha256').update(ticket).digest('base64')

  const sweep = () => {
    for (const [key, end] of ends) {
      if (ticketIsGood(end, now())) break
      ends.delete(key)
    }
  }
  return {
    issue(count) {
      sweep()
      if (ends.size + count > TICKETS_MAX) {
        throw new Solo2Error('unavailable', 'The server is busy; try again.', { retryAfterMs: 10_000 })
      }
      return Array.from({ length: count }, () => {
        const ticket = random(PROTOCOL.TICKET_SIZE)
        ends.set(keyOf(ticket), ticketExpiry(now()))
        return ticket
      })
    },
    spend(ticket) {
      const key = keyOf(ticket)
      const end = ends.get(key)
      ends.delete(key)
      return ticketIsGood(end, now())
    },
    sweep,
  }
}
