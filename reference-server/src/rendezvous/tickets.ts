/**
 * Admission tickets: the hash of each and its end, in RAM, with no reference to who drew it. This module and the session
 * store know nothing of each other, and no module but the one that starts the server imports both.
 */
import { hash } from 'node:crypto'
import { PROTOCOL, Solo2Error } from '@solo2/sdk/shared'
import { ticketExpiry, ticketIsGood } from '../rules/ticket.js'
import { createKeyTable, type Keyed, UNPLACED } from './key-table.js'

/** Unspent tickets in all: each lives a minute, so this is far above any honest rate. */
const TICKETS_MAX = 200_000
const HASH_SIZE = 32

interface Ticket extends Keyed {
  readonly end: number
}

export interface Tickets {
  /** 32 random bytes each; the caller overwrites them when they are sent. Throws `unavailable` when too many are out. */
  issue(count: number): Uint8Array[]
  /** True once for each ticket that is not older than a minute. */
  spend(ticket: Uint8Array): boolean
  /** The same by its SHA-256, for a server where it was shown. */
  spendHash(hash: Uint8Array): boolean
  /** Forgets what has expired. */
  sweep(): void
}

export const ticketHash = (ticket: Uint8Array): Uint8Array => hash('sha256', ticket, 'buffer')

/** `mark`: writes into a new ticket which server issued it, in a cluster. */
export function createTickets(
  random: (length: number) => Uint8Array,
  now: () => number,
  mark: (ticket: Uint8Array) => void = () => {},
): Tickets {
  const table = createKeyTable<Ticket>(HASH_SIZE, random)
  const sweep = () => {
    const at = now()
    table.prune(({ end }) => !ticketIsGood(end, at))
  }
  const spendHash = (hash: Uint8Array) => {
    const found = table.find(hash)
    if (found === undefined) return false
    table.remove(found)
    return ticketIsGood(found.end, now())
  }
  return {
    issue(count) {
      if (table.size + count > TICKETS_MAX) sweep()
      if (table.size + count > TICKETS_MAX) {
        throw new Solo2Error('unavailable', 'The server is busy; try again.', { retryAfterMs: 10_000 })
      }
      return Array.from({ length: count }, () => {
        const ticket = random(PROTOCOL.TICKET_SIZE)
        mark(ticket)
        table.add(ticketHash(ticket), { place: UNPLACED, next: undefined, end: ticketExpiry(now()) })
        return ticket
      })
    },
    spend: (ticket) => spendHash(ticketHash(ticket)),
    spendHash,
    sweep,
  }
}
