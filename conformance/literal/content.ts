/** spec/10 sections 2 and 3: the envelope and the body of each kind. */
import { must } from './bytes.js'
import { bytesOf, type Field, numberOf, presentOf, readCanonical, type Shape, type Value, write } from './protobuf.js'

export interface LiteralContent {
  readonly id: Uint8Array
  readonly sequence: number
  readonly writtenAt: number
  readonly kind: number
  readonly expirySeconds: number
  readonly body: Uint8Array
}

/** A body as its table in section 3 names it; `fields` in the order of their numbers. */
export interface LiteralBody {
  readonly kind: string
  readonly fields: Readonly<Record<string, unknown>>
}

const SAFE = 2 ** 53 - 1
const FOUR_WEEKS = 2_419_200

function filled(number: number, value: Uint8Array | number): Field[] {
  return (value instanceof Uint8Array ? value.length : value) === 0 ? [] : [[number, value]]
}

export function encodeContent({ id, sequence, writtenAt, kind, body, expirySeconds }: LiteralContent): Uint8Array {
  return write([
    ...filled(1, id),
    ...filled(2, sequence),
    ...filled(3, writtenAt),
    ...filled(4, kind),
    ...filled(5, body),
    ...filled(6, expirySeconds),
  ])
}

function isExpiry(seconds: number): boolean {
  return seconds === 0 || (seconds >= 5 && seconds <= FOUR_WEEKS)
}

/** 10-2: every fault of the envelope is `bad_content`. */
export function decodeContent(bytes: Uint8Array): LiteralContent {
  let fields: Map<number, Value[]>
  try {
    fields = readCanonical(bytes, { 1: 'bytes', 2: 'wide', 3: 'wide', 4: 'varint', 5: 'bytes', 6: 'varint' })
  } catch {
    must(false, 'bad_content', 'not the one encoding of a Content')
    throw new Error('unreachable')
  }
  const content = {
    id: bytesOf(fields, 1),
    sequence: numberOf(fields, 2),
    writtenAt: numberOf(fields, 3),
    kind: numberOf(fields, 4),
    expirySeconds: numberOf(fields, 6),
    body: bytesOf(fields, 5),
  }
  must(content.id.length === 16, 'bad_content', 'id')
  must(content.sequence >= 1 && content.sequence <= SAFE, 'bad_content', 'sequence')
  must(content.writtenAt <= SAFE, 'bad_content', 'written_at')
  must(content.kind >= 1, 'bad_content', 'kind')
  must(content.body.length <= 66_560, 'bad_content', 'body')
  must(isExpiry(content.expirySeconds), 'bad_content', 'expiry_seconds')
  return content
}

const SHAPES: Readonly<Record<number, Shape>> = {
  1: { 1: 'bytes', 2: 'bytes' },
  2: { 1: 'bytes', 2: 'bytes', 3: 'fixed64', 4: 'bytes', 5: 'message', 6: 'message' },
  3: { 1: 'bytes' },
  4: { 1: 'bytes' },
  5: { 1: 'bytes', 2: 'bytes' },
  6: { 1: 'bytes' },
  7: { 1: 'bytes', 2: 'bytes' },
  8: { 1: 'varint', 2: 'varint' },
  9: { 1: 'fixed32', 2: 'fixed32', 3: 'varint', 4: 'wide' },
  10: { 1: 'wide' },
}

type Fields = Map<number, Value[]>

function id(fields: Fields, number: number): Uint8Array {
  const value = bytesOf(fields, number)
  must(value.length === 16, 'bad_content', 'an ID has 16 bytes')
  return value
}

function utf8(fields: Fields, number: number, least: number, most: number): string {
  const value = bytesOf(fields, number)
  must(value.length >= least && value.length <= most, 'bad_content', `not ${least} to ${most} bytes`)
  return Buffer.from(value).toString('utf8')
}

export function isUtf8(bytes: Uint8Array): boolean {
  return Buffer.compare(Buffer.from(Buffer.from(bytes).toString('utf8')), bytes) === 0
}

function present(fields: Fields, number: number): bigint {
  must(fields.has(number), 'bad_content', `field ${number} is missing`)
  return presentOf(fields, number)
}

function coordinate(fields: Fields, number: number, most: number): number {
  const value = Number(BigInt.asIntN(32, present(fields, number)))
  must(Math.abs(value) <= most, 'bad_content', 'beyond the earth')
  return value
}

function within(value: number, least: number, most: number): number {
  must(value >= least && value <= most, 'bad_content', `not ${least} to ${most}`)
  return value
}

/** Fields that are strings, by kind: no UTF-8, no body of the kind. */
const TEXTS: Readonly<Record<number, readonly number[]>> = { 1: [1], 2: [2], 5: [2], 7: [2] }

/** 10-4 and 10-5: undefined for a kind that is not known or a body that is not its kind's one encoding. */
export function decodeBody(kind: number, body: Uint8Array): LiteralBody | undefined {
  const shape = SHAPES[kind]
  if (shape === undefined) return undefined
  let f: Fields
  let media: Fields | undefined
  try {
    f = readCanonical(body, shape)
    for (const number of TEXTS[kind] ?? []) must(isUtf8(bytesOf(f, number)), 'malformed', 'no UTF-8')
    if (kind === 2) {
      must(!(f.has(5) && f.has(6)), 'not_canonical', 'two of a oneof')
      if (f.has(5)) media = readCanonical(bytesOf(f, 5), { 1: 'varint' })
      if (f.has(6)) media = readCanonical(bytesOf(f, 6), { 1: 'varint', 2: 'varint', 3: 'bytes' })
    }
  } catch {
    return undefined
  }
  switch (kind) {
    case 1: {
      const text = utf8(f, 1, 1, 65_536)
      return { kind: 'text', fields: f.has(2) ? { text, replyTo: id(f, 2) } : { text } }
    }
    case 2: {
      const file = id(f, 1)
      const name = utf8(f, 2, 1, 255)
      const size = present(f, 3)
      must(size <= BigInt(SAFE), 'bad_content', 'size')
      const root = bytesOf(f, 4)
      must(root.length === 32, 'bad_content', 'root')
      const offer = { file, name, size, root }
      if (media === undefined) return { kind: 'fileOffer', fields: offer }
      if (f.has(5)) {
        const voice = { durationMs: within(numberOf(media, 1), 1, 86_400_000) }
        return { kind: 'fileOffer', fields: { ...offer, voice } }
      }
      const [width, height, pixels] = [numberOf(media, 1), numberOf(media, 2), bytesOf(media, 3)]
      must((width === 0) === (height === 0), 'bad_content', 'one side of a thumbnail')
      must(pixels.length <= 16_384 && pixels.length === 2 * width * height, 'bad_content', 'pixels')
      return { kind: 'fileOffer', fields: { ...offer, picture: { width, height, pixels } } }
    }
    case 3:
      return { kind: 'fileRefusal', fields: { file: id(f, 1) } }
    case 4:
      return { kind: 'fileCancel', fields: { file: id(f, 1) } }
    case 5:
      return { kind: 'edit', fields: { target: id(f, 1), text: utf8(f, 2, 1, 65_536) } }
    case 6:
      return { kind: 'delete', fields: { target: id(f, 1) } }
    case 7:
      return { kind: 'reaction', fields: { target: id(f, 1), emoji: utf8(f, 2, 0, 40) } }
    case 8: {
      const seconds = numberOf(f, 1)
      must(isExpiry(seconds), 'bad_content', 'seconds')
      return { kind: 'timer', fields: { seconds, revision: within(numberOf(f, 2), 1, 2 ** 32 - 1) } }
    }
    case 9:
      return {
        kind: 'place',
        fields: {
          latitude: coordinate(f, 1, 900_000_000),
          longitude: coordinate(f, 2, 1_800_000_000),
          accuracy: within(numberOf(f, 3), 0, 20_000_000),
          takenAt: within(numberOf(f, 4), 0, SAFE),
        },
      }
    default:
      return { kind: 'read', fields: { sequence: within(numberOf(f, 1), 1, SAFE) } }
  }
}
