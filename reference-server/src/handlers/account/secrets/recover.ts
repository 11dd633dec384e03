import type { RecoverRequest, RecoverResponse } from '@solo2/proto/account'
import { equal, fromHex, Solo2Error, wipe } from '@solo2/sdk/shared'
import { chooseVersion } from '../../../rules/versions.js'
import { checked, recoverMeaning } from '../meaning.js'
import { type Services, sha256, toAccount, type Visitor } from '../services.js'
import { newSession } from '../sessions/session.js'
import { ensureSameHeader } from './keep-header.js'

/** What no authenticator has as its SHA-256 but by a chance of 2^-256. */
const NOBODY = new Uint8Array(32)

/**
 * A new password by the words' authenticator. The new key is stretched before anything is compared, so that an unknown
 * name and a wrong authenticator cost the same; they say the same too.
 */
export async function recover(request: RecoverRequest, visitor: Visitor, services: Services): Promise<RecoverResponse> {
  services.limits.recover.take(visitor.fingerprint)
  const asked = checked(recoverMeaning, request)
  const version = chooseVersion(asked.versions)
  const fingerprint = sha256(asked.authenticator)
  wipe(asked.authenticator)
  const account = await services.store.accountByUsername(asked.username)
  const verifier = await services.passwords.protect(asked.authKey)
  const right = equal(fingerprint, account === undefined ? NOBODY : fromHex(account.recoveryFingerprint))
  const refused = () => new Solo2Error('unauthenticated', 'The user name or the words are wrong.')
  if (account === undefined || !right) throw refused()
  ensureSameHeader(asked.wrappedMasterKey, account)
  const { row, session } = newSession(services, account.id, version)
  const secrets = { ...verifier, wrappedMasterKey: asked.wrappedMasterKey }
  // Another change got in between: these words, or this account, may be no more.
  if (!(await services.store.replaceSecrets(account.id, account.passwordVerifier, secrets, { only: row }))) {
    throw refused()
  }
  return { session, account: toAccount({ ...account, ...secrets }, services) }
}
