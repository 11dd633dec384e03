/** Sealed files in a page's memory, where there is no private file system. Bounded, and gone with the page. */
import { ensure } from '../../errors.js'
import { CHOSEN } from '../../limits.js'
import type { BackupSink, ByteSource, FileSink } from '../../ports/files.js'
import { checkWrite } from '../file-rules.js'

export interface MemoryFiles {
  /** Throws `storage_failed` for more than CHOSEN.MEMORY_FILE_BYTES, or if there is less than `keep`. */
  sink(path: string, keep: number, size: number): FileSink
  source(path: string): ByteSource | undefined
  /** Names of what lies in a folder. */
  list(folder: string): string[]
  remove(path: string): void
  /** Removes what is in none of these folders. */
  keepOnly(folders: readonly string[]): void
}

export function memoryFiles(): MemoryFiles {
  const files = new Map<string, Blob>()
  return {
    sink(path, keep, size) {
      ensure(size <= CHOSEN.MEMORY_FILE_BYTES, 'storage_failed', 'this browser can take only small files here')
      const before = files.get(path) ?? new Blob()
      ensure(before.size >= keep, 'storage_failed', 'the file is shorter than it was')
      files.set(path, before.slice(0, keep))
      let written = keep
      let closed = false
      return {
        async write(offset, data) {
          ensure(!closed, 'closed', 'the sink is closed')
          checkWrite(offset, data.length, written, size)
          // A blob of blobs copies nothing.
          files.set(path, new Blob([files.get(path) as Blob, data as Uint8Array<ArrayBuffer>]))
          written += data.length
        },
        async close() {
          closed = true
        },
      }
    },
    source(path) {
      const blob = files.get(path)
      return blob && blobBytes(blob)
    },
    list(folder) {
      const inside = [...files.keys()].filter((path) => path.startsWith(`${folder}/`))
      return inside.map((path) => path.slice(folder.length + 1))
    },
    remove: (path) => void files.delete(path),
    keepOnly(folders) {
      for (const path of files.keys()) {
        if (!folders.some((folder) => path.startsWith(`${folder}/`))) files.delete(path)
      }
    },
  }
}

/** A backup as a Blob, for a download. The browser keeps its pieces where it keeps blobs. */
export function blobBackup(): BackupSink & {
  /** All that was written. */
  blob(): Blob
} {
  const pieces: Blob[] = []
  const blob = () => new Blob(pieces, { type: 'application/octet-stream' })
  return {
    blob,
    async write(data) {
      pieces.push(new Blob([data as Uint8Array<ArrayBuffer>]))
    },
    finish: async () => blobBytes(blob()),
    async discard() {
      pieces.length = 0
    },
  }
}

/** A Blob as a source of bytes: of a backup that a person chose. */
export function blobBytes(blob: Blob): ByteSource {
  return {
    size: blob.size,
    async read(offset, length) {
      ensure(offset + length <= blob.size, 'storage_failed', 'the file is shorter than it was')
      return new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer())
    },
    close: async () => undefined,
  }
}
