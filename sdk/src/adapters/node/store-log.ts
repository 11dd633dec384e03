/**
 * The file of a vault: a log of committed batches. All integers big-endian.
 *
 *   file    = "Solo2 log 1\n" record*
 *   record  = "S2LR" sequence:u32 length:u32 payload checksum[16]
 *   payload = (kind:u8 table:u8+bytes id:u8+bytes [length:u32 value])*    kind 1 puts, 0 deletes
 *
 * checksum = SHA-256(sequence, length, payload)[0:16]; sequence counts from 1. A record is written by one call and
 * durable before the next one starts. So after a crash at most the last record is torn, and it was acknowledged to nobody.
 */
import { createHash } from 'node:crypto'
import { ensure, Solo2Error } from '../../errors.js'
import type { Write } from '../../ports/store.js'

export const LOG_HEADER: Uint8Array = Buffer.from('Solo2 log 1\n')
const LOG_KIND = Buffer.from('Solo2 log ')
const RECORD_MARK = Buffer.from('S2LR')
const HEAD_SIZE = 12
const CHECKSUM_SIZE = 16

export type Tables = Map<string, Map<string, Uint8Array>>

/** Bytes of one record that holds `writes`. */
export function encodeRecord(sequence: number, writes: readonly Write[]): Uint8Array {
  const parts: Buffer[] = []
  for (const { table, id, value } of writes) {
    const head = Buffer.from([value ? 1 : 0, table.length, ...Buffer.from(table, 'latin1'), id.length])
    parts.push(head, Buffer.from(id, 'latin1'))
    if (value) {
      const length = Buffer.alloc(4)
      length.writeUInt32BE(value.length)
      // A view, not a copy: concatenation below copies once.
      parts.push(length, Buffer.from(value.buffer, value.byteOffset, value.length))
    }
  }
  const payload = Buffer.concat(parts)
  const head = Buffer.alloc(HEAD_SIZE)
  head.set(RECORD_MARK)
  head.writeUInt32BE(sequence, 4)
  head.writeUInt32BE(payload.length, 8)
  return Buffer.concat([head, payload, checksum(head, payload)])
}

function checksum(head: Uint8Array, payload: Uint8Array): Buffer {
  return createHash('sha256').update(head.subarray(4)).update(payload).digest().subarray(0, CHECKSUM_SIZE)
}

export interface LogContent {
  readonly tables: Tables
  /** Sequence number of the last whole record, 0 if none. */
  readonly sequence: number
  /** Bytes up to the end of the last whole record. What follows is torn and must be cut off before the next write. */
  readonly length: number
}

/**
 * Reads a whole log. A torn last record is left out. Throws `storage_newer` for a later form of the file,
 * `storage_damaged` if a whole record follows after a broken one: then something acknowledged is gone.
 */
export function readLog(file: Buffer): LogContent {
  if (!file.subarray(0, LOG_HEADER.length).equals(LOG_HEADER)) {
    const newer = file.subarray(0, LOG_KIND.length).equals(LOG_KIND)
    throw new Solo2Error(newer ? 'storage_newer' : 'storage_damaged', 'not a log of this version')
  }
  const tables: Tables = new Map()
  let sequence = 0
  let length = LOG_HEADER.length
  for (;;) {
    const payload = recordAt(file, length, sequence + 1)
    if (!payload) break
    applyPayload(tables, payload)
    sequence++
    length += HEAD_SIZE + payload.length + CHECKSUM_SIZE
  }
  for (let at = file.indexOf(RECORD_MARK, length); at >= 0; at = file.indexOf(RECORD_MARK, at + 1)) {
    ensure(recordAt(file, at, undefined) === undefined, 'storage_damaged', 'a record in the middle is broken')
  }
  return { tables, sequence, length }
}

/** The payload of the whole record at `offset`, if there is one. */
function recordAt(file: Buffer, offset: number, sequence: number | undefined): Buffer | undefined {
  const head = file.subarray(offset, offset + HEAD_SIZE)
  if (head.length < HEAD_SIZE || !head.subarray(0, 4).equals(RECORD_MARK)) return undefined
  if (sequence !== undefined && head.readUInt32BE(4) !== sequence) return undefined
  const end = offset + HEAD_SIZE + head.readUInt32BE(8)
  if (end + CHECKSUM_SIZE > file.length) return undefined
  const payload = file.subarray(offset + HEAD_SIZE, end)
  return checksum(head, payload).equals(file.subarray(end, end + CHECKSUM_SIZE)) ? payload : undefined
}

function applyPayload(tables: Tables, payload: Buffer): void {
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
    applyWrite(tables, { table, id, value: kind === 1 ? Uint8Array.from(take(take(4).readUInt32BE())) : undefined })
  }
}

/** Keeps `value` itself: the caller gives it away. */
export function applyWrite(tables: Tables, { table, id, value }: Write): void {
  const entries = tables.get(table)
  if (value === undefined) {
    entries?.delete(id)
  } else if (entries) {
    entries.set(id, value)
  } else {
    tables.set(table, new Map([[id, value]]))
  }
}
