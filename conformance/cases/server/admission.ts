/** Tickets and the opening of the introduction socket (spec/06 section 2). */
import { RefusalReason, ServerFrame } from '@solo2/proto/introduction'
import { ensureKept } from '../../src/case.js'
import { ask, random, type ServerCase } from './subject.js'
import { admitted, connect, expectEnd, openFrame, ticket, tickets, topic, type Visit } from './visit.js'

const once: ServerCase = {
  id: 'server/introduction/ticket-once',
  title: 'a ticket admits once, and one that never was does not',
  promises: ['T2'],
  rules: ['06-2', '06-3', '06-17'],
  explain:
    'A ticket is shown on two sockets, one after the other; then random bytes are shown. The second and the third must be refused (TICKET) and closed with 4003.',
  async run(subject) {
    const shown = await ticket(subject)
    const first = await connect(subject)
    first.frame(openFrame(shown))
    ensureKept((await first.expect('opened')).version === 1, 'another version')
    for (const again of [shown, random(32)]) {
      const visit = await connect(subject)
      visit.frame(openFrame(again))
      await expectEnd(visit, RefusalReason.TICKET)
    }
    await first.end()
  },
}

const unlinked: ServerCase = {
  id: 'server/introduction/ticket-unlinked',
  title: 'tickets of one account have nothing in common',
  promises: ['T2'],
  rules: ['06-2', '05-98'],
  explain:
    'Eight tickets drawn in one call are compared bit by bit: each two must differ in about half of their 256 bits, and at no place may all have the same byte. Otherwise a ticket would tell whose it is.',
  async run(subject, seen) {
    const drawn = await tickets(subject, 8)
    const bits = (bytes: Uint8Array) =>
      [...bytes].flatMap((byte) => Array.from({ length: 8 }, (_, n) => (byte >> n) & 1))
    let least = 256
    for (const [at, one] of drawn.entries()) {
      ensureKept(one.length === 32, `a ticket has ${one.length} bytes`)
      for (const other of drawn.slice(at + 1)) {
        const b = bits(other)
        const apart = bits(one).filter((bit, n) => bit !== b[n]).length
        least = Math.min(least, apart)
        ensureKept(apart > 72 && apart < 184, `two tickets differ in ${apart} of 256 bits`)
      }
    }
    const alike = Array.from({ length: 32 }, (_, at) => at).filter(
      (at) => new Set(drawn.map((one) => one[at])).size === 1,
    )
    ensureKept(alike.length === 0, `all tickets have the same byte at ${alike.join()}`)
    seen.note(`two tickets differ in ${least} bits at least`)
  },
}

const order: ServerCase = {
  id: 'server/introduction/order',
  title: 'Open comes first and once, in a version that both speak',
  promises: ['T2'],
  rules: ['06-1', '06-3', '06-17'],
  explain:
    'Other frames before Open, a second Open and an unknown version are sent. Each must be refused with its reason and closed with its code; a ticket is spent by a version that is refused.',
  async run(subject) {
    for (const frame of [
      { $case: 'join', value: { topics: [topic()] } },
      { $case: 'wake', value: { token: random(32) } },
    ] satisfies Parameters<Visit['frame']>[0][]) {
      const visit = await connect(subject)
      visit.frame(frame)
      await expectEnd(visit, RefusalReason.ORDER)
    }
    const twice = await admitted(subject)
    twice.frame(openFrame(await ticket(subject)))
    await expectEnd(twice, RefusalReason.ORDER)
    const shown = await ticket(subject)
    const [later, spent] = [await connect(subject), await connect(subject)]
    later.frame(openFrame(shown, [999]))
    await expectEnd(later, RefusalReason.VERSION)
    spent.frame(openFrame(shown))
    await expectEnd(spent, RefusalReason.TICKET)
  },
}

const nothing: ServerCase = {
  id: 'server/introduction/nameless',
  title: 'the socket asks for nothing of an account and tells nothing of one',
  promises: ['T2'],
  rules: ['06-1', '06-2'],
  explain:
    'Sockets of two accounts are opened with a ticket and nothing else: no cookie, no token, no name. The answers to the upgrade and the first frames must be the same, byte for byte but for what the handshake draws.',
  async run(subject, seen) {
    const views: string[] = []
    for (let n = 0; n < 2; n++) {
      const visit = await connect(subject)
      visit.frame(openFrame(await ticket(subject)))
      const first = ServerFrame.encode({ frame: await visit.next() }).finish()
      const { date: _, 'sec-websocket-accept': __, ...headers } = visit.upgrade
      ensureKept(!('set-cookie' in headers), 'the upgrade sets a cookie')
      views.push(JSON.stringify([headers, Buffer.from(first).toString('hex')]))
      await visit.end()
    }
    seen.note(views[0] ?? '')
    ensureKept(views[0] === views[1], `two accounts are told apart: ${views.join(' and ')}`)
    const plain = await ask(subject, { method: 'GET', path: '/v1/introduction' })
    ensureKept(plain.status >= 400 && plain.status < 500, `without an upgrade it is ${plain.status}`)
  },
}

export const admissionCases: readonly ServerCase[] = [once, unlinked, order, nothing]
