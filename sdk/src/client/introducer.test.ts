/** The introduction socket at the moments when it is neither open nor gone (spec/06). */
import { ServerFrame } from '@solo2/proto/introduction'
import { expect, test } from 'vitest'
import { manualClock } from '../adapters/memory/clock.js'
import { memoryHost } from '../adapters/memory/host.js'
import { seededRandom } from '../adapters/memory/random.js'
import { encode } from '../bytes/canonical.js'
import { noblePrimitives } from '../crypto/primitives-noble.js'
import { Solo2Error } from '../errors.js'
import type { SignalingEvents } from '../ports/signaling.js'
import { createIntroducer } from './introducer.js'

function setup(drawTicket: () => Promise<Uint8Array>) {
  const clock = manualClock()
  const sockets: SignalingEvents[] = []
  const state = { closing: false, sent: 0 }
  const introducer = createIntroducer({
    host: memoryHost(clock, seededRandom(noblePrimitives, 'introducer'), noblePrimitives),
    url: 'wss://solo2.test/v1/introduction',
    drawTicket,
    onJoined: () => undefined,
    onSignal: () => undefined,
    onRefusal: () => undefined,
    signaling: {
      open(_url, events) {
        sockets.push(events)
        return {
          send() {
            if (state.closing) throw new Solo2Error('closed', 'the socket is not open')
            state.sent++
          },
          close: () => undefined,
        }
      },
    },
  })
  return { clock, sockets, state, introducer }
}

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
