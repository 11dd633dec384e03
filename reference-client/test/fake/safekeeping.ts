/** Backups and copies of a made-up account: what is written is a few bytes, and what goes wrong is chosen by the password. */
import type { Backups } from '../../../sdk/src/client/api/backup.js'
import type { ReadableCopies } from '../../../sdk/src/client/api/readable-copy.js'
import { Solo2Error } from '../../../sdk/src/errors.js'

const FACTS = { contacts: 6, messages: 1_204, files: 31, bytes: 41_300_112, left: 1 }

interface Call {
  readonly password: string
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: { stage: 'keys' | 'writing' | 'checking' | 'merging'; bytes: number }) => void
}

export function fakeSafekeeping(
  later: (run: () => void, ms: number) => void,
  before: number | undefined,
): Backups & ReadableCopies {
  let backedUpAt = before

  async function go({ password, signal, onProgress }: Call, stage: 'writing' | 'merging'): Promise<void> {
    for (const [now, bytes] of [
      ['keys', 0],
      [stage, 12_400_000],
      ['checking', 31_000_000],
    ] as const) {
      onProgress?.({ stage: now, bytes })
      await new Promise<void>((resolve, reject) => {
        const cancel = () => reject(new Solo2Error('cancelled', 'cancelled'))
        signal?.addEventListener('abort', cancel)
        // Held until it is cancelled, to be looked at.
        if (!password.startsWith('hold') || now !== stage) later(resolve, 40)
      })
    }
  }

  return {
    get backedUpAt() {
      return backedUpAt
    },
    async exportBackup(call) {
      if (call.password.length < 8) throw new Solo2Error('weak_password', 'weak')
      await go(call, 'writing')
      await call.sink.write(new Uint8Array(3))
      backedUpAt = Date.now()
      return { ...FACTS, madeAt: Date.now() }
    },
    async readableCopy(call) {
      if (call.password.startsWith('wrong')) throw new Solo2Error('wrong_password', 'wrong')
      await go(call, 'writing')
      await call.sink.write(new Uint8Array(3))
      return { ...FACTS, madeAt: Date.now(), left: 0 }
    },
    async importBackup(call) {
      const { password } = call
      if (password.startsWith('wrong')) throw new Solo2Error('wrong_password', 'wrong', { field: 'backup_password' })
      for (const code of ['not_backup', 'backup_cut', 'foreign_backup', 'storage_newer'] as const) {
        if (password === code) throw new Solo2Error(code, code)
      }
      if (password === 'damaged') throw new Solo2Error('backup_damaged', 'damaged', { offset: 65_632 })
      await go(call, 'merging')
      return password === 'again' ? { contacts: 0, messages: 0, files: 0 } : { contacts: 1, messages: 214, files: 3 }
    },
  }
}
