/** Restoring an undecided vault from a backup (spec/11 section 10): the identity first, then what it had. */
import type { SelfRecord } from '@solo2/proto/vault'
import { equal, wipe } from '../bytes/bytes.js'
import { ensure, Solo2Error } from '../errors.js'
import { verifyBundle } from '../identity/bundle.js'
import type { Platform } from '../ports/platform.js'
import type { OpenImport, Restored } from './api/backup.js'
import type { Me } from './api.js'
import { checkBackup } from './backup.js'
import { importBackup } from './backup-import.js'
import type { OwnIdentity } from './own-devices.js'
import type { Session } from './session.js'
import type { Vault } from './vault-store.js'

export interface Restoring {
  readonly platform: Platform
  readonly vault: Vault
  readonly session: Pick<Session, 'call'>
  self(): SelfRecord
  takeIdentity(identity: OwnIdentity): Promise<void>
  reopen(): Promise<Me>
}

export async function restoreBackup(
  restoring: Restoring,
  { backup, password, ...call }: OpenImport,
): Promise<Restored> {
  const { platform, vault, session, self } = restoring
  const { host } = platform
  ensure(self().undecided, 'wrong_state', 'this device has its identity already')
  const checked = await checkBackup(host, backup, password, call)
  const { alias, ed25519Seed, x25519Secret } = checked.self
  try {
    const { account } = await session.call('getAccount', {})
    const published = account?.bundle && verifyBundle(host.primitives, account.bundle, account.alias).ed25519
    const isOwn = published !== undefined && equal(published, host.primitives.ed25519PublicKey(ed25519Seed))
    ensure(alias === account?.alias && isOwn, 'foreign_backup', 'The backup is of another account or identity.')
    ensure(call.signal?.aborted !== true, 'cancelled', 'the vault was not restored')
    // First: what comes in under it can come again by an import, but not under an identity that the backup does not have.
    await restoring.takeIdentity({ ed25519Seed: ed25519Seed.slice(), x25519Secret: x25519Secret.slice() })
    const outcome = await importBackup({ platform, vault, self: self() }, checked, call).then(
      (added) => ({ added }),
      (error: unknown) => {
        if (!(error instanceof Solo2Error)) throw error
        return { failure: error }
      },
    )
    return { me: await restoring.reopen(), ...outcome }
  } finally {
    wipe(ed25519Seed, x25519Secret, checked.stream.key)
  }
}
