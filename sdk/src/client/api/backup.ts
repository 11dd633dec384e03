/** The facade's types for backups: the same in a browser and in Node. */

import type { Solo2Error } from '../../errors.js'
import type { BackupSink, ByteSource } from '../../ports/files.js'
import type { CallProgress, Credentials, Me, Message } from '../api.js'

/** What all calls about a backup take. */
export interface BackupCall extends CallProgress {
  /** `keys` stretches the password; `checking` reads the file; `bytes` counts those of the file. */
  readonly onProgress?: (progress: BackupProgress) => void
}

/** How far a backup came. */
export interface BackupProgress {
  readonly stage: 'keys' | 'writing' | 'checking' | 'merging'
  readonly bytes: number
}

/** Where a backup goes, and under which password. */
export interface ExportBackup extends BackupCall {
  /** The backup's own. */
  readonly password: string
  readonly sink: BackupSink
}

/** What a backup holds. */
export interface BackupFacts {
  readonly contacts: number
  readonly messages: number
  readonly files: number
  /** Bytes of the file. */
  readonly bytes: number
  /** Unix milliseconds. */
  readonly madeAt: number
  /** Files that the vault should hold and could not give. */
  readonly left: number
}

/** What an import added to what was there. */
export type Added = Pick<BackupFacts, 'contacts' | 'messages' | 'files'>

/** Into an account of this device that is not open. */
export interface ImportBackup extends Credentials, BackupCall {
  readonly backup: ByteSource
  readonly backupPassword: string
}

/** Into an account that is open. */
export interface OpenImport extends BackupCall {
  readonly backup: ByteSource
  /** The backup's own. */
  readonly password: string
}

/** To be read only: by nobody's account. */
export interface ReadBackup extends BackupCall {
  readonly backup: ByteSource
  /** The backup's own. */
  readonly password: string
}

/**
 * One thing that stands in a backup, in its order: the account, then each conversation and its messages, oldest first. Files and what
 * only restoring needs are left out.
 */
export type BackupItem =
  | ({ readonly kind: 'account'; readonly displayName: string; readonly alias: string } & Pick<BackupFacts, 'madeAt'> &
      Omit<Credentials, 'password'>)
  /** `isOwn`: the notes to oneself. `id` is that of the messages' `contact`. */
  | {
      readonly kind: 'conversation'
      readonly id: string
      readonly displayName: string
      readonly alias: string
      readonly isOwn: boolean
    }
  | { readonly kind: 'message'; readonly message: Message }

/** The account on this device after a backup gave it its identity. */
export interface Restored {
  readonly me: Me
  /** Absent when it came to no end: `failure` says why, and `importBackup` of `me` does the rest. */
  readonly added?: Added
  readonly failure?: Solo2Error
}

/** Everything in one encrypted file, and back (spec/11 section 11). */
export interface Backups {
  /** When this device last made one, in Unix milliseconds. */
  readonly backedUpAt: number | undefined
  /**
   * Writes everything into one file under a password of its own, and reads it again before it resolves. Rejects with
   * `weak_password`, `storage_failed`, `storage_full`, `cancelled`; nothing of it is left then.
   */
  exportBackup(call: ExportBackup): Promise<BackupFacts>
  /**
   * Brings a backup into this vault. Rejects with `not_backup`, `backup_cut`, `backup_damaged`, `storage_newer`, `wrong_password`
   * (field `backup_password`), `foreign_backup`: then nothing was changed. After `storage_failed`, `storage_full` and `cancelled` it can be done again.
   * Contacts are other objects afterwards.
   */
  importBackup(call: OpenImport): Promise<Added>
}
