/** What must be over after a minute: begun by the first case, looked at by the last, so that the wait costs little. */
import { RefusalReason } from '@solo2/proto/introduction'
import { ensureKept } from '../../src/case.js'
import { call } from './calls.js'
import { person } from './people.js'
import { type ServerCase, type ServerSubject, wait } from './subject.js'
import {
  connect,
  expectEnd,
  expectRefusal,
  on,
  openFrame,
  sendFrame,
  signal,
  tickets,
  topic,
  type Visit,
} from './visit.js'

/** Tickets and held signals live for 60 s (06-2, 06-12), counted from before this begins to wait: a second more shows. */
const GONE_MS = 60_100
/** What is gone may take its place until the server sweeps. */
const SWEPT_MS = 63_000

interface Begun {
  readonly ticket: Uint8Array
  readonly meeting: Uint8Array
  readonly sender: Visit
  /** A socket that never shows a ticket. */
  readonly silent: Visit
  readonly since: number
}

const begun = new WeakMap<ServerSubject, Promise<Begun>>()

async function begin(subject: ServerSubject): Promise<Begun> {
  const silent = await connect(subject)
  const meeting = topic()
  const sender = await on(subject, meeting)
  const [drawn] = await tickets(subject, 1)
  sender.frame(sendFrame(meeting, signal()))
  ensureKept((await sender.settled(meeting)).length === 0, 'a signal to nobody is refused')
  return { ticket: drawn as Uint8Array, meeting, sender, silent, since: performance.now() }
}

function beginning(subject: ServerSubject): Promise<Begun> {
  const known = begun.get(subject) ?? begin(subject)
  begun.set(subject, known)
  return known
}

export const first: ServerCase = {
  id: 'server/retention/tickets-are-told',
  title: 'tickets say that they live for 60 seconds',
  promises: ['T2'],
  rules: ['06-2'],
  explain:
    'DrawTickets must tell a lifetime of 60. A ticket and a signal are left behind, for the case that looks after a minute whether they are gone.',
  async run(subject) {
    const { token } = await person(subject, 'ann')
    const { lifetime } = await call(subject, 'drawTickets', { count: 1 }, token)
    ensureKept(lifetime === 60, `a ticket lives ${lifetime} s`)
    await beginning(subject)
  },
}

export const last: ServerCase = {
  id: 'server/retention/minute',
  title: 'after a minute a ticket admits nobody, a held signal is gone, and a socket without Open is closed',
  promises: ['T2'],
  rules: ['06-2', '06-4', '06-12', '05-92'],
  explain:
    'A ticket that nobody showed, a signal that nobody took and a socket that showed nothing are left for a minute. The ticket must be refused, who joins then must get no signal, and the socket must have been ended (ORDER, 4005); three seconds later the place of the signal must be free.',
  longestMs: 100_000,
  async run(subject, seen) {
    const { ticket, meeting, sender, silent, since } = await beginning(subject)
    const until = (ms: number) => wait(Math.max(0, since + ms - performance.now()))
    await until(GONE_MS)
    seen.note(`after ${((performance.now() - since) / 1000).toFixed(1)} s`)
    const [joiner, late] = await Promise.all([on(subject, meeting), connect(subject)])
    late.frame(openFrame(ticket))
    await expectEnd(late, RefusalReason.TICKET)
    await expectEnd(silent, RefusalReason.ORDER)
    ensureKept((await joiner.settled(meeting)).length === 0, 'an old signal is given to who joins')
    await joiner.end()
    await until(SWEPT_MS)
    for (let n = 0; n < 5; n++) sender.frame(sendFrame(meeting, signal()))
    await expectRefusal(sender, RefusalReason.HELD_FULL, meeting)
    ensureKept((await sender.settled(meeting)).length === 0, 'an old signal takes a place')
    const next = await on(subject, meeting)
    ensureKept((await next.settled(meeting)).length === 4, 'another number of signals than the four that are held')
    for (const visit of [next, sender]) await visit.end()
  },
}
