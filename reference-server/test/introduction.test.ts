import { randomBytes } from 'node:crypto'
import { ClientFrame, RefusalReason } from '@solo2/proto/introduction'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { cases } from '../../tools/cases.js'
import { bytes, newPerson, type Person, startTestServer, type TestServer } from './harness.js'
import { connect, opened, type SocketClient, ticket } from './socket-client.js'

let server: TestServer
let amy: Person
beforeAll(async () => {
  server = await startTestServer()
  amy = await newPerson(server)
})

const topic = () => new Uint8Array(randomBytes(16))
const signal = (fill: number) => bytes(4096, fill)
const join = (...topics: Uint8Array[]) => ({ $case: 'join', value: { topics } }) as const
const leave = (...topics: Uint8Array[]) => ({ $case: 'leave', value: { topics } }) as const
const send = (on: Uint8Array, what: Uint8Array) => ({ $case: 'send', value: { topic: on, signal: what } }) as const
const openWith = (value: Uint8Array, versions = [1]) =>
  ({ $case: 'open', value: { versions, admission: { $case: 'ticket', value } } }) as const

async function on(...topics: Uint8Array[]): Promise<SocketClient> {
  const client = await opened(server, amy)
  client.frame(join(...topics))
  expect(await client.next()).toEqual({ $case: 'joined', value: { topics: topics.length } })
  return client
}

const refused = (reason: number, of: Uint8Array = new Uint8Array(0)) => ({
  $case: 'refusal',
  value: expect.objectContaining({ reason, topic: of }),
})

describe('opening', () => {
  it('takes a ticket once', async () => {
    const shown = await ticket(server, amy)
    const first = await connect(server)
    first.frame(openWith(shown))
    expect(await first.next()).toEqual({ $case: 'opened', value: { version: 1 } })
    const second = await connect(server)
    second.frame(openWith(shown))
    expect(await second.next()).toEqual(refused(RefusalReason.TICKET))
    expect(await second.closed).toBe(4003)
    await first.end()
  })

  it('takes a ticket for a minute', async () => {
    const own = await startTestServer()
    const person = await newPerson(own)
    for (const [age, frame] of [
      [59_999, { $case: 'opened', value: { version: 1 } }],
      [60_000, refused(RefusalReason.TICKET)],
    ] as const) {
      const shown = await ticket(own, person)
      own.clock.now += age
      const client = await connect(own)
      client.frame(openWith(shown))
      expect(await client.next()).toEqual(frame)
      await client.end()
    }
  })

  it('refuses a made-up ticket, another version, another first frame and a second Open', async () => {
    const attempts: [number, (client: SocketClient) => Promise<void>][] = [
      [RefusalReason.TICKET, async (client) => client.frame(openWith(bytes(32)))],
      [RefusalReason.VERSION, async (client) => client.frame(openWith(await ticket(server, amy), [2, 3]))],
      [RefusalReason.ORDER, async (client) => client.frame(join(topic()))],
      [RefusalReason.ORDER, async (client) => client.frame(send(topic(), signal(1)))],
      [RefusalReason.MALFORMED, async (client) => client.frame(openWith(bytes(31)))],
      [RefusalReason.MALFORMED, async (client) => client.frame(openWith(bytes(32), []))],
      [RefusalReason.MALFORMED, async (client) => client.frame(openWith(bytes(32), [2, 1]))],
      [RefusalReason.MALFORMED, async (client) => client.bytes('{"open":{}}')],
    ]
    for (const [reason, attempt] of attempts) {
      const client = await connect(server)
      await attempt(client)
      expect(await client.next()).toEqual(refused(reason))
      expect(await client.closed).toBe(4000 + reason)
    }
    const twice = await opened(server, amy)
    twice.frame(openWith(await ticket(server, amy)))
    expect(await twice.next()).toEqual(refused(RefusalReason.ORDER))
    expect(await twice.closed).toBe(4005)
  })

  it('speaks the highest version that both know', async () => {
    const client = await connect(server)
    client.frame(openWith(await ticket(server, amy), [1, 2, 900]))
    expect(await client.next()).toEqual({ $case: 'opened', value: { version: 1 } })
    await client.end()
  })

  it('is for a limited number of sockets', async () => {
    const small = await startTestServer({ SOLO2_SOCKETS: '2' })
    const clients = [await connect(small), await connect(small), await connect(small)]
    expect(await clients[2]?.next()).toEqual(refused(RefusalReason.UNAVAILABLE))
    expect(await clients[2]?.closed).toBe(4012)
    await clients[0]?.end()
    const later = await connect(small)
    later.frame(join(topic()))
    expect(await later.next()).toEqual(refused(RefusalReason.ORDER))
  })

  it('is limited by client too, by a typed answer before the upgrade', async () => {
    const small = await startTestServer({ SOLO2_LIMIT_SOCKETS: '2/60' })
    await connect(small)
    await connect(small)
    await expect(connect(small)).rejects.toThrow('429')
  })
})

describe('signals', () => {
  it('go to the others on the topic at once, unchanged, and not to the sender', async () => {
    const meeting = topic()
    const [a, b, c] = [await on(meeting), await on(meeting), await on(meeting)]
    const sent = new Uint8Array(randomBytes(4096))
    a.frame(send(meeting, sent))
    for (const other of [b, c]) {
      expect(await other.next()).toEqual({ $case: 'delivery', value: { topic: meeting, signal: sent } })
    }
    expect(await a.settle(meeting)).toEqual([])
    for (const client of [a, b, c]) await client.end()
  })

  it('are held for the next who joins, given once, in order, and then gone', async () => {
    const meeting = topic()
    const a = await on(meeting)
    for (const fill of [1, 2, 3, 4]) a.frame(send(meeting, signal(fill)))
    expect(await a.settle(meeting)).toEqual([])
    const b = await on(meeting)
    for (const fill of [1, 2, 3, 4]) {
      expect(await b.next()).toEqual({ $case: 'delivery', value: { topic: meeting, signal: signal(fill) } })
    }
    await b.end()
    const c = await on(meeting)
    expect(await c.settle(meeting)).toEqual([])
    for (const client of [a, c]) await client.end()
  })

  it('are held when the sender leaves, and do not come back to the one who sent them', async () => {
    const meeting = topic()
    const a = await on(meeting)
    a.frame(send(meeting, signal(5)))
    a.frame(leave(meeting))
    expect(await a.settle(meeting)).toEqual([])
    await a.end()
    const b = await on(meeting)
    expect(await b.next()).toEqual({ $case: 'delivery', value: { topic: meeting, signal: signal(5) } })
    await b.end()
  })

  it('are refused beyond 4 a topic and 16 a socket, with the time until there is room', async () => {
    const meetings = Array.from({ length: 5 }, topic)
    const a = await on(...meetings)
    const [first, , , , fifth] = meetings as [Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array]
    for (let i = 0; i < 5; i++) a.frame(send(first, signal(i)))
    const full = await a.next()
    expect(full).toEqual(refused(RefusalReason.HELD_FULL, first))
    expect(full.$case === 'refusal' && full.value.retryAfterMs).toBe(60_000)
    for (const meeting of meetings.slice(1, 4)) for (let i = 0; i < 4; i++) a.frame(send(meeting, signal(i)))
    expect(await a.settle(first)).toEqual([])
    a.frame(send(fifth, signal(9)))
    expect(await a.next()).toEqual(refused(RefusalReason.HELD_FULL, fifth))
    await a.end()
  })

  it('are refused on a topic that the socket has not joined or has left', async () => {
    const [meeting, other] = [topic(), topic()]
    const [a, b] = [await on(meeting), await on(meeting, other)]
    a.frame(send(other, signal(1)))
    expect(await a.next()).toEqual(refused(RefusalReason.NOT_JOINED, other))
    b.frame(leave(meeting, topic()))
    b.frame(send(meeting, signal(1)))
    expect(await b.next()).toEqual(refused(RefusalReason.NOT_JOINED, meeting))
    expect(await b.settle(other)).toEqual([])
    for (const client of [a, b]) await client.end()
  })
})

describe('topics', () => {
  it('have 8 members at most', async () => {
    const meeting = topic()
    const members = await Promise.all(Array.from({ length: 8 }, () => on(meeting)))
    const ninth = await opened(server, amy)
    const free = topic()
    ninth.frame(join(meeting, free))
    expect(await ninth.next()).toEqual(refused(RefusalReason.TOPIC_FULL, meeting))
    expect(await ninth.next()).toEqual({ $case: 'joined', value: { topics: 1 } })
    await members[0]?.end()
    ninth.frame(join(meeting))
    expect(await ninth.next()).toEqual({ $case: 'joined', value: { topics: 2 } })
    for (const client of [...members.slice(1), ninth]) await client.end()
  })

  it('are 256 a socket at most; joining twice is joining once', async () => {
    const many = Array.from({ length: 256 }, topic)
    const a = await on(...many)
    a.frame(join(...many.slice(0, 7)))
    expect(await a.next()).toEqual({ $case: 'joined', value: { topics: 256 } })
    a.frame(join(topic()))
    expect(await a.next()).toEqual(refused(RefusalReason.TOO_MANY_TOPICS))
    a.frame(leave(many[0] as Uint8Array))
    const last = topic()
    a.frame(join(last, last))
    expect(await a.next()).toEqual({ $case: 'joined', value: { topics: 256 } })
    await a.end()
  })
})

describe('rates', () => {
  it('refuse what comes too fast with a time to wait, take it later, and close who does not stop', async () => {
    const own = await startTestServer()
    const a = await opened(own, await newPerson(own))
    const meeting = topic()
    // The clock stands still, so that nothing is earned: 512 frames at once, the Open among them.
    for (let i = 0; i < 512; i++) a.frame(leave(meeting))
    const first = await a.next()
    expect(first).toEqual(refused(RefusalReason.RATE))
    expect(first.$case === 'refusal' && first.value.retryAfterMs).toBeGreaterThan(0)
    own.clock.now += 1_000
    a.frame(join(meeting))
    expect(await a.next()).toEqual({ $case: 'joined', value: { topics: 1 } })
    for (let i = 0; i < 1_200; i++) a.frame(leave(meeting))
    expect(await a.closed).toBe(4010)
  })

  it('[T2] refuse a signal to a recipient who does not read, and never drop one silently', async () => {
    const meeting = topic()
    const own = await startTestServer()
    const [x, y] = [await newPerson(own), await newPerson(own)]
    const [a, slow] = [await opened(own, x), await opened(own, y)]
    for (const client of [a, slow]) {
      client.frame(join(meeting))
      await client.next()
    }
    slow.socket.pause()
    let sent = 0
    let said = 0
    while (said === 0 && sent < 20_000) {
      for (let i = 0; i < 60; i++) {
        a.frame(send(meeting, signal(sent % 251)))
        sent += 1
      }
      own.clock.now += 1_000
      const probe = await a.settle(meeting)
      said += probe.filter(
        ({ $case, value }) => $case === 'refusal' && 'reason' in value && value.reason === RefusalReason.SLOW_RECIPIENT,
      ).length
      if (said > 0) break
    }
    expect(said).toBeGreaterThan(0)
    slow.socket.resume()
    for (let i = 0; i < sent - said; i++) {
      expect((await slow.next()).$case).toBe('delivery')
    }
    own.clock.now += 1_000
    expect(await slow.settle(meeting)).toEqual([])
  })
})

describe('hostile frames', () => {
  const good = () =>
    fc.oneof(
      fc.constant(ClientFrame.encode({ frame: join(topic(), topic()) }).finish()),
      fc.constant(ClientFrame.encode({ frame: leave(topic()) }).finish()),
      fc.constant(ClientFrame.encode({ frame: send(topic(), signal(3)) }).finish()),
      fc.constant(ClientFrame.encode({ frame: openWith(bytes(32)) }).finish()),
    )
  const hostile = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    // Truncated, prolonged, and with a byte changed in the head or anywhere.
    fc.tuple(good(), fc.nat()).map(([frame, at]) => frame.slice(0, at % frame.length)),
    fc
      .tuple(good(), fc.uint8Array({ minLength: 1, maxLength: 9 }))
      .map(([frame, tail]) => Buffer.concat([frame, tail])),
    fc.tuple(good(), fc.nat({ max: 24 }), fc.integer({ min: 1, max: 255 })).map(([frame, at, mask]) => {
      const changed = frame.slice()
      if (at < changed.length) changed[at] = (changed[at] as number) ^ mask
      return changed
    }),
    // Not canonical: a field doubled, an unknown one, an overlong length.
    good().map((frame) => Buffer.concat([frame, frame])),
    good().map((frame) => Buffer.concat([frame, Uint8Array.of(0x7a, 0x01, 0x00)])),
    fc.constant(Uint8Array.of(0x12, 0x92, 0x00, 0x0a, 0x10, ...bytes(16))),
    // Too long, in steps up to what ends the connection.
    fc.integer({ min: 8_193, max: 60_000 }).map((length) => bytes(length, 0x0a)),
  )

  it('get a typed refusal or close the socket, and a well-behaved client never notices', async () => {
    const meeting = topic()
    const [a, b] = [await on(meeting), await on(meeting)]
    const total = cases(600, 20_000)
    let attacker: SocketClient | undefined
    let closes = 0
    for (const [index, data] of fc.sample(hostile, total).entries()) {
      if (attacker === undefined) attacker = await opened(server, amy)
      server.clock.now += 1_000
      attacker.bytes(data)
      const probe = topic()
      // Either the socket is still there and answers a Join, or it was closed with a code of its reason.
      const alive: boolean = await Promise.race([
        attacker.settle(probe).then(() => true),
        attacker.closed.then((code) => {
          expect(code).toBeGreaterThanOrEqual(4001)
          expect(code).toBeLessThanOrEqual(4012)
          return false
        }),
      ])
      if (alive) attacker.frame(leave(probe))
      else {
        closes += 1
        attacker = undefined
      }
      if (index % 500 === 0) {
        a.frame(send(meeting, signal(index % 251)))
        expect(await b.next()).toEqual({ $case: 'delivery', value: { topic: meeting, signal: signal(index % 251) } })
      }
    }
    expect(closes).toBeGreaterThan(total / 4)
    for (const client of [a, b]) await client.end()
  })
})
