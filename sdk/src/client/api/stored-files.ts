/** What can be done with files that the vault holds. */
import type { FileSource, SavedFile } from '../../ports/files.js'

/** Files of a conversation that came whole. */
export interface StoredFiles {
  /** The plain bytes of a stored file, read where one wants. Rejects with `not_found`, `storage_damaged`. */
  openFile(file: string): Promise<FileSource>
  /** Hands a stored file to the person: in Node into the downloads folder, in a browser as a Blob for a download. */
  saveFile(file: string): Promise<SavedFile>
  /** Removes a stored file's bytes from the vault; what was said of it stays. */
  deleteFile(file: string): Promise<void>
}
