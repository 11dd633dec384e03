/** The SDK's padding, records and reassembly judged by the vectors of spec/09. */
import type { Record as WireRecord } from '@solo2/proto/tunnel'
import { expect, test } from 'vitest'
import { pad, unpad } from '../../sdk/src/bytes/padding.js'
import { createReassembly, reassemble } from '../../sdk/src/frame/reassembly.js'
import { packRecords, recordSize, unpackRecords } from '../../sdk/src/frame/records.js'
import { frameVectors, type JsonRecord } from '../cases/vectors/data.js'
import { hex, unhex } from '../literal/bytes.js'
import { sha256 } from '../literal/primitives.js'
import { codeOf } from './sdk-side.js'

const { padding, blocks, refusals, brokenWire, wrongSizes, streams } = frameVectors
const ROOM = 4065
const TURN_ROOM = 1747

test('padding', () => {
  for (const { bytes, size, padded } of padding.padded) {
    expect(hex(pad(unhex(bytes), size))).toBe(padded)
    expect(hex(unpad(unhex(padded)))).toBe(bytes)
  }
  for (const { padded, code } of padding.refusals) expect(codeOf(() => unpad(unhex(padded)))).toBe(code)
  for (const { length, size, code } of padding.tooLong)
    expect(codeOf(() => pad(new Uint8Array(length), size))).toBe(code)
})

/** Names of the oneof where they are not the kind in camel case. */
const CASES: Readonly<Record<string, string>> = { content_part: 'content' }
const BYTES = new Set(['data', 'file', 'hash', 'root', 'signal', 'token'])
const BIG = new Set(['offset', 'frames'])

function toWire({ kind, ...fields }: JsonRecord): WireRecord {
  const camel = kind.replaceAll(/_(.)/g, (_, letter: string) => letter.toUpperCase())
  const value = Object.fromEntries(
    Object.entries(fields).map(([name, field]) => {
      if (Array.isArray(field)) return [name, field.map((one) => unhex(String(one)))]
      if (BYTES.has(name)) return [name, unhex(String(field))]
      return [name, BIG.has(name) ? BigInt(String(field)) : field]
    }),
  )
  return { body: { $case: CASES[kind] ?? camel, value } } as WireRecord
}

test.each(blocks)('block: $name', ({ records, block, fitsTurnFrame }) => {
  const wire = records.map(toWire)
  const size = fitsTurnFrame ? TURN_ROOM : ROOM
  const padded = packRecords(wire, size)
  expect(hex(unpad(padded))).toBe(block)
  expect(unpackRecords(padded)).toEqual(wire)
  expect(wire.reduce((sum, record) => sum + recordSize(record), 0)).toBe(block.length / 2)
  if (!fitsTurnFrame) expect(codeOf(() => packRecords(wire, TURN_ROOM))).toBe('too_long')
})

test.each(refusals)('refused block: $name', ({ block, code }) => {
  expect(codeOf(() => unpackRecords(pad(unhex(block), ROOM)))).toBe(code)
})

test.each(brokenWire)('refused, by one of two codes: $name', ({ block }) => {
  expect(['malformed', 'not_canonical']).toContain(codeOf(() => unpackRecords(pad(unhex(block), ROOM))))
})

test.each(wrongSizes)('refused plaintext of $size bytes', ({ padded, code }) => {
  expect(codeOf(() => unpackRecords(unhex(padded)))).toBe(code)
})

test.each(streams)('pieces: $name', ({ pieces, contents, code }) => {
  let state = createReassembly()
  const whole: { stream: number; length: number; sha256: string }[] = []
  const take = ({ stream, last, length, fill }: (typeof pieces)[number]): void => {
    const taken = reassemble(state, { stream, last, data: new Uint8Array(length).fill(fill) })
    state = taken.state
    const { content } = taken
    if (content) whole.push({ stream, length: content.length, sha256: hex(sha256(content)) })
  }
  for (const piece of pieces.slice(0, -1)) take(piece)
  expect(codeOf(() => take(pieces.at(-1) as (typeof pieces)[number]))).toBe(code ?? 'accepted')
  expect(whole).toEqual(contents)
})
