import type { LoginRequest, LoginResponse } from '@solo2/proto/account'
import { chooseVersion } from '../../../rules/versions.js'
import type { AccountRow } from '../../../store/port.js'
import { checked, loginMeaning } from '../meaning.js'
import { type Services, toAccount, type Visitor, wrongLogin } from '../services.js'
import { newSession } from './session.js'

/** An older protection of the password becomes today's, now that its key is at hand. The verifier that holds for it. */
async function renewed(authKey: Uint8Array, account: AccountRow, services: Services): Promise<string> {
  if (account.securityVersion >= services.passwords.version) return account.passwordVerifier
  const verifier = await services.passwords.protect(authKey)
  const done = await services.store.replaceSecrets(account.id, account.passwordVerifier, verifier, 'all')
  return done ? verifier.passwordVerifier : account.passwordVerifier
}

/** An unknown name and a wrong password cost the same and say the same. */
export async function login(request: LoginRequest, visitor: Visitor, services: Services): Promise<LoginResponse> {
  services.limits.login.take(visitor.fingerprint)
  const asked = checked(loginMeaning, request)
  const version = chooseVersion(asked.versions)
  const found = await services.store.accountByUsername(asked.username)
  const right = await services.passwords.matches(asked.authKey, found)
  if (found === undefined || !right) throw wrongLogin()
  const verifier = await renewed(asked.authKey, found, services)
  const { row, session } = newSession(services, found.id, version)
  await services.store.createSession(row)
  // What changed the password or deleted the account meanwhile has ended the sessions there were: not this one yet.
  const account = await services.store.accountById(found.id)
  const holds =
    account !== undefined &&
    (account.passwordVerifier === verifier || (await services.passwords.matches(asked.authKey, account)))
  if (!holds) {
    await services.store.deleteSession(row.tokenHash)
    throw wrongLogin()
  }
  return { session, account: toAccount(account, services), wrappedMasterKey: account.wrappedMasterKey }
}
