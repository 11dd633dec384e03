/** Files in memory. Sealed ones outlive their sink, as on a disk. */
import { concat, fromUtf8, utf8 } from '../../bytes/bytes.js'
import { ensure, Solo2Error } from '../../errors.js'
import type { BackupSink, FilePlace, FileSource, Files } from '../../ports/files.js'
import { numberedName, safeName } from '../file-names.js'
import { checkFileId, checkPlace, checkSizes, checkWrite, pieces } from '../file-rules.js'

/** What lies on one device beside its vaults. */
export interface MemoryFolder {
  /** What the person saved, by final name. */
  readonly saved: Map<string, Uint8Array>
  /** The vaults' sealed bytes by place. */
  readonly sealed: Map<string, Uint8Array>
  /** What lies beside the vault on this device, by name: a source of it is found again after a restart. */
  readonly beside: Map<string, Uint8Array>
  /** While true each write is refused with `storage_full`. */
  full: boolean
  /** Bytes that are free, if the device tells. */
  room?: number
}

/** An empty folder. */
export function createFolder(): MemoryFolder {
  return { saved: new Map(), sealed: new Map(), beside: new Map(), full: false }
}

/** A file to send, of these bytes. */
export function memorySource(name: string, content: Uint8Array): FileSource {
  return { name, ...byteSource(content) }
}

/** Of a file that lies on the device. */
export function besideSource(folder: MemoryFolder, name: string): FileSource {
  const content = folder.beside.get(name)
  ensure(content !== undefined, 'storage_failed', 'no such file')
  return { ...memorySource(name, content), reference: utf8(name) }
}

function byteSource(content: Uint8Array) {
  return {
    size: content.length,
    async read(offset: number, length: number) {
      ensure(offset + length <= content.length, 'storage_failed', 'the file is shorter')
      return content.slice(offset, offset + length)
    },
    async close() {},
  }
}

/** The files port over a folder in memory. */
export function memoryFiles(folder: MemoryFolder = createFolder()): Files {
  /** The sink of each place that counts: opening it again ends an earlier one. */
  const latest = new Map<string, object>()
  const prefix = ({ vault, conversation }: Pick<FilePlace, 'vault' | 'conversation'>) => `${vault}/${conversation}/`
  const key = (place: FilePlace) => {
    checkPlace(place)
    return prefix(place) + place.file
  }
  return {
    room: async () => folder.room,
    async sink(place, keep, size) {
      checkSizes(keep, size)
      const at = key(place)
      const token = {}
      latest.set(at, token)
      let content: Uint8Array = (folder.sealed.get(at) ?? new Uint8Array(0)).slice(0, keep)
      folder.sealed.set(at, content)
      return {
        async write(offset, data) {
          ensure(latest.get(at) === token, 'closed', 'the sink is closed')
          checkWrite(offset, data.length, content.length, size)
          if (folder.full) throw new Solo2Error('storage_full', 'the disk is full')
          content = concat(content, data)
          folder.sealed.set(at, content)
        },
        async close() {
          if (latest.get(at) === token) latest.delete(at)
        },
      }
    },
    async reopen(reference) {
      const name = fromUtf8(reference)
      return folder.beside.has(name) ? besideSource(folder, name) : undefined
    },
    async source(place) {
      const content = folder.sealed.get(key(place))
      return content === undefined ? undefined : byteSource(content)
    },
    async list(place) {
      checkFileId(place.conversation)
      const own = [...folder.sealed.keys()].filter((name) => name.startsWith(prefix(place)))
      return own.map((name) => name.slice(prefix(place).length))
    },
    async remove(place) {
      latest.delete(key(place))
      folder.sealed.delete(key(place))
    },
    async keepOnly(vaults) {
      const kept = vaults.map((vault) => `${vault}/`)
      for (const name of folder.sealed.keys()) {
        if (!kept.some((start) => name.startsWith(start))) folder.sealed.delete(name)
      }
    },
    async save(file, source) {
      checkFileId(file)
      const parts: Uint8Array[] = []
      for await (const data of pieces(source)) parts.push(data)
      if (folder.full) throw new Solo2Error('storage_full', 'the disk is full')
      const name = safeName(source.name)
      let n = 0
      while (folder.saved.has(numberedName(name, n))) n++
      folder.saved.set(numberedName(name, n), concat(...parts))
      return { name: numberedName(name, n) }
    },
  }
}

/** A backup in memory. */
export function memoryBackup(): BackupSink & {
  /** All that was written. */
  bytes(): Uint8Array
} {
  const parts: Uint8Array[] = []
  const bytes = () => concat(...parts)
  return {
    bytes,
    async write(data) {
      parts.push(data.slice())
    },
    finish: async () => byteSource(bytes()),
    async discard() {
      parts.length = 0
    },
  }
}
