/** What every keeper of sealed files checks. */
import { ensure } from '../errors.js'
import type { FilePlace } from '../ports/files.js'

const ID = /^[0-9a-f]{32}$/

/** Throws `invalid_argument` unless it is a file ID: 32 hex digits, so that none is a path. */
export function checkFileId(id: string): void {
  ensure(ID.test(id), 'invalid_argument', 'a file ID has 32 hex digits')
}

export function checkPlace({ conversation, file }: FilePlace): void {
  checkFileId(conversation)
  checkFileId(file)
}

export function isFileId(name: string): boolean {
  return ID.test(name)
}

/** Throws `invalid_argument` unless both count bytes, and a file of `size` has that many to keep. */
export function checkSizes(keep: number, size: number): void {
  const isSize = Number.isSafeInteger(size) && Number.isSafeInteger(keep) && keep >= 0 && keep <= size
  ensure(isSize, 'invalid_argument', 'not a size')
}

/** Bytes come in order, without a gap and not beyond the end. Throws `invalid_argument`. */
export function checkWrite(offset: number, length: number, written: number, size: number): void {
  ensure(offset === written && offset + length <= size, 'invalid_argument', 'bytes out of order')
}

/** How much of a file is read at once while it is saved. */
const COPY_BYTES = 1_048_576

/** The bytes of a source, one piece in memory at a time. */
export async function* pieces(source: {
  readonly size: number
  read(offset: number, length: number): Promise<Uint8Array>
}): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < source.size; at += COPY_BYTES) {
    yield await source.read(at, Math.min(COPY_BYTES, source.size - at))
  }
}
