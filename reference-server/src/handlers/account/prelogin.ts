import type { PreloginRequest, PreloginResponse } from '@solo2/proto/account'
import { checked, preloginMeaning } from './meaning.js'
import { keyed, type Services, type Visitor } from './services.js'

const PROFILE = 1
/** Where the salt stands in the wrapper (spec/03). */
const SALT_START = 4
const SALT_END = 20

/** Profile and salt of a password. For an unknown name a salt is made up, always the same, so that nobody learns who exists. */
export async function prelogin(
  request: PreloginRequest,
  visitor: Visitor,
  services: Services,
): Promise<PreloginResponse> {
  services.limits.prelogin.take(visitor.fingerprint)
  const { username } = checked(preloginMeaning, request)
  const madeUp = keyed(services, 'salt', username).slice(0, SALT_END - SALT_START)
  const account = await services.store.accountByUsername(username)
  if (account === undefined) return { profile: PROFILE, salt: madeUp }
  return {
    profile: account.wrappedMasterKey[1] ?? PROFILE,
    salt: account.wrappedMasterKey.slice(SALT_START, SALT_END),
  }
}
