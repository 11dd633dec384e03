/** The answer of DrawTickets as bytes. The generated encoder works in a buffer of its own, which nobody could overwrite. */
import { DrawTicketsResponse } from '@solo2/proto/account'

/** Field 1 and the length of a ticket. */
const HEAD = [0x0a, 0x20] as const

/** Tickets of 32 bytes each; off the engine's heap. */
export function encodeTickets({ tickets, lifetime }: DrawTicketsResponse): Uint8Array {
  const tail = DrawTicketsResponse.encode({ tickets: [], lifetime }).finish()
  const size = tickets.reduce((sum, { length }) => sum + HEAD.length + length, 0)
  const out = new Uint8Array(new ArrayBuffer(size + tail.length))
  let at = 0
  for (const ticket of tickets) {
    out.set(HEAD, at)
    out.set(ticket, at + HEAD.length)
    at += HEAD.length + ticket.length
  }
  out.set(tail, at)
  return out
}
