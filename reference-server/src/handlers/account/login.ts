import type { LoginRequest, LoginResponse } from '@solo2/proto/account'
import { chooseVersion } from '../../rules/versions.js'
import { checked, loginMeaning } from './meaning.js'
import { type Services, toAccount, type Visitor, wrongLogin } from './services.js'
import { newSession } from './session.js'

/** An unknown name and a wrong password cost the same and say the same. */
export async function login(request: LoginRequest, visitor: Visitor, services: Services): Promise<LoginResponse> {
  services.limits.login.take(visitor.fingerprint)
  const asked = checked(loginMeaning, request)
  const version = chooseVersion(asked.versions)
  const account = await services.store.accountByUsername(asked.username)
  const right = await services.passwords.matches(asked.authKey, account?.passwordVerifier)
  if (account === undefined || !right) throw wrongLogin()
  const { row, session } = newSession(services, account.id, version)
  await services.store.createSession(row)
  return { session, account: toAccount(account), wrappedMasterKey: account.wrappedMasterKey }
}
