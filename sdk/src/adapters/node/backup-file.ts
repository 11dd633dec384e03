/** A backup, or a readable copy, as a file. */
import { open, rm } from 'node:fs/promises'
import type { BackupSink } from '../../ports/files.js'
import { storageError } from '../store-rules.js'
import { fileSource } from './files.js'

/** A new file at `path`, readable by its owner only. Rejects with `storage_failed` if there is one already. */
export async function backupFile(path: string): Promise<BackupSink> {
  const guarded = <T>(action: Promise<T>) =>
    action.catch((error: unknown) => {
      throw storageError(error, 'the backup cannot be written')
    })
  const file = await guarded(open(path, 'wx', 0o600))
  return {
    write: (data) => guarded(file.writeFile(data)),
    async finish() {
      await guarded(file.sync())
      await file.close()
      return fileSource(path)
    },
    async discard() {
      await file.close()
      await guarded(rm(path, { force: true }))
    },
  }
}
