/**
 * What waits to be sent, and which of it the next frame carries (spec/09 section 5): controls, contents, file requests and
 * progress, file data. A long content goes in pieces, in turns with the others; a long chunk is cut to fit. Not its
 * concern: when a frame leaves.
 */
import type { FileChunk } from '@solo2/proto/tunnel'
import { equal } from '../bytes/bytes.js'
import { ensure } from '../errors.js'
import { PROTOCOL } from '../limits.js'
import { CONTENT_BYTES } from './reassembly.js'
import { chunkRoom, partRoom, type Record, recordRoom, recordSize } from './records.js'

/** `control` (rendezvous, move, receipts) leaves first and in order; `bulk` (all that names a file) after the contents. */
export type Priority = 'control' | 'bulk'

interface OutgoingContent {
  readonly bytes: Uint8Array
  /** Bytes sent already. */
  readonly offset: number
  /** 0 until its first piece leaves. */
  readonly stream: number
}

/** The proofs and chunks of one file, in order. */
interface Lane {
  readonly file: Uint8Array
  readonly records: readonly Record[]
}

export interface QueueState {
  readonly controls: readonly Record[]
  /** In the order in which they are served next. */
  readonly contents: readonly OutgoingContent[]
  readonly requests: readonly Record[]
  /** In the order in which they are served next. */
  readonly lanes: readonly Lane[]
}

export interface Taken {
  readonly queue: QueueState
  readonly records: readonly Record[]
  /** Whether the frame carries anything but file data, progress and acknowledgements (spec/08 section 5). */
  readonly urgent: boolean
}

/** Beside others a content gets at least so much of a frame, so that heads do not eat it: fewer are served at once. */
const LEAST_SHARE = 256

export function createQueue(): QueueState {
  return { controls: [], contents: [], requests: [], lanes: [] }
}

export function isEmpty(queue: QueueState): boolean {
  return !hasUrgent(queue) && queue.requests.length === 0 && queue.lanes.length === 0
}

/** Whether nothing waits but file data. */
export function isBulkOnly(queue: QueueState): boolean {
  return queue.controls.length === 0 && queue.contents.length === 0 && queue.requests.length === 0
}

/** Whether anything waits but file data, progress and acknowledgements, for which a due turn must not wait (spec/08 section 5). */
export function hasUrgent(queue: QueueState): boolean {
  return queue.controls.length > 0 || queue.contents.length > 0 || queue.requests.some(isUrgent)
}

const NOT_URGENT: ReadonlySet<string | undefined> = new Set(['fileChunk', 'fileProof', 'fileProgress', 'frameAck'])

function isUrgent({ body }: Record): boolean {
  return !NOT_URGENT.has(body?.$case)
}

/** File bytes that wait: the caller reads the next block when they run low. */
export function bulkBytes(queue: QueueState): number {
  let bytes = 0
  for (const { records } of queue.lanes) {
    for (const { body } of records) if (body?.$case === 'fileChunk') bytes += body.value.data.length
  }
  return bytes
}

/** Queues an encoded Content. Throws `too_long` over CONTENT_BYTES, `invalid_argument` for an empty one. */
export function enqueueContent(queue: QueueState, content: Uint8Array): QueueState {
  ensure(content.length > 0, 'invalid_argument', 'a content has bytes')
  ensure(content.length <= CONTENT_BYTES, 'too_long', 'a content is longer than any may be')
  return { ...queue, contents: [...queue.contents, { bytes: content, offset: 0, stream: 0 }] }
}

/**
 * Queues a record; pieces of contents are made by `take` only. A bulk record names a file; a FileChunk may have any
 * length, a block of the file for example: `take` cuts it. A FileProgress replaces one of its file that waits. Throws `too_long` for another record that fits no frame,
 * `invalid_argument` for a kind that has no place here.
 */
export function enqueueRecord(queue: QueueState, record: Record, priority: Priority): QueueState {
  const { body } = record
  ensure(body !== undefined && body.$case !== 'content', 'invalid_argument', 'contents are queued whole')
  const cut = priority === 'bulk' && body.$case === 'fileChunk'
  ensure(cut || recordSize(record) <= recordRoom(PROTOCOL.FRAME_PLAINTEXT), 'too_long', 'a record fits one frame')
  if (priority === 'control') return { ...queue, controls: [...queue.controls, record] }
  ensure('file' in body.value, 'invalid_argument', 'bulk belongs to a file')
  if (body.$case === 'fileRequest' || body.$case === 'fileProgress') {
    const { $case: kind } = body
    const replaced = (other: Record) =>
      kind === 'fileProgress' && other.body?.$case === kind && equal(fileOf(other), body.value.file)
    return { ...queue, requests: [...queue.requests.filter((other) => !replaced(other)), record] }
  }
  const { file } = body.value
  const index = queue.lanes.findIndex((lane) => equal(lane.file, file))
  const lane = queue.lanes[index]
  if (lane === undefined) return { ...queue, lanes: [...queue.lanes, { file, records: [record] }] }
  return { ...queue, lanes: queue.lanes.with(index, { file, records: [...lane.records, record] }) }
}

/** Queues the acknowledgement of so many frames, in place of one that waits. */
export function enqueueAck(queue: QueueState, frames: number): QueueState {
  const others = queue.requests.filter(({ body }) => body?.$case !== 'frameAck')
  return { ...queue, requests: [...others, { body: { $case: 'frameAck', value: { frames: BigInt(frames) } } }] }
}

/** Drops what waits of a file's bulk: it was cancelled. */
export function dropFile(queue: QueueState, file: Uint8Array): QueueState {
  const requests = queue.requests.filter((record) => !equal(fileOf(record), file))
  return { ...queue, requests, lanes: queue.lanes.filter((lane) => !equal(lane.file, file)) }
}

const NO_FILE = new Uint8Array(0)

function fileOf({ body }: Record): Uint8Array {
  return body !== undefined && 'file' in body.value ? body.value.file : NO_FILE
}

/**
 * The records of the next frame, whose padded plaintext has `capacity` bytes. They are few or none if what comes first
 * does not fit a turn's first frame; the frame after has room for it.
 */
export function take(queue: QueueState, capacity: number): Taken {
  const controls = takeWhole(queue.controls, recordRoom(capacity))
  const contents = takeContents(queue.contents, controls.room)
  const requests = takeWhole(queue.requests, contents.room)
  const lanes = takeLanes(queue.lanes, requests.room)
  const records = [...controls.records, ...contents.records, ...requests.records, ...lanes.records]
  return {
    queue: { controls: controls.rest, contents: contents.rest, requests: requests.rest, lanes: lanes.rest },
    records,
    urgent: records.some(isUrgent),
  }
}

interface Portion<Waiting> {
  readonly records: readonly Record[]
  readonly rest: readonly Waiting[]
  readonly room: number
}

/** In order: one that does not fit holds back those behind it. */
function takeWhole(waiting: readonly Record[], room: number): Portion<Record> {
  if (waiting.length === 0) return { records: waiting, rest: waiting, room }
  let count = 0
  let left = room
  for (const record of waiting) {
    const size = recordSize(record)
    if (size > left) break
    left -= size
    count++
  }
  return { records: waiting.slice(0, count), rest: waiting.slice(count), room: left }
}

/** Every number of a stream has one byte on the wire. */
const ANY_STREAM = 1

/**
 * Each content at the front gets an equal share; what a short one leaves goes to the longer ones. In the frame they stand as
 * they were queued (09-9), whoever's share was found first. Whoever is not through goes to the back.
 */
function takeContents(contents: readonly OutgoingContent[], room: number): Portion<OutgoingContent> {
  if (contents.length === 0) return { records: [], rest: contents, room }
  const served = choose(contents, Math.max(1, Math.floor(room / LEAST_SHARE)))
  const pieces = new Map<OutgoingContent, { readonly last: boolean; readonly data: Uint8Array }>()
  let left = room
  let waiting = served.length
  for (const content of served.toSorted((a, b) => remaining(a) - remaining(b))) {
    const share = Math.floor(left / waiting--)
    const last = remaining(content) <= partRoom(ANY_STREAM, true, share)
    // A piece that is not the last leaves at least one byte for it.
    const length = last ? remaining(content) : Math.min(partRoom(ANY_STREAM, false, share), remaining(content) - 1)
    if (length < 1) continue
    const piece = { last, data: content.bytes.subarray(content.offset, content.offset + length) }
    pieces.set(content, piece)
    left -= recordSize(partOf(ANY_STREAM, piece))
  }
  const streams = new Set(contents.map(({ stream }) => stream))
  const records: Record[] = []
  const after: OutgoingContent[] = []
  for (const content of served) {
    const piece = pieces.get(content)
    if (piece === undefined) continue
    const stream = content.stream || freeStream(streams)
    records.push(partOf(stream, piece))
    if (piece.last) {
      streams.delete(stream)
    } else {
      streams.add(stream)
      after.push({ ...content, offset: content.offset + piece.data.length, stream })
    }
  }
  return { records, rest: [...contents.filter((content) => !pieces.has(content)), ...after], room: left }
}

function partOf(stream: number, { last, data }: { readonly last: boolean; readonly data: Uint8Array }): Record {
  return { body: { $case: 'content', value: { stream, last, data } } }
}

/** The first `count` that have a stream or may open one. */
function choose(contents: readonly OutgoingContent[], count: number): readonly OutgoingContent[] {
  let free = PROTOCOL.OPEN_STREAMS - contents.filter(({ stream }) => stream !== 0).length
  const chosen: OutgoingContent[] = []
  for (const content of contents) {
    if (chosen.length === count) break
    if (content.stream === 0 && free-- <= 0) continue
    chosen.push(content)
  }
  return chosen
}

function remaining(content: OutgoingContent): number {
  return content.bytes.length - content.offset
}

function freeStream(streams: ReadonlySet<number>): number {
  let stream = 1
  while (streams.has(stream)) stream++
  return stream
}

/** File by file while there is room; a file that has more goes behind the others. */
function takeLanes(lanes: readonly Lane[], room: number): Portion<Lane> {
  const records: Record[] = []
  const behind: Lane[] = []
  let left = room
  let index = 0
  for (; index < lanes.length && left > 0; index++) {
    const { file, records: waiting } = lanes[index] as Lane
    let count = 0
    let cut: Record | undefined
    for (const record of waiting) {
      const size = recordSize(record)
      if (size <= left) {
        records.push(record)
        left -= size
        count++
        continue
      }
      const split = record.body?.$case === 'fileChunk' ? splitChunk(record.body.value, left) : undefined
      if (split !== undefined) {
        records.push(split.first)
        cut = split.second
        count++
      }
      left = 0
      break
    }
    const rest = [...(cut === undefined ? [] : [cut]), ...waiting.slice(count)]
    if (rest.length > 0) behind.push({ file, records: rest })
  }
  return { records, rest: [...lanes.slice(index), ...behind], room: left }
}

/** Cuts a chunk that does not fit; undefined if not even a byte of it does. */
function splitChunk(chunk: FileChunk, room: number): { first: Record; second: Record } | undefined {
  const { file, offset, data } = chunk
  const length = chunkRoom(file, room)
  if (length < 1) return undefined
  const rest = { file, offset: (offset ?? 0n) + BigInt(length), data: data.subarray(length) }
  return {
    first: { body: { $case: 'fileChunk', value: { file, offset, data: data.subarray(0, length) } } },
    second: { body: { $case: 'fileChunk', value: rest } },
  }
}
