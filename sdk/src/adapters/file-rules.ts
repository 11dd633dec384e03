/** What every sink checks and how it counts what is durable. */
import { ensure } from '../errors.js'
import { PROTOCOL } from '../limits.js'

/** Throws `invalid_argument` unless `file` is 32 hex digits and `size` a count of bytes. */
export function checkSink(file: string, size: number): void {
  ensure(/^[0-9a-f]{32}$/.test(file), 'invalid_argument', 'a file ID has 32 hex digits')
  ensure(Number.isSafeInteger(size) && size >= 0, 'invalid_argument', 'not a size')
}

/** Of `present` bytes those that count: whole blocks, or the whole file. */
export function durableBytes(present: number, size: number): number {
  if (present >= size) return size
  return present - (present % PROTOCOL.FILE_BLOCK_BYTES)
}

/** Bytes come in order, without a gap and not beyond the end. Throws `invalid_argument`. */
export function checkWrite(offset: number, length: number, durable: number, size: number): void {
  ensure(offset === durable && offset + length <= size, 'invalid_argument', 'bytes out of order')
}
