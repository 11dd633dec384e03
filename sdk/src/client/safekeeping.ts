/** Backups and readable copies of an open account. Loaded when somebody wants one: most who open an account do not. */
import type { SelfRecord } from '@solo2/proto/vault'
import type { Platform } from '../ports/platform.js'
import type { Backups } from './api/backup.js'
import type { ReadableCopies } from './api/readable-copy.js'
import type { Me, PasswordCall } from './api.js'
import type { Vault } from './vault-store.js'

export interface SafekeepingOptions {
  readonly platform: Platform
  readonly vault: Vault
  self(): SelfRecord
  me(): Me
  /** Unix milliseconds. */
  madeBackup(at: number): Promise<void>
  /** Rejects with `wrong_password`. */
  check(call: PasswordCall): Promise<void>
  /** Runs it while no contact is open. */
  alone<T>(job: () => Promise<T>): Promise<T>
}

export function safekeeping(
  options: SafekeepingOptions,
): Pick<Backups, 'exportBackup' | 'importBackup'> & ReadableCopies {
  const { platform, vault, check, alone } = options
  return {
    async exportBackup(call) {
      const { exportBackup } = await import('./backup.js')
      const facts = await exportBackup({ platform, vault, self: options.self() }, call)
      await options.madeBackup(facts.madeAt)
      return facts
    },
    async importBackup(call) {
      const { importIntoOpen } = await import('./backup-import.js')
      return importIntoOpen({ platform, vault, self: options.self(), alone }, call)
    },
    async readableCopy(call) {
      const { writeCopy } = await import('./copy/copy.js')
      return writeCopy(options.me(), { madeAt: platform.host.now(), check }, call)
    },
  }
}
