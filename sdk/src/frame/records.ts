/** Records: what a frame's plaintext carries. RecordBlock of proto/solo2/tunnel/v1 with its rules (spec/09). */
import { ContentPart, FileChunk, Record, RecordBlock } from '@solo2/proto/tunnel'
import { decodeCanonicalView, encode } from '../bytes/canonical.js'
import { PADDING_OVERHEAD, pad, unpad } from '../bytes/padding.js'
import { ensure } from '../errors.js'
import { PROTOCOL } from '../limits.js'

export { Record } from '@solo2/proto/tunnel'

const HASH_SIZE = 32
/** The longest encoded Signal: what its padding leaves (spec/06). */
const SIGNAL_BYTES = PROTOCOL.SIGNAL_PLAINTEXT - PADDING_OVERHEAD
/** A field's tag: one byte, since no number is above 15. */
const TAG = 1
const FIXED64_FIELD = 9
const LAST_FIELD = 2

/** Bytes that a record takes in a block, its head included. Pieces and chunks are not encoded to be measured. */
export function recordSize(record: Record): number {
  const { body } = record
  switch (body?.$case) {
    case 'content':
      return sizeAround(partFields(body.value.stream, body.value.last) + bytesField(body.value.data.length))
    case 'fileChunk':
      return sizeAround(chunkFields(body.value.file) + bytesField(body.value.data.length))
    default:
      return bytesField(encode(Record, record).length)
  }
}

/** How many bytes of data a ContentPart can carry in `room` bytes of a block; below 1 if none. */
export function partRoom(stream: number, last: boolean, room: number): number {
  return dataRoom(partFields(stream, last), room)
}

/** How many bytes of data a FileChunk can carry in `room` bytes of a block; below 1 if none. */
export function chunkRoom(file: Uint8Array, room: number): number {
  return dataRoom(chunkFields(file), room)
}

function partFields(stream: number, last: boolean): number {
  return TAG + varintSize(stream) + (last ? LAST_FIELD : 0)
}

function chunkFields(file: Uint8Array): number {
  return bytesField(file.length) + FIXED64_FIELD
}

/** The largest length of a data field that fits beside `fields` bytes of other fields. */
function dataRoom(fields: number, room: number): number {
  let length = room - sizeAround(fields + bytesField(0))
  while (length > 0 && sizeAround(fields + bytesField(length)) > room) length--
  return length
}

/** From a body's length to its record's size in a block. */
function sizeAround(body: number): number {
  return bytesField(bytesField(body))
}

function bytesField(length: number): number {
  return TAG + varintSize(length) + length
}

function varintSize(value: number): number {
  let size = 1
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 128)) size++
  return size
}

/** Bytes of records that a padded plaintext of `capacity` bytes holds. */
export function recordRoom(capacity: number): number {
  return capacity - PADDING_OVERHEAD
}

/**
 * Records as a frame's plaintext of `capacity` bytes: FRAME_PLAINTEXT, or TURN_FRAME_PLAINTEXT in a turn's first frame.
 * None make a heartbeat. `into`: memory of `capacity` bytes for it. Throws `too_long` if they do not fit.
 */
export function packRecords(records: readonly Record[], capacity: number, into?: Uint8Array): Uint8Array {
  return pad(encodedParts({ records }), capacity, into)
}

const NONE = new Uint8Array(0)
/** Number of the field times 8 and wire type 2: RecordBlock.records; Record.content and file_chunk; data of both. */
const RECORD_TAG = 0x0a
const CONTENT_TAG = 0x0a
const CHUNK_TAG = 0x12
const DATA_TAG = 0x1a
/** Of a chunk: field 1 with wire type 2, field 2 with wire type 1. */
const FILE_TAG = 0x0a
const OFFSET_TAG = 0x11

/**
 * The encoding of a block in pieces. The data of pieces and chunks, which is nearly all of a frame, is passed on as it is:
 * it is the last field of both. What encodes by itself is their head only.
 */
function encodedParts({ records }: { readonly records: readonly Record[] }): Uint8Array[] {
  const parts: Uint8Array[] = []
  for (const record of records) {
    const { body } = record
    if (body?.$case === 'content' && body.value.data.length > 0) {
      const { data } = body.value
      parts.push(headOf(CONTENT_TAG, encode(ContentPart, { ...body.value, data: NONE }), data.length), data)
    } else if (body?.$case === 'fileChunk' && body.value.data.length > 0) {
      const { data } = body.value
      parts.push(headOf(CHUNK_TAG, fieldsOf(body.value), data.length), data)
    } else {
      parts.push(encode(RecordBlock, { records: [record] }))
    }
  }
  return parts
}

/** Of the chunk that is being encoded, and of no other: an engine makes a buffer for each small array of which one is asked for. */
const OFFSET = new DataView(new ArrayBuffer(FIXED64_FIELD - TAG))
const OFFSET_BYTES = new Uint8Array(OFFSET.buffer)

/** What `encode` gives of a chunk without its data. Nearly every frame of a file holds one: an encoder for each is most of its cost. */
function fieldsOf(chunk: FileChunk): Uint8Array {
  const { file, offset } = chunk
  if (file.length !== PROTOCOL.ID_SIZE || offset === undefined) return encode(FileChunk, { ...chunk, data: NONE })
  const out = new Uint8Array(bytesField(PROTOCOL.ID_SIZE) + FIXED64_FIELD)
  out[0] = FILE_TAG
  out[TAG] = PROTOCOL.ID_SIZE
  out.set(file, TAG + 1)
  out[bytesField(PROTOCOL.ID_SIZE)] = OFFSET_TAG
  OFFSET.setBigUint64(0, offset, true)
  out.set(OFFSET_BYTES, bytesField(PROTOCOL.ID_SIZE) + TAG)
  return out
}

/** All of a record that comes before its data. `fields`: the encoded fields before it. */
function headOf(tag: number, fields: Uint8Array, dataLength: number): Uint8Array {
  const bodyLength = fields.length + bytesField(dataLength)
  const recordLength = bytesField(bodyLength)
  const lengths = varintSize(recordLength) + varintSize(bodyLength) + varintSize(dataLength)
  const out = new Uint8Array(3 * TAG + lengths + fields.length)
  let at = put(out, 0, RECORD_TAG, recordLength)
  at = put(out, at, tag, bodyLength)
  out.set(fields, at)
  put(out, at + fields.length, DATA_TAG, dataLength)
  return out
}

/** A tag and the varint behind it; gives the place behind both. */
function put(out: Uint8Array, at: number, tag: number, value: number): number {
  out[at] = tag
  let end = at + TAG
  let rest = value
  for (; rest > 0x7f; rest >>>= 7) out[end++] = (rest & 0x7f) | 0x80
  out[end++] = rest
  return end
}

/**
 * The records of a frame's plaintext, as views of it, each checked by itself. Throws `wrong_size`, `bad_padding`,
 * `malformed`, `not_canonical`; `malformed` also for a record without a body or with a length or count that the proto forbids.
 */
export function unpackRecords(plaintext: Uint8Array): Record[] {
  const { length } = plaintext
  const fits = length === PROTOCOL.FRAME_PLAINTEXT || length === PROTOCOL.TURN_FRAME_PLAINTEXT
  ensure(fits, 'wrong_size', 'not the plaintext of a frame')
  const { records } = decodeCanonicalView(RecordBlock, unpad(plaintext), encodedParts)
  ensure(records.every(isSound), 'malformed', 'a record breaks its lengths')
  return records
}

function isSound({ body }: Record): boolean {
  switch (body?.$case) {
    case undefined:
      return false
    case 'content':
      return body.value.stream > 0 && body.value.data.length > 0
    case 'fileChunk':
      return isId(body.value.file) && isOffset(body.value.offset) && body.value.data.length > 0
    case 'receipt': {
      const { contents } = body.value
      return contents.length > 0 && contents.length <= PROTOCOL.RECEIPT_CONTENTS && contents.every(isId)
    }
    case 'fileRequest': {
      const { file, offset } = body.value
      return isId(file) && isOffset(offset) && offset % BigInt(PROTOCOL.FILE_BLOCK_BYTES) === 0n
    }
    case 'fileProof': {
      const { file, block, path } = body.value
      return isId(file) && block !== undefined && path.length <= PROTOCOL.FILE_PATH_HASHES && path.every(isHash)
    }
    case 'fileProgress':
      return isId(body.value.file) && isOffset(body.value.offset)
    case 'rendezvousHash':
      return body.value.epoch !== undefined && isHash(body.value.hash)
    case 'rendezvousRoot':
      return body.value.epoch !== undefined && isHash(body.value.root)
    case 'moveRequest':
      return true
    case 'moveSignal':
      return body.value.signal.length > 0 && body.value.signal.length <= SIGNAL_BYTES
    case 'last':
    case 'frameAck':
      return body.value.frames !== undefined
    case 'wakeToken':
      return body.value.token.length === PROTOCOL.WAKE_TOKEN_SIZE
    case 'build':
      return isHash(body.value.hash)
  }
}

/** Present, and a number that loses nothing in JavaScript (spec/09 section 3). */
function isOffset(offset: bigint | undefined): offset is bigint {
  return offset !== undefined && offset <= Number.MAX_SAFE_INTEGER
}

function isId(bytes: Uint8Array): boolean {
  return bytes.length === PROTOCOL.ID_SIZE
}

function isHash(bytes: Uint8Array): boolean {
  return bytes.length === HASH_SIZE
}
