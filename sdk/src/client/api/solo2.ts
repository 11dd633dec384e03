/** The doors of the SDK, as an application sees them. */
import type { ErrorCode } from '../../errors.js'
import type { Credentials, DeviceJoining, Me, Registration, SlowCall, WordsCall } from '../api.js'
import type { Added, BackupItem, ImportBackup, ReadBackup } from './backup.js'

/** One vault of this device: its account and server. */
export interface VaultOnDevice {
  readonly username: string
  readonly server: string
}

/** What there is before an account is open: making one, signing in, unlocking (spec/03, spec/05, spec/11). */
export interface Solo2 {
  /** Makes an account, a vault on this device and an identity. The words are shown once, by the caller. */
  register(registration: Registration & SlowCall): Promise<{ me: Me; words: string[] }>
  /**
   * Opens this device's vault of that account, or, if there is none, makes one after asking the server. A password that was
   * changed on another device opens the vault too, once the server answers; where the words were changed as well, this device
   * needs the password or words that it had (`former_password`).
   */
  login(credentials: Credentials & SlowCall): Promise<Me>
  /** Opens this device's vault without asking anybody. */
  unlock(credentials: Credentials & SlowCall): Promise<Me>
  /** Opens this device's vault with the 24 words, without asking anybody. Rejects with `wrong_words`, `not_found`. */
  unlockWithWords(words: WordsCall): Promise<Me>
  /**
   * The password is lost: sets another by the 24 words, which never leave the device, and opens this device's vault, or makes
   * one. All sessions end. Rejects with `wrong_words` (also for an unknown name), `weak_password`, `server_away`.
   */
  recover(words: WordsCall & { readonly newPassword: string }): Promise<Me>
  /**
   * Logs in on a new device and takes the account's identity over from another one, which shows the code and approves; the rest
   * follows by itself. `wrong_code`, and what `login` rejects with.
   */
  joinDevice(joining: DeviceJoining): Promise<Me>
  /**
   * Brings a backup into this device's vault of that account, or into a new one after asking the server, and opens it. Rejects
   * with `not_backup`, `backup_cut`, `backup_damaged`, `storage_newer`, `wrong_password` (field `backup_password`: the backup's), `foreign_backup`: then
   * nothing was changed. After `storage_failed` and `cancelled` it can be done again.
   */
  importBackup(call: ImportBackup): Promise<{ me: Me; added: Added }>
  /**
   * What a backup tells, without a vault and without asking anybody. It is read to its end before the first item comes: rejects
   * then with `not_backup`, `backup_cut`, `backup_damaged`, `storage_newer`, `wrong_password` (field `backup_password`), `cancelled`.
   * What has disappeared since is not among it.
   */
  readBackup(call: ReadBackup): AsyncIterableIterator<BackupItem>
  /** The vaults that can be opened here. */
  vaults(): Promise<VaultOnDevice[]>
  /**
   * Why vaults of this device are not among those: `storage_damaged` (its header is gone or damaged), `storage_newer`,
   * `storage_locked` (another tab keeps it from being looked at), `storage_failed`. Nothing is touched.
   */
  unreadable(): Promise<ErrorCode[]>
  /**
   * Deletes the vault of that account from this device, for good: messages, files, keys. Other accounts of this device, and the
   * account at the server, stay as they are. Rejects with `storage_locked` while it is open somewhere, `not_found`.
   */
  clearData(account: VaultOnDevice): Promise<void>
  /** Deletes every vault and key of this device, also what another tab or program has open. */
  emergencyReset(): Promise<void>
}
