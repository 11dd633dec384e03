/** spec/09 sections 1 to 4: records, blocks and the pieces of contents. */
import { join, must, pad, unpad } from './bytes.js'
import {
  bytesOf,
  fixed32,
  fixed64,
  numberOf,
  presentOf,
  readCanonical,
  type Shape,
  type Value,
  write,
} from './protobuf.js'

export type LiteralRecord =
  | { readonly kind: 'content_part'; readonly stream: number; readonly last: boolean; readonly data: Uint8Array }
  | { readonly kind: 'file_chunk'; readonly file: Uint8Array; readonly offset: bigint; readonly data: Uint8Array }
  | { readonly kind: 'receipt'; readonly contents: readonly Uint8Array[] }
  | { readonly kind: 'file_request'; readonly file: Uint8Array; readonly offset: bigint }
  | {
      readonly kind: 'file_proof'
      readonly file: Uint8Array
      readonly block: number
      readonly path: readonly Uint8Array[]
    }
  | { readonly kind: 'file_progress'; readonly file: Uint8Array; readonly offset: bigint }
  | { readonly kind: 'rendezvous_hash'; readonly epoch: number; readonly hash: Uint8Array }
  | { readonly kind: 'rendezvous_root'; readonly epoch: number; readonly root: Uint8Array }
  | { readonly kind: 'move_request' }
  | { readonly kind: 'move_signal'; readonly signal: Uint8Array }
  | { readonly kind: 'last'; readonly frames: bigint }
  | { readonly kind: 'wake_token'; readonly token: Uint8Array }
  | { readonly kind: 'frame_ack'; readonly frames: bigint }
  | { readonly kind: 'build'; readonly hash: Uint8Array }

/** The record's number in the oneof, and its body. Empty bytes, zero varints and false are left out (spec/00). */
function body(record: LiteralRecord): [number, Uint8Array] {
  switch (record.kind) {
    case 'content_part': {
      const { stream, last, data } = record
      const head: [number, Value][] = stream === 0 ? [] : [[1, stream]]
      return [1, join(write(head), write(last ? [[2, 1]] : []), write(data.length > 0 ? [[3, data]] : []))]
    }
    case 'file_chunk':
      return [
        2,
        join(
          file(record.file),
          write([[2, fixed64(record.offset)]]),
          write(record.data.length > 0 ? [[3, record.data]] : []),
        ),
      ]
    case 'receipt':
      return [3, write(record.contents.map((id) => [1, id] as const))]
    case 'file_request':
      return [4, join(file(record.file), write([[2, fixed64(record.offset)]]))]
    case 'file_proof':
      return [
        5,
        join(
          file(record.file),
          write([[2, fixed32(record.block)]]),
          write(record.path.map((hash) => [3, hash] as const)),
        ),
      ]
    case 'file_progress':
      return [6, join(file(record.file), write([[2, fixed64(record.offset)]]))]
    case 'rendezvous_hash':
      return [
        7,
        write([
          [1, fixed32(record.epoch)],
          [2, record.hash],
        ]),
      ]
    case 'rendezvous_root':
      return [
        8,
        write([
          [1, fixed32(record.epoch)],
          [2, record.root],
        ]),
      ]
    case 'move_request':
      return [9, new Uint8Array(0)]
    case 'move_signal':
      return [10, write(record.signal.length > 0 ? [[1, record.signal]] : [])]
    case 'last':
      return [11, write([[1, fixed64(record.frames)]])]
    case 'wake_token':
      return [12, write(record.token.length > 0 ? [[1, record.token]] : [])]
    case 'frame_ack':
      return [13, write([[1, fixed64(record.frames)]])]
    case 'build':
      return [14, write(record.hash.length > 0 ? [[1, record.hash]] : [])]
  }
}

function file(id: Uint8Array): Uint8Array {
  return write(id.length > 0 ? [[1, id]] : [])
}

/** Section 1: an encoded RecordBlock. */
export function encodeBlock(records: readonly LiteralRecord[]): Uint8Array {
  return write(records.map((record) => [1, write([body(record)])] as const))
}

const BODIES: Readonly<Record<number, Shape>> = {
  1: { 1: 'varint', 2: 'bool', 3: 'bytes' },
  2: { 1: 'bytes', 2: 'fixed64', 3: 'bytes' },
  3: { 1: 'many' },
  4: { 1: 'bytes', 2: 'fixed64' },
  5: { 1: 'bytes', 2: 'fixed32', 3: 'many' },
  6: { 1: 'bytes', 2: 'fixed64' },
  7: { 1: 'fixed32', 2: 'bytes' },
  8: { 1: 'fixed32', 2: 'bytes' },
  9: {},
  10: { 1: 'bytes' },
  11: { 1: 'fixed64' },
  12: { 1: 'bytes' },
  13: { 1: 'fixed64' },
  14: { 1: 'bytes' },
}

const ONEOF: Shape = Object.fromEntries(Object.keys(BODIES).map((number) => [number, 'many']))

function sized(bytes: Uint8Array, length: number): Uint8Array {
  must(bytes.length === length, 'malformed', `not ${length} bytes`)
  return bytes
}

function filled(bytes: Uint8Array, most: number): Uint8Array {
  must(bytes.length >= 1 && bytes.length <= most, 'malformed', `not 1 to ${most} bytes`)
  return bytes
}

function listOf(
  fields: Map<number, Value[]>,
  number: number,
  length: number,
  least: number,
  most: number,
): Uint8Array[] {
  const list = (fields.get(number) ?? []) as Uint8Array[]
  must(list.length >= least && list.length <= most, 'malformed', `not ${least} to ${most} of them`)
  return list.map((one) => sized(one, length))
}

/** Field 2 of all records that have an offset. */
function offsetOf(fields: Map<number, Value[]>): bigint {
  const offset = presentOf(fields, 2)
  must(offset < 2n ** 53n, 'malformed', '2^53 or more')
  return offset
}

/** Section 3, one line of its table each. */
function decodeRecord(bytes: Uint8Array): LiteralRecord {
  const oneof = readCanonical(bytes, ONEOF)
  must(oneof.size > 0, 'malformed', 'a record without a body')
  const [[number, values]] = [...oneof] as [[number, Uint8Array[]]]
  must(oneof.size === 1 && values.length === 1, 'not_canonical', 'two bodies')
  const f = readCanonical(values[0] as Uint8Array, BODIES[number] ?? {})
  switch (number) {
    case 1: {
      const stream = numberOf(f, 1)
      must(stream >= 1, 'malformed', 'streams count from 1')
      return { kind: 'content_part', stream, last: numberOf(f, 2) === 1, data: filled(bytesOf(f, 3), 4096) }
    }
    case 2:
      return {
        kind: 'file_chunk',
        file: sized(bytesOf(f, 1), 16),
        offset: offsetOf(f),
        data: filled(bytesOf(f, 3), 4096),
      }
    case 3:
      return { kind: 'receipt', contents: listOf(f, 1, 16, 1, 64) }
    case 4: {
      const offset = offsetOf(f)
      must(offset % 1_048_576n === 0n, 'malformed', 'not a multiple of the block size')
      return { kind: 'file_request', file: sized(bytesOf(f, 1), 16), offset }
    }
    case 5:
      return {
        kind: 'file_proof',
        file: sized(bytesOf(f, 1), 16),
        block: Number(presentOf(f, 2)),
        path: listOf(f, 3, 32, 0, 40),
      }
    case 6:
      return { kind: 'file_progress', file: sized(bytesOf(f, 1), 16), offset: offsetOf(f) }
    case 7:
      return { kind: 'rendezvous_hash', epoch: Number(presentOf(f, 1)), hash: sized(bytesOf(f, 2), 32) }
    case 8:
      return { kind: 'rendezvous_root', epoch: Number(presentOf(f, 1)), root: sized(bytesOf(f, 2), 32) }
    case 9:
      return { kind: 'move_request' }
    case 10:
      return { kind: 'move_signal', signal: filled(bytesOf(f, 1), 4041) }
    case 11:
      return { kind: 'last', frames: presentOf(f, 1) }
    case 13:
      return { kind: 'frame_ack', frames: presentOf(f, 1) }
    case 14:
      return { kind: 'build', hash: sized(bytesOf(f, 1), 32) }
    default:
      return { kind: 'wake_token', token: sized(bytesOf(f, 1), 32) }
  }
}

/** 09-2: the block of a padded plaintext, all records checked before any is given out. */
export function decodeBlock(block: Uint8Array): LiteralRecord[] {
  const fields = readCanonical(block, { 1: 'many' })
  return ((fields.get(1) ?? []) as Uint8Array[]).map(decodeRecord)
}

export function packBlock(records: readonly LiteralRecord[], room: number): Uint8Array {
  return pad(encodeBlock(records), room)
}

export function unpackBlock(padded: Uint8Array): LiteralRecord[] {
  must(padded.length === 4065 || padded.length === 1747, 'wrong_size', 'not the plaintext of a frame')
  return decodeBlock(unpad(padded))
}

/** Section 4: the longest possible Content. */
export const CONTENT_BYTES = 66_616
export const OPEN_STREAMS = 64

/** Section 4: takes one piece; gives the joined Content after the last. */
export function takePart(
  open: Map<number, Uint8Array>,
  part: { readonly stream: number; readonly last: boolean; readonly data: Uint8Array },
): Uint8Array | undefined {
  const before = open.get(part.stream)
  must(before !== undefined || open.size < OPEN_STREAMS, 'too_many_streams', '09-7')
  const whole = join(before ?? new Uint8Array(0), part.data)
  must(whole.length <= CONTENT_BYTES, 'too_long', '09-7')
  if (!part.last) {
    open.set(part.stream, whole)
    return undefined
  }
  open.delete(part.stream)
  return whole
}
