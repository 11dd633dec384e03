/**
 * Tickets in a cluster (spec/decisions/0013): a ticket says, to who has the cluster's key, which server issued it; only that
 * one knows its hash and spends it, so that it is spent once however many servers are shown it at the same time.
 */
import { createHmac } from 'node:crypto'
import { wipe } from '@solo2/sdk/shared'
import { type Tickets, ticketHash } from '../tickets.js'
import { KIND, numberAt, spend, spent } from './message.js'
import { type Bus, NAME_SIZE } from './port.js'

/** Far above a round trip; below the time that a socket has for its Open. */
const ANSWER_MS = 2_000
/** Questions that wait for their answer; beyond it nobody could tell in time. */
const WAITING_MAX = 50_000

/** `unavailable`: nobody could be asked whether it is good. */
export type Admitted = 'good' | 'refused' | 'unavailable'

export interface Admission {
  /** Reads `ticket` before it returns, and does not keep it. */
  admit(ticket: Uint8Array): Admitted | Promise<Admitted>
}

/** What hides the issuer's name: given by the cluster's key and the ticket's other bytes. */
const maskOf = (key: Uint8Array, ticket: Uint8Array): Uint8Array =>
  createHmac('sha256', key).update(ticket.subarray(NAME_SIZE)).digest()

/** Writes the issuer into a new ticket, in place: a copy of its bytes could lie on the engine's heap (06-70). */
export function markTicket(key: Uint8Array, ticket: Uint8Array, name: Uint8Array): void {
  const mask = maskOf(key, ticket)
  for (let at = 0; at < NAME_SIZE; at++) ticket[at] = (name[at] as number) ^ (mask[at] as number)
}

function issuerOf(key: Uint8Array, ticket: Uint8Array): Uint8Array {
  const mask = maskOf(key, ticket)
  return mask.subarray(0, NAME_SIZE).map((byte, at) => byte ^ (ticket[at] as number))
}

export function createLoneAdmission(tickets: Tickets): Admission {
  return { admit: (ticket) => (tickets.spend(ticket) ? 'good' : 'refused') }
}

export function createAdmission(tickets: Tickets, bus: Bus, key: Uint8Array): Admission {
  const waiting = new Map<number, (admitted: Admitted) => void>()
  let questions = 0

  bus.on(KIND.SPEND, (from, message) => {
    bus.send(from, spent(numberAt(message, 1), tickets.spendHash(message.subarray(5))))
  })
  bus.on(KIND.SPENT, (_, message) => {
    waiting.get(numberAt(message, 1))?.(numberAt(message, 5) === 1 ? 'good' : 'refused')
  })
  const ask = (issuer: Uint8Array, ticket: Uint8Array): Admitted | Promise<Admitted> => {
    if (!bus.isUp || waiting.size >= WAITING_MAX) return 'unavailable'
    const neighbour = bus.find(issuer)
    // A server that ended took its tickets with it.
    if (neighbour === undefined) return 'refused'
    questions = (questions + 1) >>> 0
    const question = questions
    const hash = ticketHash(ticket)
    const answered = new Promise<Admitted>((resolve) => {
      const settle = (admitted: Admitted) => {
        clearTimeout(timer)
        waiting.delete(question)
        resolve(admitted)
      }
      const timer = setTimeout(() => settle('unavailable'), ANSWER_MS).unref()
      waiting.set(question, settle)
    })
    bus.send(neighbour, spend(question, hash))
    wipe(hash)
    return answered
  }
  return {
    admit(ticket) {
      if (tickets.spend(ticket)) return 'good'
      const issuer = issuerOf(key, ticket)
      return Buffer.compare(issuer, bus.name) === 0 ? 'refused' : ask(issuer, ticket)
    },
  }
}
