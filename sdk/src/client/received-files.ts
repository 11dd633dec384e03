/** Whole files that the vault holds for one conversation: opened, given to the person, deleted (spec/11, Files). */
import { FileRecord } from '@solo2/proto/vault'
import { wipe } from '../bytes/bytes.js'
import { ensure } from '../errors.js'
import type { FilePlace, FileSource } from '../ports/files.js'
import type { Platform } from '../ports/platform.js'
import type { StoredFiles } from './api/stored-files.js'
import { sealedSource } from './sealed-file.js'
import { createSerial } from './serial.js'
import { type Entry, isStored, restoredEntry } from './transfer-entry.js'
import type { Vault } from './vault-store.js'

export interface ReceivedFilesOptions {
  readonly platform: Platform
  /** The vault's name. */
  readonly vault: string
  /** 32 hex digits. */
  readonly conversation: string
  /** Rejects with `not_found`. */
  entry(id: string): Entry
  /** Stores what an entry is now, and tells. */
  commit(entry: Entry): Promise<void>
}

export interface ReceivedFiles {
  readonly calls: StoredFiles
  place(entry: Pick<Entry, 'id'>): FilePlace
  /** Of a message that is gone: its record is without the key already. */
  forget(entry: Entry): Promise<void>
  /**
   * Reads the records, and removes the bytes that none of them needs: a program may have ended between a file and its
   * record (11-23).
   */
  restore(vault: Pick<Vault, 'entries'>, table: string, entries: Map<string, Entry>): Promise<void>
}

export function createReceivedFiles(options: ReceivedFilesOptions): ReceivedFiles {
  const { vault, conversation } = options
  const { files, host } = options.platform
  /** One at a time: two copies of one file would be written in the same place. */
  const saves = createSerial()
  const place = ({ id }: Pick<Entry, 'id'>) => ({ vault, conversation, file: id })

  async function open(id: string): Promise<FileSource> {
    const entry = options.entry(id)
    const { stream, size, name } = entry
    ensure(isStored(entry) && stream !== undefined, 'not_found', 'the vault does not hold this file')
    return await sealedSource(files, host.aead, { place: place(entry), stream, size }, name)
  }

  return {
    place,
    calls: {
      openFile: open,
      saveFile: (id) =>
        saves.run(async () => {
          const source = await open(id)
          try {
            return await files.save(id, source)
          } finally {
            await source.close()
          }
        }),
      async deleteFile(id) {
        const entry = options.entry(id)
        const { stream } = entry
        ensure(isStored(entry) && stream !== undefined, 'not_found', 'the vault does not hold this file')
        // The key first: without it the bytes are nobody's, whatever ends the program now.
        Object.assign(entry, { stream: undefined, stored: false })
        try {
          await options.commit(entry)
        } catch (error) {
          Object.assign(entry, { stream, stored: true })
          throw error
        }
        wipe(stream.key)
        await files.remove(place(entry))
      },
    },
    async forget(entry) {
      if (!entry.stored) return
      wipe(entry.stream?.key)
      Object.assign(entry, { stream: undefined, stored: false })
      await files.remove(place(entry))
    },
    async restore(records, table, entries) {
      // A platform that cannot list holds nothing that could be opened; the conversation itself is none the worse.
      const present: string[] = await files.list({ vault, conversation }).catch(() => [])
      for (const [id, record] of await records.entries(table, FileRecord)) {
        entries.set(id, restoredEntry(id, record, present.includes(id)))
      }
      for (const id of present) {
        const { stream, stage } = entries.get(id) ?? {}
        const isKept = stream !== undefined && (stage === 'accepted' || stage === 'complete')
        if (!isKept) await files.remove(place({ id })).catch(() => undefined)
      }
    },
  }
}
