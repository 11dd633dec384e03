/** Files to send and files that arrive, never whole in memory. */

/** A file to send. */
export interface FileSource {
  readonly name: string
  /** Bytes. */
  readonly size: number
  /** Exactly the bytes [offset, offset + length) or rejects with `storage_failed` (file changed, gone). */
  read(offset: number, length: number): Promise<Uint8Array>
  close(): Promise<void>
}

/** A file that arrives. Bytes are written in order. */
export interface FileSink {
  /** Bytes that are durable already (a resumed file), a multiple of the block size or the whole size. */
  readonly durable: number
  /** Resolves when `data` is durable. Rejects with `storage_failed`. */
  write(offset: number, data: Uint8Array): Promise<void>
  /** The file is whole: gives it its final name, which never replaces another file's, and returns it. */
  finish(): Promise<SavedFile>
  /** Lets go of the file and keeps what is durable, for a later sink. Idempotent. */
  close(): Promise<void>
  /** Removes what was written. */
  discard(): Promise<void>
}

export interface SavedFile {
  /** The name it has now, safe for this platform. */
  readonly name: string
  /** Node: its path. */
  readonly path?: string
  /** Browser: its bytes, for a download; never opened in our origin. */
  readonly blob?: Blob
}

export interface Files {
  /**
   * `file` is 32 hex digits and names unfinished bytes, so that a later tunnel resumes them; a sink of the same file that
   * is still open ends. `name` is already clean.
   */
  sink(file: string, name: string, size: number): Promise<FileSink>
}
