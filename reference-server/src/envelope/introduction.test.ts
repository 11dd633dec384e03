import { randomBytes } from 'node:crypto'
import { ClientFrame, ServerFrame } from '@solo2/proto/introduction'
import { decodeCanonical } from '@solo2/sdk/shared'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '../../../tools/cases.js'
import { type Incoming, readClientFrame } from './introduction.js'

const topic = fc.uint8Array({ minLength: 16, maxLength: 16 })
const signal = fc.nat().map(() => new Uint8Array(randomBytes(4_096)))
const encoded = (on: Uint8Array, what: Uint8Array) =>
  ClientFrame.encode({ frame: { $case: 'send', value: { topic: on, signal: what } } }).finish()

/** The slow way: what a Send is by the canonical decoder alone. */
function isCanonicalSend(bytes: Uint8Array): boolean {
  try {
    const { frame } = decodeCanonical(ClientFrame, bytes)
    return frame?.$case === 'send' && frame.value.topic.length === 16 && frame.value.signal.length === 4_096
  } catch {
    return false
  }
}

function attempt(bytes: Uint8Array): Incoming | undefined {
  try {
    return readClientFrame(bytes)
  } catch {
    return undefined
  }
}

describe('a Send', () => {
  it('becomes the Delivery with the same topic and signal, in place', () => {
    fc.assert(
      fc.property(topic, signal, (on, what) => {
        const read = readClientFrame(encoded(on, what))
        if (read.kind !== 'send') throw new Error(read.kind)
        const delivery = decodeCanonical(ServerFrame, read.delivery).frame
        if (delivery?.$case !== 'delivery') throw new Error('no delivery')
        for (const topicOf of [read.topic, delivery.value.topic]) expect(Buffer.compare(topicOf, on)).toBe(0)
        expect(Buffer.compare(delivery.value.signal, what)).toBe(0)
      }),
      { numRuns: cases('property.sealing') },
    )
  })

  it('is taken exactly where the canonical decoder takes it', () => {
    const mutated = fc
      .tuple(topic, signal, fc.constantFrom(0, 1, 2, 3, 4, 21, 22, 23, 5, 24, 4_119), fc.nat({ max: 255 }))
      .map(([on, what, at, byte]) => {
        const bytes = encoded(on, what)
        bytes[at] = byte
        return bytes
      })
    const resized = fc
      .tuple(topic, fc.integer({ min: 4_090, max: 4_100 }))
      .map(([on, length]) => encoded(on, new Uint8Array(length)))
    const otherTopic = fc.tuple(fc.uint8Array({ maxLength: 20 }), signal).map(([on, what]) => encoded(on, what))
    fc.assert(
      fc.property(fc.oneof(mutated, resized, otherTopic), (bytes) => {
        const expected = isCanonicalSend(bytes)
        expect(attempt(bytes.slice())?.kind === 'send').toBe(expected)
      }),
      { numRuns: cases('property.bytes') },
    )
  })
})
