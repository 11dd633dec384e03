/** Files in memory. Unfinished ones outlive their sink, as on a disk. */
import { ensure, Solo2Error } from '../../errors.js'
import type { FileSource, Files } from '../../ports/files.js'
import { numberedName, safeName } from '../file-names.js'
import { checkSink, checkWrite, durableBytes } from '../file-rules.js'

export interface MemoryFolder {
  /** By final name. */
  readonly saved: Map<string, Uint8Array>
  /** Unfinished bytes by file ID. */
  readonly parts: Map<string, Uint8Array>
  /** While true each write is refused with `storage_failed`. */
  full: boolean
}

export function createFolder(): MemoryFolder {
  return { saved: new Map(), parts: new Map(), full: false }
}

export function memorySource(name: string, content: Uint8Array): FileSource {
  return {
    name,
    size: content.length,
    async read(offset, length) {
      ensure(offset + length <= content.length, 'storage_failed', 'the file is shorter')
      return content.slice(offset, offset + length)
    },
    async close() {},
  }
}

export function memoryFiles(folder: MemoryFolder = createFolder()): Files {
  /** The sink of each file that counts: opening it again ends an earlier one. */
  const latest = new Map<string, object>()
  return {
    async sink(file, name, size) {
      checkSink(file, size)
      const token = {}
      latest.set(file, token)
      let durable = durableBytes(folder.parts.get(file)?.length ?? 0, size)
      const content = new Uint8Array(size)
      content.set((folder.parts.get(file) ?? new Uint8Array(0)).subarray(0, durable))
      const keep = () => folder.parts.set(file, content.subarray(0, durable))
      keep()
      return {
        get durable() {
          return durable
        },
        async write(offset, data) {
          ensure(latest.get(file) === token, 'closed', 'the sink is closed')
          checkWrite(offset, data.length, durable, size)
          if (folder.full) throw new Solo2Error('storage_failed', 'the disk is full')
          content.set(data, offset)
          durable += data.length
          keep()
        },
        async finish() {
          ensure(latest.get(file) === token, 'closed', 'the sink is closed')
          ensure(durable === size, 'wrong_state', 'the file is not whole')
          latest.delete(file)
          folder.parts.delete(file)
          let n = 0
          while (folder.saved.has(numberedName(safeName(name), n))) n++
          const saved = numberedName(safeName(name), n)
          folder.saved.set(saved, content)
          return { name: saved }
        },
        async close() {
          if (latest.get(file) === token) latest.delete(file)
        },
        async discard() {
          latest.delete(file)
          folder.parts.delete(file)
        },
      }
    },
  }
}
