/** Presence, delivery and what is held (spec/06 sections 3 and 4). */
import { RefusalReason } from '@solo2/proto/introduction'
import { sha256 } from '../../literal/primitives.js'
import { ensureKept } from '../../src/case.js'
import { call, refused } from './calls.js'
import { person } from './people.js'
import { random, type ServerCase } from './subject.js'
import { admitted, expectDelivery, expectRefusal, on, sendFrame, signal, topic, type Visit } from './visit.js'

const relayed: ServerCase = {
  id: 'server/introduction/relay',
  title: 'a signal reaches the other members once, byte for byte, in order, and never its sender',
  promises: ['T2', 'T6'],
  rules: ['06-12', '06-8', '06-18'],
  explain:
    'Three sockets meet on a topic and a fourth is on another one. Two signals are sent; each must come to the two others exactly once, and to nobody else, also after one has left.',
  async run(subject) {
    const [meeting, elsewhere] = [topic(), topic()]
    const a = await on(subject, meeting)
    const [b, c, other] = [await on(subject, meeting), await on(subject, meeting), await on(subject, elsewhere)]
    const sent = [signal(), signal()]
    for (const one of sent) a.frame(sendFrame(meeting, one))
    for (const visit of [b, c]) for (const one of sent) await expectDelivery(visit, meeting, one)
    ensureKept((await a.settled(meeting)).length === 0, 'its sender gets something')
    ensureKept((await other.settled(elsewhere)).length === 0, 'somebody on another topic gets something')
    for (const visit of [b, c]) ensureKept((await visit.settled(meeting)).length === 0, 'a signal comes twice')
    c.frame({ $case: 'leave', value: { topics: [meeting] } })
    c.frame({ $case: 'join', value: { topics: [elsewhere] } })
    ensureKept((await c.expect('joined')).topics === 1, 'who left is on the topic still')
    const last = signal()
    a.frame(sendFrame(meeting, last))
    await expectDelivery(b, meeting, last)
    ensureKept((await c.settled(elsewhere)).length === 0, 'who left gets a signal')
    for (const visit of [a, b, c, other]) await visit.end()
  },
}

const held: ServerCase = {
  id: 'server/introduction/held',
  title: 'a signal waits for the next who joins, comes once, and to nobody after',
  promises: ['T2'],
  rules: ['06-11', '06-12', '06-13'],
  explain:
    'Who is alone on a topic sends two signals. The next who joins must get Joined, then both in order; who joins after must get none, and neither must the sender, who joins anew.',
  async run(subject) {
    const meeting = topic()
    const a = await on(subject, meeting)
    const sent = [signal(), signal()]
    for (const one of sent) a.frame(sendFrame(meeting, one))
    ensureKept((await a.settled(meeting)).length === 0, 'its sender gets something')
    const b = await on(subject, meeting)
    for (const one of sent) await expectDelivery(b, meeting, one)
    ensureKept((await b.settled(meeting)).length === 0, 'a held signal comes twice')
    const c = await on(subject, meeting)
    ensureKept((await c.settled(meeting)).length === 0, 'a held signal comes to a second one too')
    const lonely = topic()
    a.frame({ $case: 'join', value: { topics: [lonely] } })
    await a.expect('joined')
    a.frame(sendFrame(lonely, signal()))
    a.frame({ $case: 'leave', value: { topics: [lonely] } })
    a.frame({ $case: 'join', value: { topics: [lonely] } })
    await a.expect('joined')
    ensureKept((await a.settled(lonely)).length === 0, 'who sent a held signal gets it')
    for (const visit of [a, b, c]) await visit.end()
  },
}

const full: ServerCase = {
  id: 'server/introduction/held-full',
  title: 'four signals are held on a topic and sixteen of a socket, and what is beyond is said',
  promises: ['T2'],
  rules: ['06-12', '06-14'],
  explain:
    'A fifth signal on a topic and a seventeenth of a socket must be refused as HELD_FULL with the topic and a wait of a minute at most; a Send to a topic that was not joined as NOT_JOINED. The socket stays.',
  async run(subject, seen) {
    const all = Array.from({ length: 5 }, topic)
    const a = await on(subject, ...all)
    const [first, second, third, fourth, fifth] = all as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array]
    for (let n = 0; n < 5; n++) a.frame(sendFrame(first, signal()))
    const waitMs = await expectRefusal(a, RefusalReason.HELD_FULL, first)
    seen.note(`held for another ${waitMs} ms`)
    ensureKept(waitMs > 0 && waitMs <= 60_000, `the wait is ${waitMs} ms`)
    for (const each of [second, third, fourth]) for (let n = 0; n < 4; n++) a.frame(sendFrame(each, signal()))
    a.frame(sendFrame(fifth, signal()))
    await expectRefusal(a, RefusalReason.HELD_FULL, fifth)
    const unknown = topic()
    a.frame(sendFrame(unknown, signal()))
    await expectRefusal(a, RefusalReason.NOT_JOINED, unknown)
    ensureKept((await a.settled(first)).length === 0, 'more than was refused is said')
    await a.end()
  },
}

const many: ServerCase = {
  id: 'server/introduction/too-many-topics',
  title: 'a socket is on 256 topics, and a Join beyond is refused as a whole',
  promises: ['T2'],
  rules: ['06-10', '06-17'],
  explain:
    '256 topics are joined, then two more in one frame with one that is joined. It must be refused (TOO_MANY_TOPICS), the socket stay, and none of the new ones be joined.',
  async run(subject) {
    const all = Array.from({ length: 256 }, topic)
    const a = await on(subject, ...all)
    const [known, beyond] = [all[0] as Uint8Array, topic()]
    a.frame({ $case: 'join', value: { topics: [known, beyond] } })
    await expectRefusal(a, RefusalReason.TOO_MANY_TOPICS)
    a.frame(sendFrame(beyond, signal()))
    await expectRefusal(a, RefusalReason.NOT_JOINED, beyond)
    a.frame({ $case: 'leave', value: { topics: [known] } })
    a.frame({ $case: 'join', value: { topics: [beyond] } })
    ensureKept((await a.expect('joined')).topics === 256, 'a topic that was left counts')
    await a.end()
  },
}

const crowded: ServerCase = {
  id: 'server/introduction/topic-full',
  title: 'a topic has eight members, and the ninth joins the others of its frame',
  promises: ['T2'],
  rules: ['06-10'],
  explain:
    'Eight sockets join a topic; a ninth joins it with another one. It must be refused for the first (TOPIC_FULL, with a wait) and be on the second, and when one of the eight has gone it must get in.',
  async run(subject) {
    const [meeting, second] = [topic(), topic()]
    const members: Visit[] = []
    for (let n = 0; n < 8; n++) members.push(await on(subject, meeting))
    const ninth = await admitted(subject)
    ninth.frame({ $case: 'join', value: { topics: [meeting, second] } })
    const waitMs = await expectRefusal(ninth, RefusalReason.TOPIC_FULL, meeting)
    ensureKept(waitMs > 0, 'no wait is told')
    ensureKept((await ninth.expect('joined')).topics === 1, 'the ninth is not on its other topic')
    const [first, ...others] = members as [Visit, ...Visit[]]
    await first.end()
    ninth.frame({ $case: 'join', value: { topics: [meeting] } })
    ensureKept((await ninth.expect('joined')).topics === 2, 'who left is a member still')
    for (const visit of [...others, ninth]) await visit.end()
  },
}

const wakes: ServerCase = {
  id: 'server/introduction/wake',
  title: 'a wake is answered alike whether somebody has the token or nobody, and only on a socket of its own',
  promises: ['C3', 'T2'],
  rules: ['06-57', '06-58', '06-59'],
  explain:
    'A token is given to the server by its hash, which another account must not take; it and a random one are sent, on fresh sockets. Each must be answered by Woken and a close with 1000; on a socket that joined a topic it must be refused (ORDER).',
  async run(subject) {
    const [ann, bob] = [await person(subject, 'ann'), await person(subject, 'bob')]
    const token = random(32)
    await call(subject, 'setWakeToken', { wakeHash: sha256(token) }, ann.token)
    await refused(subject, 'setWakeToken', { wakeHash: sha256(token) }, bob.token, 'invalid_argument', 'wake_hash')
    await refused(subject, 'setWakeToken', { wakeHash: random(31) }, bob.token, 'invalid_argument', 'wake_hash')
    for (const shown of [token, random(32), token]) {
      const visit = await admitted(subject)
      visit.frame({ $case: 'wake', value: { token: shown } })
      await visit.expect('woken')
      const code = await visit.ended()
      ensureKept(code === 1000, `closed with ${code}`)
    }
    await call(subject, 'setWakeToken', { wakeHash: new Uint8Array(0) }, ann.token)
    const joined = await on(subject, topic())
    joined.frame({ $case: 'wake', value: { token: random(32) } })
    await expectRefusal(joined, RefusalReason.ORDER)
    ensureKept((await joined.ended()) === 4005, 'the socket ends otherwise')
  },
}

export const topicCases: readonly ServerCase[] = [relayed, held, full, many, crowded, wakes]
