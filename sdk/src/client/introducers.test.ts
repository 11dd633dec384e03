import { ClientFrame, ServerFrame } from '@solo2/proto/introduction'
import { expect, test } from 'vitest'
import { manualClock } from '../adapters/memory/clock.js'
import { memoryHost } from '../adapters/memory/host.js'
import { seededRandom } from '../adapters/memory/random.js'
import { toHex } from '../bytes/bytes.js'
import { decodeCanonical, encode } from '../bytes/canonical.js'
import { noblePrimitives } from '../crypto/primitives-noble.js'
import { createIntroducers } from './introducers.js'

test('more topics than a socket may join go to further sockets, each with a ticket of its own, and signals to theirs', async () => {
  const clock = manualClock()
  const sockets: { readonly topics: Set<string>; ticket: string; sent: string[]; closed: boolean }[] = []
  let tickets = 0
  const introducers = createIntroducers({
    host: memoryHost(clock, seededRandom(noblePrimitives, 'introducers'), noblePrimitives),
    url: 'wss://solo2.test/v1/introduction',
    drawTicket: async () => new Uint8Array(32).fill(++tickets),
    onJoined: () => undefined,
    onSignal: () => undefined,
    onRefusal: () => undefined,
    signaling: {
      open(_url, events) {
        const socket = { topics: new Set<string>(), ticket: '', sent: [] as string[], closed: false }
        sockets.push(socket)
        queueMicrotask(() => {
          events.onOpen()
          events.onFrame(encode(ServerFrame, { frame: { $case: 'opened', value: { version: 1 } } }))
        })
        return {
          send(bytes) {
            const { frame } = decodeCanonical(ClientFrame, bytes)
            if (frame?.$case === 'open' && frame.value.admission) socket.ticket = toHex(frame.value.admission.value)
            if (frame?.$case === 'join') for (const topic of frame.value.topics) socket.topics.add(toHex(topic))
            if (frame?.$case === 'leave') for (const topic of frame.value.topics) socket.topics.delete(toHex(topic))
            if (frame?.$case === 'send') socket.sent.push(toHex(frame.value.topic))
          },
          close() {
            socket.closed = true
            events.onClose()
          },
        }
      },
    },
  })
  const topics = Array.from({ length: 300 }, (_, i) => new Uint8Array(16).fill(1 + (i >> 8)).fill(i & 255, 8))
  for (const topic of topics) introducers.join([topic])
  await clock.advance(1_000)
  expect(sockets.map((socket) => socket.topics.size)).toEqual([256, 48])
  expect(new Set(sockets.map(({ ticket }) => ticket)).size).toBe(2)
  for (const topic of topics) introducers.send(topic, new Uint8Array(4_096))
  for (const { topics: joined, sent } of sockets) for (const topic of sent) expect(joined).toContain(topic)
  expect(sockets.map(({ sent }) => sent.length)).toEqual([256, 44])

  introducers.leave(topics.slice(256))
  expect(sockets.map(({ closed }) => closed)).toEqual([false, true])
  introducers.leave(topics.slice(0, 10))
  introducers.join(topics.slice(290))
  await clock.advance(1_000)
  expect(sockets, 'there was room on the first').toHaveLength(2)
  introducers.close()
  expect(sockets.every(({ closed }) => closed)).toBe(true)
})
