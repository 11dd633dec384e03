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

/** What the canonical decoder and the rules of spec/06 sections 2 and 3 make of a frame. */
function slowly(bytes: Uint8Array): unknown {
  const inRange = (ids: readonly Uint8Array[]) =>
    ids.length >= 1 && ids.length <= 256 && ids.every(({ length }) => length === 16)
  try {
    const { frame } = decodeCanonical(ClientFrame, bytes)
    if (frame?.$case === 'join' || frame?.$case === 'leave') {
      return inRange(frame.value.topics) ? { kind: frame.$case, topics: frame.value.topics } : undefined
    }
    if (frame?.$case === 'wake') {
      return frame.value.token.length === 32 ? { kind: 'wake', token: frame.value.token } : undefined
    }
    if (frame?.$case !== 'open') return undefined
    const { versions, admission } = frame.value
    const ascending = versions.every((version, at) => version > (versions[at - 1] ?? 0))
    if (!ascending || versions.length < 1 || versions.length > 8 || admission?.value.length !== 32) return undefined
    return { kind: 'open', versions, ticket: admission.value }
  } catch {
    return undefined
  }
}

const plain = (read: unknown) =>
  JSON.stringify(read, (_, value) => (value instanceof Uint8Array ? Buffer.from(value).toString('hex') : value))

describe('Open, Join, Leave and Wake', () => {
  const topics = fc.oneof(
    fc.array(topic, { maxLength: 20 }),
    fc.array(fc.uint8Array({ minLength: 15, maxLength: 17 }), { maxLength: 4 }),
    fc.integer({ min: 254, max: 258 }).map((length) => Array.from({ length }, () => new Uint8Array(16))),
  )
  const version = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.constantFrom(16_384, 0xffff_ffff))
  const versions = fc.oneof(
    fc.array(version, { maxLength: 10 }),
    fc.uniqueArray(version, { maxLength: 9 }).map((list) => list.sort((a, b) => a - b)),
  )
  const ticket = fc.oneof(
    { weight: 4, arbitrary: fc.uint8Array({ minLength: 32, maxLength: 32 }) },
    { weight: 1, arbitrary: fc.uint8Array({ minLength: 30, maxLength: 34 }) },
  )
  const frame = fc.oneof(
    topics.map((list) => ({ $case: 'join', value: { topics: list } }) as const),
    topics.map((list) => ({ $case: 'leave', value: { topics: list } }) as const),
    ticket.map((token) => ({ $case: 'wake', value: { token } }) as const),
    fc.tuple(versions, ticket).map(([list, value]) => {
      return { $case: 'open', value: { versions: list, admission: { $case: 'ticket', value } } } as const
    }),
  )
  const whole = frame.map((each) => ClientFrame.encode({ frame: each }).finish())
  const altered = fc
    .tuple(whole, fc.nat(), fc.nat({ max: 255 }), fc.nat({ max: 3 }))
    .map(([bytes, place, byte, how]) => {
      const at = place % (bytes.length + 1)
      if (how === 0) return Uint8Array.from([...bytes.subarray(0, at), byte, ...bytes.subarray(at)])
      if (how === 1) return Uint8Array.from([...bytes.subarray(0, at), ...bytes.subarray(at + 1)])
      return bytes.map((old, index) => (index === at % (how === 2 ? 8 : bytes.length) ? byte : old))
    })

  it('are taken exactly where the canonical decoder and the table take them', () => {
    fc.assert(
      fc.property(fc.oneof(whole, altered, fc.uint8Array({ maxLength: 60 })), (bytes) => {
        const expected = slowly(bytes.slice())
        const read = attempt(bytes)
        expect(plain(read?.kind === 'send' ? undefined : read)).toBe(plain(expected))
      }),
      { numRuns: cases('property.bytes') * 4 },
    )
  })

  it('[T2] are views of what was received: overwriting that overwrites all', () => {
    const bytes = ClientFrame.encode({ frame: { $case: 'join', value: { topics: [randomBytes(16)] } } }).finish()
    const read = readClientFrame(bytes)
    bytes.fill(0)
    expect(read).toEqual({ kind: 'join', topics: [new Uint8Array(16)] })
  })
})
