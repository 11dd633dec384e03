import type { PreloginRequest, PreloginResponse } from '@solo2/proto/account'
import { checked, preloginMeaning } from '../meaning.js'
import { keyed, type Services, type Visitor } from '../services.js'

const PROFILE = 1
/** Where profile and salt stand in the wrapper (spec/03). */
const PROFILE_AT = 1
const SALT_START = 4
const SALT_END = 20
const WRAPPER_SIZE = 80

/**
 * Profile and salt of a password. For an unknown name a salt is made up, always the same, so that nobody learns who
 * exists; known or not, the same work is done (spec/05 rule 05-9).
 */
export async function prelogin(
  request: PreloginRequest,
  visitor: Visitor,
  services: Services,
): Promise<PreloginResponse> {
  services.limits.prelogin.take(visitor.fingerprint)
  const { username } = checked(preloginMeaning, request)
  const madeUp = new Uint8Array(WRAPPER_SIZE)
  madeUp[PROFILE_AT] = PROFILE
  madeUp.set(keyed(services, 'salt', username).subarray(0, SALT_END - SALT_START), SALT_START)
  const wrapper = await services.store.wrapperOf(username, madeUp)
  return { profile: wrapper[PROFILE_AT] ?? PROFILE, salt: wrapper.slice(SALT_START, SALT_END) }
}
