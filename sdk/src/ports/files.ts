/** Files to send, and the bytes of those that the vault keeps: sealed before they come here, never whole in memory. */

/** Bytes that lie somewhere. */
export interface ByteSource {
  /** Bytes. */
  readonly size: number
  /** Exactly the bytes [offset, offset + length) or rejects with `storage_failed` (file changed, gone). */
  read(offset: number, length: number): Promise<Uint8Array>
  /** Lets go of the bytes. Idempotent. */
  close(): Promise<void>
}

/** A file to send, or one out of the vault. */
export interface FileSource extends ByteSource {
  readonly name: string
  /** By which `Files.reopen` finds these bytes again after a restart, at most 8,192 bytes; absent: nothing does. */
  readonly reference?: Uint8Array
}

/** Where sealed bytes lie: the vault's name, and 32 hex digits each. */
export interface FilePlace {
  readonly vault: string
  readonly conversation: string
  readonly file: string
}

/** Sealed bytes that arrive, in order. */
export interface FileSink {
  /** Resolves when `data` is durable. Rejects with `storage_failed`. */
  write(offset: number, data: Uint8Array): Promise<void>
  /** Lets go of the file and keeps what is durable, for a later sink. Idempotent. */
  close(): Promise<void>
}

/** Takes the bytes of a backup, or of a readable copy, in order. */
export interface BackupSink {
  /** Rejects with `storage_failed`. */
  write(data: Uint8Array): Promise<void>
  /** All is written and durable: gives it back, to be checked. */
  finish(): Promise<ByteSource>
  /** Leaves nothing of it, before or after `finish`. Idempotent. */
  discard(): Promise<void>
}

/** What `save` made. */
export interface SavedFile {
  /** The name it has now, safe for this platform. */
  readonly name: string
  /** Node: its path. */
  readonly path?: string
  /** Browser: its bytes, for a download; never opened in our origin. */
  readonly blob?: Blob
}

/** Where sealed files lie, and where a person gets plain ones. */
export interface Files {
  /** Bytes that can still be written, as far as the platform tells: undefined where it does not. */
  room?(): Promise<number | undefined>
  /**
   * Goes on behind the first `keep` bytes, and cuts off what follows them; the whole has `size`. A sink of the same place
   * that is still open ends.
   */
  sink(place: FilePlace, keep: number, size: number): Promise<FileSink>
  /** What a source called its reference, in a later run: undefined if the bytes are gone or were changed since. */
  reopen?(reference: Uint8Array): Promise<FileSource | undefined>
  /** Undefined if there is nothing. */
  source(place: FilePlace): Promise<ByteSource | undefined>
  /** IDs of the files that lie in a conversation's place. */
  list(place: Pick<FilePlace, 'vault' | 'conversation'>): Promise<string[]>
  /** Removes it, if it is there. */
  remove(place: FilePlace): Promise<void>
  /** Removes the files of every other vault than those. */
  keepOnly(vaults: readonly string[]): Promise<void>
  /**
   * Gives plain bytes to the person, under a name that never replaces another file's. `file`: 32 hex digits; what an
   * earlier attempt at the same file left behind is replaced. The name is already clean.
   */
  save(file: string, source: FileSource): Promise<SavedFile>
}
