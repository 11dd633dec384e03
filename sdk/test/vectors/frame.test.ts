/** The SDK's frames against the vectors of conformance/vectors, made by the literal transcription of spec/09. */
import { RecordBlock } from '@solo2/proto/tunnel'
import { describe, expect, it } from 'vitest'
import { toHex } from '../../src/bytes/bytes.js'
import { encode } from '../../src/bytes/canonical.js'
import { pad, unpad } from '../../src/bytes/padding.js'
import { noblePrimitives } from '../../src/crypto/primitives-noble.js'
import { createReassembly, reassemble } from '../../src/frame/reassembly.js'
import {
  packRecords,
  recordRoom,
  recordSize,
  type Record as TunnelRecord,
  unpackRecords,
} from '../../src/frame/records.js'
import { PROTOCOL } from '../../src/limits.js'
import { conformanceVectors } from './conformance.js'
import { bytes, codeOf } from './published.js'

interface Vectors {
  readonly padding: {
    readonly padded: readonly { readonly bytes: string; readonly size: number; readonly padded: string }[]
    readonly refusals: readonly { readonly name: string; readonly padded: string; readonly code: string }[]
    readonly tooLong: readonly { readonly length: number; readonly size: number; readonly code: string }[]
  }
  readonly blocks: readonly {
    readonly name: string
    readonly records: readonly ({ readonly kind: string } & Record<string, unknown>)[]
    readonly block: string
    readonly fitsTurnFrame: boolean
  }[]
  readonly refusals: readonly { readonly name: string; readonly block: string; readonly code: string }[]
  readonly streams: readonly {
    readonly name: string
    readonly pieces: readonly {
      readonly stream: number
      readonly last: boolean
      readonly length: number
      readonly fill: number
    }[]
    readonly contents: readonly { readonly length: number; readonly sha256: string }[]
    readonly code: string | null
  }[]
}

const vectors = conformanceVectors<Vectors>('frame')

/** The vectors name kinds as the proto does, bytes in hex, 64-bit numbers in decimal. */
function asRecord({ kind, ...fields }: Vectors['blocks'][number]['records'][number]): TunnelRecord {
  const wide = kind === 'last' || kind === 'frame_ack' ? 'frames' : 'offset'
  const value = Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      if (name === wide) return [name, BigInt(field as string)]
      if (Array.isArray(field)) return [name, field.map(bytes)]
      return [name, typeof field === 'string' ? bytes(field) : field]
    }),
  )
  const camel = kind.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())
  return { body: { $case: camel === 'contentPart' ? 'content' : camel, value } } as TunnelRecord
}

describe('frame vectors', () => {
  it('padding', () => {
    for (const { bytes: given, size, padded } of vectors.padding.padded) {
      expect(toHex(pad(bytes(given), size))).toBe(padded)
      expect(toHex(unpad(bytes(padded)))).toBe(given)
    }
    for (const { name, padded, code } of vectors.padding.refusals) {
      expect(
        codeOf(() => unpad(bytes(padded))),
        name,
      ).toBe(code)
    }
    for (const { length, size, code } of vectors.padding.tooLong) {
      expect(codeOf(() => pad(new Uint8Array(length), size))).toBe(code)
    }
  })

  it.each(vectors.blocks)('block: $name', ({ records: given, block, fitsTurnFrame }) => {
    const records = given.map(asRecord)
    const plaintext = packRecords(records, PROTOCOL.FRAME_PLAINTEXT)
    expect(toHex(unpad(plaintext))).toBe(block)
    expect(toHex(encode(RecordBlock, { records: unpackRecords(plaintext) }))).toBe(block)
    const size = records.reduce((sum, record) => sum + recordSize(record), 0)
    expect(size).toBe(block.length / 2)
    expect(size <= recordRoom(PROTOCOL.TURN_FRAME_PLAINTEXT)).toBe(fitsTurnFrame)
    const code = codeOf(() => packRecords(records, PROTOCOL.TURN_FRAME_PLAINTEXT))
    expect(code).toBe(fitsTurnFrame ? undefined : 'too_long')
  })

  it.each(vectors.refusals)('refused block: $name', ({ block, code }) => {
    expect(codeOf(() => unpackRecords(pad(bytes(block), PROTOCOL.FRAME_PLAINTEXT)))).toBe(code)
  })

  it.each(vectors.streams)('stream: $name', ({ pieces, contents, code }) => {
    let state = createReassembly()
    const whole: { length: number; sha256: string }[] = []
    const take = ({ stream, last, length, fill }: (typeof pieces)[number]) => {
      const step = reassemble(state, { stream, last, data: new Uint8Array(length).fill(fill) })
      state = step.state
      if (step.content) whole.push({ length: step.content.length, sha256: toHex(noblePrimitives.sha256(step.content)) })
    }
    pieces.slice(0, -1).forEach(take)
    expect(codeOf(() => take(pieces.at(-1) as (typeof pieces)[number])) ?? null).toBe(code)
    expect(whole).toEqual(contents.map(({ length, sha256 }) => ({ length, sha256 })))
  })
})
