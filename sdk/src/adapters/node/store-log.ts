/**
 * The file of a vault: a log of committed batches. All integers big-endian.
 *
 *   file    = "Solo2 log 1\n" record*
 *   record  = "S2LR" sequence:u32 length:u32 payload checksum[16]
 *   payload = (kind:u8 table:u8+bytes id:u8+bytes [length:u32 value])*    kind 1 puts, 0 deletes
 *
 * checksum = SHA-256(sequence, length, payload)[0:16]; sequence counts from 1. A record is written by one call and
 * durable before the next one starts. So after a crash at most the last record is torn, and it was acknowledged to nobody.
 *
 * Values stay in the file; in memory is only where each of them lies, so that a vault may be larger than memory.
 */
import { createHash } from 'node:crypto'
import { ensure, Solo2Error } from '../../errors.js'
import type { Write } from '../../ports/store.js'

export const LOG_HEADER: Uint8Array = Buffer.from('Solo2 log 1\n')
const LOG_KIND = Buffer.from('Solo2 log ')
const RECORD_MARK = Buffer.from('S2LR')
const HEAD_SIZE = 12
const CHECKSUM_SIZE = 16
/** Bytes of a payload beside table, ID and value of a write. */
const WRITE_OVERHEAD = 7
/** Bytes that are read at once while a log is looked through. */
const WINDOW_BYTES = 1_048_576

/** Where a value lies: `at` bytes from the start of the log, or of the record. */
export interface Place {
  readonly at: number
  readonly length: number
}

/** A write of a record that was written; undefined where it deletes. */
export interface Placed {
  readonly table: string
  readonly id: string
  readonly place: Place | undefined
}

/** What lives in a log, and where. */
export interface LogIndex {
  readonly tables: ReadonlyMap<string, ReadonlyMap<string, Place>>
  /** Bytes that the payloads of a log would have that holds only this. */
  readonly liveBytes: number
  /** What a record at `start` brought. */
  apply(start: number, writes: readonly Placed[]): void
}

export function createIndex(): LogIndex {
  const tables = new Map<string, Map<string, Place>>()
  let liveBytes = 0
  return {
    tables,
    get liveBytes() {
      return liveBytes
    },
    apply(start, writes) {
      for (const { table, id, place } of writes) {
        const entries = tables.get(table) ?? new Map<string, Place>()
        tables.set(table, entries)
        const sizeWith = (length: number) => WRITE_OVERHEAD + table.length + id.length + length
        const before = entries.get(id)
        if (before !== undefined) liveBytes -= sizeWith(before.length)
        if (place === undefined) {
          entries.delete(id)
        } else {
          liveBytes += sizeWith(place.length)
          entries.set(id, { at: start + place.at, length: place.length })
        }
      }
    },
  }
}

export interface LogRecord {
  readonly bytes: Uint8Array
  /** From the start of the record. */
  readonly writes: readonly Placed[]
}

/** A record that holds `writes`. */
export function encodeRecord(sequence: number, writes: readonly Write[]): LogRecord {
  const parts: Buffer[] = []
  const placed: Placed[] = []
  let at = HEAD_SIZE
  for (const { table, id, value } of writes) {
    const name = Buffer.from(id, 'latin1')
    const head = Buffer.from([value ? 1 : 0, table.length, ...Buffer.from(table, 'latin1'), name.length])
    parts.push(head, name)
    at += head.length + name.length
    if (value) {
      const length = Buffer.alloc(4)
      length.writeUInt32BE(value.length)
      // A view, not a copy: concatenation below copies once.
      parts.push(length, Buffer.from(value.buffer, value.byteOffset, value.length))
      at += length.length
    }
    // The ID anew: a caller's may be a tree of strings, which the index would keep.
    placed.push({ table, id: name.toString('latin1'), place: value && { at, length: value.length } })
    at += value?.length ?? 0
  }
  const payload = Buffer.concat(parts)
  const head = Buffer.alloc(HEAD_SIZE)
  head.set(RECORD_MARK)
  head.writeUInt32BE(sequence, 4)
  head.writeUInt32BE(payload.length, 8)
  return { bytes: Buffer.concat([head, payload, checksum(head, payload)]), writes: placed }
}

function checksum(head: Uint8Array, payload: Uint8Array): Buffer {
  return createHash('sha256').update(head.subarray(4)).update(payload).digest().subarray(0, CHECKSUM_SIZE)
}

/** The bytes of a log, wherever they are. */
export interface LogBytes {
  readonly size: number
  /** All of them: the caller stays below `size`. Valid until the next call. */
  read(at: number, length: number): Promise<Buffer>
}

/** Reads ahead, for whoever reads from the start to the end. */
function windowed(log: LogBytes): LogBytes {
  let start = 0
  let window: Buffer = Buffer.alloc(0)
  return {
    size: log.size,
    async read(at, length) {
      if (at < start || at + length > start + window.length) {
        window = await log.read(at, Math.min(Math.max(length, WINDOW_BYTES), log.size - at))
        start = at
      }
      return window.subarray(at - start, at - start + length)
    },
  }
}

export interface LogContent {
  readonly index: LogIndex
  /** Sequence number of the last whole record, 0 if none. */
  readonly sequence: number
  /** Bytes up to the end of the last whole record. What follows is torn and must be cut off before the next write. */
  readonly length: number
}

/**
 * Looks through a whole log. A torn last record is left out. Throws `storage_newer` for a later form of the file,
 * `storage_damaged` if a whole record follows after a broken one: then something acknowledged is gone.
 */
export async function readLog(bytes: LogBytes): Promise<LogContent> {
  const log = windowed(bytes)
  const header = await log.read(0, Math.min(LOG_HEADER.length, log.size))
  if (!header.equals(LOG_HEADER)) {
    const newer = header.subarray(0, LOG_KIND.length).equals(LOG_KIND)
    throw new Solo2Error(newer ? 'storage_newer' : 'storage_damaged', 'not a log of this version')
  }
  const index = createIndex()
  let sequence = 0
  let length = LOG_HEADER.length
  for (;;) {
    const payload = await recordAt(log, length, sequence + 1)
    if (!payload) break
    index.apply(length + HEAD_SIZE, placesOf(payload))
    sequence++
    length += HEAD_SIZE + payload.length + CHECKSUM_SIZE
  }
  for (let at = length; at < log.size; ) {
    const ahead = await log.read(at, Math.min(WINDOW_BYTES, log.size - at))
    const mark = ahead.indexOf(RECORD_MARK)
    if (mark < 0) {
      // The start of a mark may stand at the end of what was read.
      at += Math.max(1, ahead.length - RECORD_MARK.length + 1)
    } else {
      ensure(!(await recordAt(log, at + mark)), 'storage_damaged', 'a record in the middle is broken')
      at += mark + 1
    }
  }
  return { index, sequence, length }
}

/** The payload of the whole record at `offset`, if there is one. */
async function recordAt(log: LogBytes, offset: number, sequence?: number): Promise<Buffer | undefined> {
  if (offset + HEAD_SIZE > log.size) return undefined
  // A copy: what is read next takes its place.
  const head = Buffer.from(await log.read(offset, HEAD_SIZE))
  if (!head.subarray(0, 4).equals(RECORD_MARK)) return undefined
  if (sequence !== undefined && head.readUInt32BE(4) !== sequence) return undefined
  const length = head.readUInt32BE(8)
  if (offset + HEAD_SIZE + length + CHECKSUM_SIZE > log.size) return undefined
  const rest = await log.read(offset + HEAD_SIZE, length + CHECKSUM_SIZE)
  const payload = rest.subarray(0, length)
  return checksum(head, payload).equals(rest.subarray(length)) ? payload : undefined
}

/** From the start of the payload. */
function placesOf(payload: Buffer): Placed[] {
  const placed: Placed[] = []
  let offset = 0
  const take = (length: number): Buffer => {
    ensure(offset + length <= payload.length, 'storage_damaged', 'a record ends too early')
    offset += length
    return payload.subarray(offset - length, offset)
  }
  const text = (): string => take(take(1).readUInt8()).toString('latin1')
  while (offset < payload.length) {
    const kind = take(1).readUInt8()
    ensure(kind <= 1, 'storage_damaged', 'a record holds an unknown change')
    const table = text()
    const id = text()
    if (kind === 0) {
      placed.push({ table, id, place: undefined })
    } else {
      const { length } = take(take(4).readUInt32BE())
      placed.push({ table, id, place: { at: offset - length, length } })
    }
  }
  return placed
}
