/** The door over made-up sockets: many more hostile frames than a network would carry in the time. */
import { randomBytes } from 'node:crypto'
import { ClientFrame, RefusalReason, ServerFrame } from '@solo2/proto/introduction'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '../../../../tools/cases.js'
import { createLoneAdmission } from '../../rendezvous/bus/admission.js'
import { createRendezvous } from '../../rendezvous/rendezvous.js'
import { createTickets } from '../../rendezvous/tickets.js'
import { createIntroductionDoor } from './door.js'
import type { Peer } from './peer.js'

const random = (length: number) => new Uint8Array(randomBytes(length))

function setUp(admit?: () => Promise<'good'>) {
  const clock = { now: 0 }
  const now = () => clock.now
  const tickets = createTickets(random, now)
  const rendezvous = createRendezvous(random, now)
  const woken: Uint8Array[] = []
  const wake = (token: Uint8Array) => void woken.push(token.slice())
  const failed = (error: unknown) => {
    throw error
  }
  const door = createIntroductionDoor(
    { admission: admit === undefined ? createLoneAdmission(tickets) : { admit }, rendezvous, now, wake, failed },
    1_000,
  )
  const connect = () => {
    const frames: NonNullable<ServerFrame['frame']>[] = []
    const state = { closed: undefined as number | undefined, peer: undefined as Peer | undefined, frames }
    const socket = {
      send(bytes: Uint8Array) {
        if (state.closed !== undefined) throw new Error('sent after the end')
        const { frame } = ServerFrame.decode(bytes.slice())
        if (frame) frames.push(frame)
        return 1
      },
      getBufferedAmount: () => 0,
      end(code = 1_000) {
        if (state.closed !== undefined) throw new Error('ended twice')
        state.closed = code
        if (state.peer) door.disconnect(state.peer)
      },
    }
    door.connect(socket, (peer) => {
      state.peer = peer
    })
    return state
  }
  const receive = (peer: Peer | undefined, bytes: Uint8Array, isBinary = true) => {
    door.receive(peer as Peer, bytes, isBinary)
    // Whatever it was, nothing of it stays in the buffer that it came in.
    expect(Buffer.from(bytes).equals(Buffer.alloc(bytes.length))).toBe(true)
  }
  const open = () => {
    const state = connect()
    const [ticket] = tickets.issue(1)
    receive(
      state.peer,
      ClientFrame.encode({
        frame: { $case: 'open', value: { versions: [1], admission: { $case: 'ticket', value: ticket as Uint8Array } } },
      }).finish(),
    )
    expect(state.frames.shift()).toEqual({ $case: 'opened', value: { version: 1 } })
    return state
  }
  return { clock, door, rendezvous, woken, connect, open, receive }
}

describe('hostile frames at the door', () => {
  it('get one typed refusal and an end with its code, or are what they say; nothing throws, nothing stays', () => {
    const { clock, door, rendezvous, open, receive } = setUp()
    const valid = fc.constantFrom<NonNullable<ClientFrame['frame']>>(
      { $case: 'join', value: { topics: [random(16), random(16)] } },
      { $case: 'leave', value: { topics: [random(16)] } },
      { $case: 'send', value: { topic: random(16), signal: random(4_096) } },
      { $case: 'open', value: { versions: [1], admission: { $case: 'ticket', value: random(32) } } },
      { $case: 'wake', value: { token: random(32) } },
    )
    const bytes = valid.map((frame) => ClientFrame.encode({ frame }).finish())
    const hostile = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.tuple(bytes, fc.nat()).map(([frame, at]) => frame.slice(0, at % frame.length)),
      fc
        .tuple(bytes, fc.uint8Array({ minLength: 1, maxLength: 9 }))
        .map(([frame, tail]) => Uint8Array.from([...frame, ...tail])),
      fc
        .tuple(bytes, fc.nat({ max: 30 }), fc.integer({ min: 1, max: 255 }))
        .map(([frame, at, mask]) => frame.map((byte, i) => (i === at ? byte ^ mask : byte))),
      bytes.map((frame) => Uint8Array.from([...frame, ...frame])),
      fc.integer({ min: 8_193, max: 20_000 }).map((length) => new Uint8Array(length).fill(0x0a)),
      bytes,
    )
    const CLOSING = new Set<number>([
      RefusalReason.MALFORMED,
      RefusalReason.TOO_LONG,
      RefusalReason.TICKET,
      RefusalReason.VERSION,
      RefusalReason.ORDER,
    ])
    const count = cases(5_000, 100_000)
    const codes = new Set<number>()
    let attacker = open()
    for (const data of fc.sample(hostile, count)) {
      clock.now += 1_000
      receive(attacker.peer, data)
      const [answer, ...more] = attacker.frames.splice(0)
      expect(more).toEqual([])
      if (answer?.$case === 'refusal') {
        codes.add(answer.value.reason)
        expect(attacker.closed).toBe(CLOSING.has(answer.value.reason) ? 4_000 + answer.value.reason : undefined)
      } else expect(attacker.closed).toBe(answer?.$case === 'woken' ? 1_000 : undefined)
      if (attacker.closed !== undefined) attacker = open()
    }
    expect([...codes].sort((a, b) => a - b)).toEqual([
      RefusalReason.MALFORMED,
      RefusalReason.TOO_LONG,
      RefusalReason.ORDER,
      RefusalReason.NOT_JOINED,
    ])
    door.disconnect(attacker.peer as Peer)
    expect(door.size).toBe(0)
    expect(rendezvous.counts.topics).toBe(0)
  })

  it('[T6] are refused as text, whatever they hold', () => {
    const { open, receive } = setUp()
    const peer = open()
    receive(
      peer.peer,
      ClientFrame.encode({ frame: { $case: 'join', value: { topics: [random(16)] } } }).finish(),
      false,
    )
    expect(peer.closed).toBe(4_001)
  })
})

describe('[N1] a wake', () => {
  const frame = (token: Uint8Array) => ClientFrame.encode({ frame: { $case: 'wake', value: { token } } }).finish()
  const joining = () => ClientFrame.encode({ frame: { $case: 'join', value: { topics: [random(16)] } } }).finish()

  it('is answered alike for every token, once, and ends the socket; its token stays nowhere', () => {
    const { woken, open, receive, door } = setUp()
    const tokens = [random(32), new Uint8Array(32)]
    for (const token of tokens) {
      const peer = open()
      receive(peer.peer, frame(token))
      expect([peer.frames, peer.closed]).toEqual([[{ $case: 'woken', value: {} }], 1_000])
      receive(peer.peer, frame(token))
      receive(peer.peer, joining())
      expect(peer.frames).toHaveLength(1)
    }
    expect(woken).toEqual(tokens)
    expect(door.size).toBe(0)
  })

  it('is refused before the ticket, on a socket that ever joined a topic, and with another length', () => {
    const { woken, connect, open, receive } = setUp()
    const early = connect()
    receive(early.peer, frame(random(32)))
    const joined = open()
    receive(joined.peer, joining())
    const left = open()
    const [topic] = [random(16)]
    for (const $case of ['join', 'leave'] as const) {
      receive(left.peer, ClientFrame.encode({ frame: { $case, value: { topics: [topic as Uint8Array] } } }).finish())
    }
    for (const peer of [joined, left]) receive(peer.peer, frame(random(32)))
    const short = open()
    receive(short.peer, frame(random(31)))
    expect([early, joined, left, short].map(({ closed }) => closed)).toEqual([4_005, 4_005, 4_005, 4_001])
    expect(woken).toEqual([])
  })
})

describe('the end', () => {
  it('keeps what comes while a ticket is judged, up to a limit, and applies it in order', async () => {
    let judge = (_: 'good') => {}
    const { connect, receive } = setUp(() => new Promise((resolve) => (judge = resolve)))
    const { peer, frames, closed } = connect()
    const say = (frame: NonNullable<ClientFrame['frame']>) => receive(peer, ClientFrame.encode({ frame }).finish())
    const topic = random(16)
    say({ $case: 'open', value: { versions: [1], admission: { $case: 'ticket', value: random(32) } } })
    say({ $case: 'join', value: { topics: [topic] } })
    // 15 of them are below 65,536 bytes, the 16th is not.
    for (let n = 0; n < 16; n++) say({ $case: 'send', value: { topic, signal: random(4_096) } })
    expect(frames).toEqual([
      { $case: 'refusal', value: { reason: RefusalReason.RATE, topic: new Uint8Array(0), retryAfterMs: 1_000 } },
    ])
    judge('good')
    await new Promise((resolve) => setImmediate(resolve))
    const held = { $case: 'refusal', value: expect.objectContaining({ reason: RefusalReason.HELD_FULL, topic }) }
    expect(frames.slice(1)).toEqual([
      { $case: 'opened', value: { version: 1 } },
      { $case: 'joined', value: { topics: 1 } },
      ...Array(11).fill(held),
    ])
    expect(closed).toBeUndefined()
  })

  it('ends many sockets in groups, so that they do not come to other servers all at once', async () => {
    const { door, connect } = setUp()
    const sockets = Array.from({ length: 900 }, connect)
    const closing = door.close()
    expect(sockets.filter(({ closed }) => closed === 1_001)).toHaveLength(500)
    await closing
    expect(sockets.filter(({ closed }) => closed === 1_001)).toHaveLength(900)
  })

  it('says unavailable and closes every socket with 1001', async () => {
    const { door, connect, open } = setUp()
    const [a, b] = [open(), connect()]
    await door.close()
    for (const { frames, closed } of [a, b]) {
      expect(frames).toEqual([
        { $case: 'refusal', value: expect.objectContaining({ reason: RefusalReason.UNAVAILABLE }) },
      ])
      expect(closed).toBe(1_001)
    }
    expect(door.size).toBe(0)
  })
})
