/** What ends after a minute, hours and days, to the second: with a test clock only (spec/15 section 7). */
import { AccountState } from '@solo2/proto/account'
import { RefusalReason } from '@solo2/proto/introduction'
import { Broken, ensureKept, Untestable } from '../../src/case.js'
import { attempt, call, refused, send } from './calls.js'
import { askClock, clocked, ensureEnds, isAtLoopback, renewAll, timeIn } from './clock.js'
import { logIn, type Person, person, renew } from './people.js'
import { refusalOf } from './refusals.js'
import { ask, type ServerCase, type ServerSubject } from './subject.js'
import { connect, expectRefusal, on, openFrame, sendFrame, signal, tickets, topic } from './visit.js'

const MINUTE_MS = 60_000
const DAY_MS = 86_400_000

const clockOfStrangers: ServerCase = {
  id: 'server/retention/clock',
  title: 'nobody but a test on the same machine can move the time of a server',
  promises: ['S2', 'R1'],
  rules: ['05-160', '05-161', '05-163', '15-12'],
  explain:
    'The time is asked for as a test does. A server elsewhere than at loopback must have no such path, and one without a test clock none either. One that has a clock must refuse steps that a page, a proxy or another host name asks for, steps back and steps that are no number, and must not have moved by any of them.',
  async run(subject, seen) {
    const first = await askClock(subject, '{"advanceMs":0}')
    const before = timeIn(first)
    if (before === undefined) {
      const other = await ask(subject, { path: '/v1/test/nothing', body: '{}' })
      ensureKept(first.status === other.status, `the path of a test clock is ${first.status}, not ${other.status}`)
      return seen.note(`no test clock: ${first.status}`)
    }
    ensureKept(isAtLoopback(subject), 'a server elsewhere than at loopback has a test clock')
    const step = JSON.stringify({ advanceMs: DAY_MS })
    for (const headers of [
      { origin: subject.origin },
      { origin: 'null' },
      { 'sec-fetch-site': 'same-origin' },
      { 'x-forwarded-for': '127.0.0.1' },
      { forwarded: 'for=127.0.0.1' },
      { host: 'solo2.example' },
      { host: '127.0.0.1.solo2.example' },
    ] as Record<string, string>[]) {
      const { status } = await askClock(subject, step, headers)
      ensureKept(status === 403, `a step with ${JSON.stringify(headers)} is ${status}`)
    }
    ensureKept(
      (await askClock(subject, step, { 'content-type': 'text/plain' })).status === 415,
      'a form moves the time',
    )
    for (const advanceMs of [-1, 0.5, 32 * DAY_MS, '1', null, [1]]) {
      const { status } = await askClock(subject, JSON.stringify({ advanceMs }))
      ensureKept(status === 400, `a step of ${JSON.stringify(advanceMs)} is ${status}`)
    }
    const after = timeIn(await askClock(subject, '{"advanceMs":0}'))
    ensureKept(after !== undefined && after >= before, `the time went from ${before} to ${after}`)
    ensureKept(after < before + DAY_MS, `the time went from ${before} to ${after}: a step that was refused moved it`)
    seen.note(`the server's time is ${after}`)
  },
}

/** Whether this ticket opens a socket. */
async function admits(subject: ServerSubject, ticket: Uint8Array): Promise<boolean> {
  const visit = await connect(subject)
  visit.frame(openFrame(ticket))
  const frame = await visit.next()
  const isOpen = frame.$case === 'opened'
  ensureKept(
    isOpen || (frame.$case === 'refusal' && frame.value.reason === RefusalReason.TICKET),
    `${frame.$case} came`,
  )
  if (isOpen) await visit.end()
  return isOpen
}

const ticketsEnd = clocked({
  id: 'server/retention/tickets',
  title: 'a ticket admits for 60 seconds, and not a second longer',
  promises: ['T2'],
  rules: ['06-2', '05-164', '15-13'],
  explain:
    "Two tickets are drawn and the server's time is read before and after. One must open a socket shortly before 60 seconds are over, the other must be refused when they are. It needs a server with a test clock.",
  async run(subject, clock, note) {
    const from = await clock.now()
    const [early, late] = (await tickets(subject, 2)) as [Uint8Array, Uint8Array]
    const end = [from + MINUTE_MS, (await clock.now()) + MINUTE_MS] as const
    note(`drawn between ${from} and ${end[1] - MINUTE_MS}`)
    await ensureEnds(clock, {
      what: 'a ticket',
      end,
      before: () => admits(subject, early),
      after: () => admits(subject, late),
    })
  },
})

const signalsEnd = clocked({
  id: 'server/retention/signals',
  title: 'a signal that nobody takes is held for 60 seconds, and then its place is free',
  promises: ['T2'],
  rules: ['06-12', '05-92', '05-164'],
  explain:
    "A signal is left on each of two topics and the server's time is read before and after. Who joins the one shortly before 60 seconds are over must get it, who joins the other when they are must not; and there must be room for as many as before. It needs a server with a test clock.",
  async run(subject, clock) {
    const [first, second] = [topic(), topic()]
    const sender = await on(subject, first, second)
    const from = await clock.now()
    for (const about of [first, second]) {
      sender.frame(sendFrame(about, signal()))
      ensureKept((await sender.settled(about)).length === 0, 'a signal to nobody is refused')
    }
    const end = [from + MINUTE_MS, (await clock.now()) + MINUTE_MS] as const
    const holds = async (about: Uint8Array): Promise<boolean> => {
      const joiner = await on(subject, about)
      const came = await joiner.settled(about)
      await joiner.end()
      return came.length > 0
    }
    await ensureEnds(clock, { what: 'a signal', end, before: () => holds(first), after: () => holds(second) })
    for (let n = 0; n < 5; n++) sender.frame(sendFrame(second, signal()))
    await expectRefusal(sender, RefusalReason.HELD_FULL, second)
    ensureKept((await sender.settled(second)).length === 0, 'an old signal takes a place')
    await sender.end()
  },
})

/** Beyond it a server counts as one that does not limit. */
const TRIES = 64

const limitsEnd = clocked({
  id: 'server/retention/limits',
  title: 'a try counts for as long as the wait says that is told, and no longer',
  promises: ['L1'],
  rules: ['05-164'],
  explain:
    'An account looks up codes that nobody has until it is told to wait. Shortly before the wait is over it must be refused, and when it is over it must be let in: what the server remembers of a call is gone with the window of the limit. It needs a server with a test clock.',
  async run(subject, clock, note) {
    const { token } = await person(subject, 'fay')
    const tryOnce = async () => refusalOf(await send(subject, 'lookUp', { code: 'ZZZZZZZZZZ' }, token))
    for (let tried = 0; tried < TRIES; tried++) {
      const from = await clock.now()
      const refusal = await tryOnce()
      if (refusal.code === 'wrong_code') continue
      ensureKept(refusal.code === 'rate_limited', `refused with ${refusal.code}`)
      const end = [from + refusal.retryAfterMs, (await clock.now()) + refusal.retryAfterMs] as const
      note(`refused after ${tried}, for ${refusal.retryAfterMs} ms`)
      const isLimited = async () => (await tryOnce()).code === 'rate_limited'
      return await ensureEnds(clock, { what: 'a limit', end, before: isLimited, after: isLimited })
    }
    throw new Untestable(`${TRIES} look-ups in a row are within the limit of this server`)
  },
})

const sessionsEnd = clocked({
  id: 'server/retention/day',
  title: 'a session opens its account for 24 hours, and not a second longer, however it is used',
  promises: ['S2'],
  rules: ['05-12', '05-13', '05-23', '05-164'],
  explain:
    "Somebody logs in, uses the session after twelve hours and shortly before its end, and lists the sessions of the account then. At the second that is 24 hours after its creation, by the server's time, the token must be one that never was, and no list may name it. It needs a server with a test clock.",
  async run(subject, clock, note) {
    const dan = await person(subject, 'dan')
    const from = await clock.now()
    const { token } = await logIn(subject, dan)
    const until = await clock.now()
    const own = async (by: Uint8Array) => (await call(subject, 'listSessions', {}, by)).sessions
    const current = (await own(token)).find((session) => session.current)
    ensureKept(current !== undefined, 'the session that asks is not listed')
    const createdMs = Number(current.createdAt) * 1_000
    ensureKept(createdMs > from - 1_000 && createdMs <= until, `created at ${createdMs}, not at ${from} to ${until}`)
    const end = createdMs + DAY_MS
    note(`created at ${createdMs}, by the server's time`)
    const opens = async () => (await attempt(subject, 'getAccount', {}, token)).refusal?.code !== 'unauthenticated'
    await clock.moveTo(createdMs + DAY_MS / 2)
    ensureKept(await opens(), 'a session is over after twelve hours')
    await ensureEnds(clock, { what: 'a session', end: [end, end], before: opens, after: opens })
    const later = await logIn(subject, dan)
    ensureKept(!(await own(later.token)).some(({ id }) => id === current.id), 'a session that is over is listed')
    await call(subject, 'logout', {}, later.token)
  },
})

const pairingsEnd = clocked({
  id: 'server/retention/days',
  title: 'a pairing request waits for 3 days, and not a second longer',
  promises: ['R1'],
  rules: ['05-17', '05-23', '05-164'],
  explain:
    'Ann asks Bob, who must see it until shortly before 3 days are over, and not when they are: then it cannot be answered, and Ann can ask again. It needs a server with a test clock.',
  async run(subject, clock, note) {
    const [ann, bob] = [await person(subject, 'ann'), await person(subject, 'bob')]
    const waiting = async ({ token }: Person, from: Person) =>
      (await call(subject, 'listPairings', {}, token)).incoming.find((one) => one.person?.alias === from.account.alias)
    const from = await clock.now()
    const request = { code: bob.account.alias }
    await call(subject, 'requestPairing', request, ann.token)
    const asked = await waiting(bob, ann)
    const until = await clock.now()
    ensureKept(asked !== undefined, 'a request is not shown to who was asked')
    const createdMs = Number(asked.createdAt) * 1_000
    ensureKept(createdMs > from - 1_000 && createdMs <= until, `created at ${createdMs}, not at ${from} to ${until}`)
    note(`asked at ${createdMs}, by the server's time`)
    const end = createdMs + 3 * DAY_MS
    const waits = async () => {
      await renewAll(subject)
      return (await waiting(bob, ann)) !== undefined
    }
    await ensureEnds(clock, { what: 'a request', end: [end, end], before: waits, after: waits })
    await refused(subject, 'answerPairing', { id: asked.id, accept: true }, bob.token, 'not_found', 'id')
    const { refusal } = await attempt(subject, 'requestPairing', request, ann.token)
    if (refusal?.code === 'failed_precondition') throw new Untestable('service of a new account ends within 3 days')
    const again = await waiting(bob, ann)
    if (again === undefined) throw new Broken('who asked once cannot ask again')
    ensureKept(again.createdAt > asked.createdAt, 'a new request has the time of the old one')
    await call(subject, 'answerPairing', { id: again.id, accept: false }, bob.token)
  },
})

const unpaid = clocked({
  id: 'server/standing/unpaid',
  title: 'who pays nothing is served to the end of trial and grace, to the second, and keeps the account',
  promises: ['A9', 'A10'],
  rules: ['05-50', '05-53', '05-54', '05-57', '05-164'],
  explain:
    'Somebody registers in trial and pays nothing. Tickets must be drawn to the end of the trial; when the first day after it has begun the account must be in grace, and when that ends, by the second that it was told, nothing is drawn any more, and the own data can still be read. It needs a server with a test clock on which service has a price.',
  async run(subject, clock, note) {
    const gil = await person(subject, 'gil')
    const standing = async () => {
      await renew(subject, gil)
      const { account } = await call(subject, 'getAccount', {}, gil.token)
      ensureKept(account !== undefined, 'GetAccount gave no account')
      return { state: account.state, endMs: Number(account.serviceEndsAt) * 1_000 }
    }
    const isServed = async () => {
      await renew(subject, gil)
      const { refusal } = await attempt(subject, 'drawTickets', { count: 1 }, gil.token)
      const code = refusal?.code ?? 'failed_precondition'
      ensureKept(code === 'failed_precondition', `DrawTickets was refused: ${code}`)
      return refusal === undefined
    }
    const trial = await standing()
    if (trial.state !== AccountState.TRIAL) throw new Untestable('a new account here has no trial')
    ensureKept(trial.endMs > (await clock.now()), `the trial ended at ${trial.endMs}`)
    await clock.moveTo(trial.endMs - 1)
    ensureKept(await isServed(), 'there is no service in the trial')
    await clock.moveTo((Math.floor(trial.endMs / DAY_MS) + 1) * DAY_MS)
    const grace = await standing()
    note(`the trial ended at ${trial.endMs}, grace at ${grace.endMs}`)
    ensureKept(grace.state === AccountState.GRACE, `with nothing paid the state is ${grace.state}, not grace`)
    await refused(subject, 'pauseAccount', {}, gil.token, 'failed_precondition')
    await ensureEnds(clock, {
      what: 'service',
      end: [grace.endMs, grace.endMs],
      before: isServed,
      after: isServed,
    })
    ensureKept((await standing()).state === AccountState.GRACE, 'an account that is cut off is in another state')
  },
})

/** Those of seconds first: the others end the sessions of everybody, and the last one the service. */
export const dayCases: readonly ServerCase[] = [
  clockOfStrangers,
  ticketsEnd,
  signalsEnd,
  limitsEnd,
  sessionsEnd,
  pairingsEnd,
  unpaid,
]
