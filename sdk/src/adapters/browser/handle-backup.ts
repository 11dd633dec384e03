/** A backup, or a readable copy, in a file that the person chose: written as it comes, whatever its size. */
import type { BackupSink } from '../../ports/files.js'
import { storageError } from '../store-rules.js'
import { blobBytes } from './memory-files.js'

/** What is in the file already stays until all is written. Rejects with `storage_failed`. */
export async function handleBackup(handle: FileSystemFileHandle): Promise<BackupSink> {
  const guarded = <T>(action: Promise<T>) =>
    action.catch((error: unknown) => {
      throw storageError(error, 'the file cannot be written')
    })
  const stream = await guarded(handle.createWritable())
  let isFinished = false
  return {
    write: (data) => guarded(stream.write(data as Uint8Array<ArrayBuffer>)),
    async finish() {
      await guarded(stream.close())
      isFinished = true
      return blobBytes(await guarded(handle.getFile()))
    },
    async discard() {
      if (!isFinished) await stream.abort().catch(() => undefined)
      // The dialog made it before a byte was written. Not every browser can remove it: then an empty file stays.
      const removable = handle as FileSystemFileHandle & { remove?(): Promise<void> }
      await removable.remove?.().catch(() => undefined)
    },
  }
}
