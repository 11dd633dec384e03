/** The facade's types for readable copies: the same in a browser and in Node. */
import type { BackupSink } from '../../ports/files.js'
import type { BackupCall, BackupFacts } from './backup.js'

/** Where a readable copy goes, and in which language. */
export interface ReadableCopy extends BackupCall {
  /** The one that opens this vault: a copy is not encrypted. */
  readonly password: string
  readonly sink: BackupSink
  /** Default: English. */
  readonly words?: CopyWords
}

/** Everything in standard formats, for reading without this software (spec/11). */
export interface ReadableCopies {
  /**
   * Writes everything that can be read into one ZIP archive that nothing protects, and reads it again before it resolves.
   * Rejects with `wrong_password`, `storage_failed`, `storage_full`, `cancelled`, `closed`: then nothing of it is left.
   */
  readableCopy(call: ReadableCopy): Promise<BackupFacts>
}

/** What its pages say, in the language of whoever reads them. */
export interface CopyWords {
  /** BCP 47. */
  readonly language: string
  readonly direction: 'ltr' | 'rtl'
  readonly title: string
  readonly warning: string
  readonly utc: string
  readonly madeAt: string
  readonly username: string
  readonly code: string
  readonly server: string
  readonly contact: string
  readonly verified: string
  readonly unverified: string
  readonly notes: string
  readonly messages: string
  readonly files: string
  readonly nobody: string
  readonly answer: string
  readonly edited: string
  readonly deleted: string
  readonly unknown: string
  readonly place: string
  readonly timer: string
  readonly timerOff: string
  readonly file: string
  readonly bytes: string
  /** Of a file whose bytes are not in the vault. */
  readonly notKept: string
  readonly contents: string
}
