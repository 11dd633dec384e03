/** The introduction socket at the moments when it is neither open nor gone (spec/06). */
import { type RefusalReason, ServerFrame } from '@solo2/proto/introduction'
import { expect, test } from 'vitest'
import { manualClock } from '../adapters/memory/clock.js'
import { memoryHost } from '../adapters/memory/host.js'
import { seededRandom } from '../adapters/memory/random.js'
import { encode } from '../bytes/canonical.js'
import { noblePrimitives } from '../crypto/primitives-noble.js'
import { Solo2Error } from '../errors.js'
import type { SignalingEvents } from '../ports/signaling.js'
import { createIntroducer } from './introducer.js'

function setup(drawTicket: () => Promise<Uint8Array> = async () => new Uint8Array(32)) {
  const clock = manualClock()
  const sockets: SignalingEvents[] = []
  const state = { closing: false, sent: 0, closed: 0 }
  const signals: Uint8Array[] = []
  const refusals: Solo2Error[] = []
  const introducer = createIntroducer({
    host: memoryHost(clock, seededRandom(noblePrimitives, 'introducer'), noblePrimitives),
    url: 'wss://solo2.test/v1/introduction',
    drawTicket,
    onJoined: () => undefined,
    onSignal: (_, signal) => void signals.push(signal),
    onRefusal: (error) => void refusals.push(error),
    signaling: {
      open(_url, events) {
        sockets.push(events)
        return {
          send() {
            if (state.closing) throw new Solo2Error('closed', 'the socket is not open')
            state.sent++
          },
          close() {
            state.closed++
            events.onClose()
          },
        }
      },
    },
  })
  return { clock, sockets, state, introducer, signals, refusals }
}

async function openSocket(world: ReturnType<typeof setup>): Promise<SignalingEvents> {
  world.introducer.join([TOPIC])
  await world.clock.settle()
  const socket = world.sockets.at(-1)
  if (socket === undefined) throw new Error('no socket')
  socket.onOpen()
  socket.onFrame(opened)
  return socket
}

function delivery(topic: Uint8Array, length = 4_096): Uint8Array {
  return encode(ServerFrame, { frame: { $case: 'delivery', value: { topic, signal: new Uint8Array(length).fill(1) } } })
}

const UNAVAILABLE = { reason: 12 as RefusalReason, topic: new Uint8Array(0), retryAfterMs: 0 }
const TOPIC = new Uint8Array(16).fill(7)
const opened = encode(ServerFrame, { frame: { $case: 'opened', value: { version: 1 } } })

test('what is said to a socket that is closing is dropped, and the topics are joined on the next one', async () => {
  const { clock, sockets, state, introducer } = setup(async () => new Uint8Array(32))
  introducer.join([TOPIC])
  await clock.settle()
  sockets[0]?.onOpen()
  sockets[0]?.onFrame(opened)
  expect(state.sent, 'open and join').toBe(2)
  state.closing = true
  expect(() => introducer.send(TOPIC, new Uint8Array(4_096))).not.toThrow()
  expect(() => introducer.join([new Uint8Array(16).fill(8)])).not.toThrow()
  state.closing = false
  sockets[0]?.onClose()
  await clock.advance(1_000)
  sockets[1]?.onOpen()
  sockets[1]?.onFrame(opened)
  expect(state.sent).toBe(4)
  introducer.close()
})

test('whoever tries now does not wait for the end of a pause, unless the server named a time; a refused account is told', async () => {
  const draws: number[] = []
  let refusal = new Solo2Error('failed_precondition', 'not served')
  const { clock, introducer } = setup(async () => {
    draws.push(clock.now())
    throw refusal
  })
  introducer.join([TOPIC])
  await clock.advance(600_000)
  expect(introducer.isRefused).toBe(true)
  const before = draws.length
  introducer.retry()
  await clock.settle()
  expect(draws.length).toBe(before + 1)
  refusal = new Solo2Error('rate_limited', 'too many tickets', { retryAfterMs: 600_000 })
  introducer.retry()
  await clock.settle()
  introducer.retry()
  await clock.settle()
  expect(draws.length).toBe(before + 2)
  expect(introducer.isRefused).toBe(false)
  introducer.close()
})

test('a server that gives no more tickets is asked again when it said, not before', async () => {
  const draws: number[] = []
  const { clock, introducer } = setup(async () => {
    draws.push(clock.now())
    throw new Solo2Error('rate_limited', 'too many tickets', { retryAfterMs: 600_000 })
  })
  introducer.join([TOPIC])
  await clock.advance(599_000)
  expect(draws).toHaveLength(1)
  await clock.advance(2_000)
  expect(draws).toHaveLength(2)
  introducer.close()
  await clock.advance(3_600_000)
  expect(draws).toHaveLength(2)
})

test('topics are joined right behind the ticket; one that is refused is tried again with another, after a pause', async () => {
  const world = setup()
  world.introducer.join([TOPIC])
  await world.clock.settle()
  world.sockets[0]?.onOpen()
  expect(world.state.sent, 'open and join').toBe(2)
  const value = { reason: 3 as RefusalReason, topic: new Uint8Array(0), retryAfterMs: 0 }
  world.sockets[0]?.onFrame(encode(ServerFrame, { frame: { $case: 'refusal', value } }))
  world.sockets[0]?.onClose()
  await world.clock.settle()
  expect(world.sockets).toHaveLength(1)
  await world.clock.advance(1_000)
  world.sockets[1]?.onOpen()
  expect([world.sockets.length, world.state.sent]).toEqual([2, 4])
  expect(world.refusals).toMatchObject([{ code: 'ticket_refused' }])
  world.introducer.close()
})

test('there is one socket while there is a topic, and none after the last one was left', async () => {
  const world = setup()
  await openSocket(world)
  const other = new Uint8Array(16).fill(8)
  world.introducer.join([other])
  world.introducer.leave([TOPIC])
  await world.clock.settle()
  expect([world.sockets.length, world.state.closed]).toEqual([1, 0])
  world.introducer.leave([other])
  await world.clock.advance(60_000)
  expect([world.sockets.length, world.state.closed]).toEqual([1, 1])
})

test('a signal on a topic that nobody asked for is ignored', async () => {
  const world = setup()
  const socket = await openSocket(world)
  socket.onFrame(delivery(new Uint8Array(16).fill(9)))
  expect([world.signals.length, world.state.closed]).toEqual([0, 0])
  socket.onFrame(delivery(TOPIC))
  expect(world.signals).toHaveLength(1)
})

test.each<[string, Uint8Array]>([
  ['no frame', Uint8Array.of(0xff)],
  ['a frame in another encoding', Uint8Array.of(...delivery(TOPIC), 0x78, 0x01)],
  ['an empty frame', new Uint8Array()],
  ['a signal that is too short', delivery(TOPIC, 4_095)],
  ['a topic that is too long', delivery(new Uint8Array(17))],
])('a server that sends %s is left, and another socket opened', async (_, frame) => {
  const world = setup()
  const socket = await openSocket(world)
  socket.onFrame(frame)
  expect(world.state.closed).toBe(1)
  expect(world.signals).toEqual([])
  await world.clock.advance(1_000)
  expect(world.sockets).toHaveLength(2)
  world.introducer.close()
})

test('a reason that is not known leaves the socket open', async () => {
  const world = setup()
  const socket = await openSocket(world)
  const value = { reason: 99 as RefusalReason, topic: new Uint8Array(), retryAfterMs: 0 }
  socket.onFrame(encode(ServerFrame, { frame: { $case: 'refusal', value } }))
  expect(world.refusals).toMatchObject([{ code: 'failed_precondition' }])
  expect(world.state.closed).toBe(0)
  world.introducer.close()
})

test('many whose server shuts down come back within half a second, spread over it, each with a ticket of its own', async () => {
  const clock = manualClock()
  const random = seededRandom(noblePrimitives, 'thousands')
  const draws: number[] = []
  const sockets: SignalingEvents[] = []
  const many = Array.from({ length: 500 }, () =>
    createIntroducer({
      host: memoryHost(clock, random, noblePrimitives),
      url: 'wss://solo2.test/v1/introduction',
      async drawTicket() {
        draws.push(clock.now())
        return new Uint8Array(32)
      },
      onJoined: () => undefined,
      onSignal: () => undefined,
      onRefusal: () => undefined,
      signaling: {
        open(_url, events) {
          sockets.push(events)
          return { send: () => undefined, close: () => events.onClose() }
        },
      },
    }),
  )
  for (const introducer of many) introducer.join([TOPIC])
  await clock.settle()
  for (const socket of sockets) {
    socket.onOpen()
    socket.onFrame(opened)
  }
  const at = clock.now()
  draws.length = 0
  for (const socket of sockets.splice(0)) {
    socket.onFrame(encode(ServerFrame, { frame: { $case: 'refusal', value: UNAVAILABLE } }))
    socket.onClose()
  }
  await clock.advance(500)
  expect(draws).toHaveLength(500)
  const counts = Array.from({ length: 10 }, () => 0)
  for (const draw of draws) {
    const slot = Math.min(9, Math.floor((draw - at - 250) / 25))
    counts[slot] = (counts[slot] ?? 0) + 1
  }
  // 50 in each 25 ms of the second quarter second, had chance no say.
  for (const count of counts) expect(Math.abs(count - 50)).toBeLessThan(35)
  for (const introducer of many) introducer.close()
})
