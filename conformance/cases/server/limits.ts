/** Limits of tries: that they are there, what they say, and that a wait that was told is the right one (spec/05 section 7). */
import { ensureKept, Untestable } from '../../src/case.js'
import { attempt, call } from './calls.js'
import { person } from './people.js'
import { type ServerCase, wait } from './subject.js'

/** Beyond it a server counts as one that does not limit: in an hour 20 are the default. */
const TRIES = 64

const lookUps: ServerCase = {
  id: 'server/limits/look-up',
  title: 'codes cannot be listed by trying: look-ups of an account are limited, and the wait is told',
  promises: ['A6', 'A16'],
  rules: ['05-48', '05-3'],
  explain:
    'An account of its own looks up codes that nobody has until it is refused as rate_limited with a wait. Other calls of it must go on. A server may choose other numbers; one that lets 64 pass at once is called untestable.',
  async run(subject, seen) {
    const fay = await person(subject, 'fay')
    for (let tried = 0; tried < TRIES; tried++) {
      const { refusal } = await attempt(subject, 'lookUp', { code: 'ZZZZZZZZZZ' }, fay.token)
      ensureKept(refusal !== undefined, 'a code that nobody has finds somebody')
      if (refusal.code === 'wrong_code') continue
      ensureKept(refusal.code === 'rate_limited', `refused with ${refusal.code}`)
      ensureKept(refusal.status === 429, `the status is ${refusal.status}`)
      ensureKept(
        refusal.retryAfterMs > 0 && refusal.retryAfterMs <= 86_400_000,
        `the wait is ${refusal.retryAfterMs} ms`,
      )
      seen.note(`refused after ${tried}, for ${refusal.retryAfterMs} ms`)
      await wait(1_100)
      const later = (await attempt(subject, 'lookUp', { code: 'ZZZZZZZZZZ' }, fay.token)).refusal
      ensureKept(later?.code === 'rate_limited', 'it passes before the wait that was told')
      ensureKept(later.retryAfterMs < refusal.retryAfterMs, 'the wait does not pass, or a refused try prolongs it')
      await call(subject, 'getAccount', {}, fay.token)
      return
    }
    throw new Untestable(`${TRIES} look-ups in a row are within the limit of this server`)
  },
}

const tickets: ServerCase = {
  id: 'server/limits/tickets',
  title: 'one call draws 1 to 8 tickets, and an account a number of them in an hour',
  promises: ['T2'],
  rules: ['05-3'],
  explain:
    'Counts that are not allowed are refused; then an account of its own draws eight at a time until it is told to wait.',
  async run(subject, seen) {
    const fay = await person(subject, 'fay')
    for (const count of [0, 9, 4_294_967_295]) {
      const { refusal } = await attempt(subject, 'drawTickets', { count }, fay.token)
      ensureKept(
        refusal?.code === 'invalid_argument' && refusal.field === 'count',
        `${count} tickets: ${refusal?.code}`,
      )
    }
    for (let drawn = 0; drawn < 8 * TRIES; drawn += 8) {
      const { refusal } = await attempt(subject, 'drawTickets', { count: 8 }, fay.token)
      if (refusal === undefined) continue
      ensureKept(refusal.code === 'rate_limited' && refusal.retryAfterMs > 0, `refused with ${refusal.code}`)
      seen.note(`refused after ${drawn}, for ${refusal.retryAfterMs} ms`)
      return
    }
    throw new Untestable(`${8 * TRIES} tickets in a row are within the limit of this server`)
  },
}

export const limitCases: readonly ServerCase[] = [lookUps, tickets]
