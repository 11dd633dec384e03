/** A received file in a page's memory, where there is no private file system. Bounded, and gone with the page. */
import { ensure } from '../../errors.js'
import { CHOSEN } from '../../limits.js'
import type { FileSink } from '../../ports/files.js'
import { safeName } from '../file-names.js'
import { checkWrite, durableBytes } from '../file-rules.js'

/** Unfinished files of this page, for a later tunnel. */
const parts = new Map<string, Uint8Array<ArrayBuffer>[]>()

/** Throws `storage_failed` for a file over CHOSEN.MEMORY_FILE_BYTES. */
export function memorySink(file: string, name: string, size: number): FileSink {
  ensure(size <= CHOSEN.MEMORY_FILE_BYTES, 'storage_failed', 'this browser can take only small files here')
  const kept = parts.get(file) ?? []
  parts.set(file, kept)
  let durable = kept.reduce((sum, part) => sum + part.length, 0)
  let closed = false
  // Whole blocks only, as on a disk, so that the sender starts at one.
  while (durable !== durableBytes(durable, size)) durable -= kept.pop()?.length ?? durable
  return {
    get durable() {
      return durable
    },
    async write(offset, data) {
      ensure(!closed, 'closed', 'the sink is closed')
      checkWrite(offset, data.length, durable, size)
      kept.push(new Uint8Array(data))
      durable += data.length
    },
    async finish() {
      ensure(!closed, 'closed', 'the sink is closed')
      ensure(durable === size, 'wrong_state', 'the file is not whole')
      closed = true
      parts.delete(file)
      return { name: safeName(name), blob: new Blob(kept, { type: 'application/octet-stream' }) }
    },
    async close() {
      closed = true
    },
    async discard() {
      closed = true
      parts.delete(file)
    },
  }
}
