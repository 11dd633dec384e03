import type { SetWakeTokenRequest, SetWakeTokenResponse } from '@solo2/proto/account'
import { checked, setWakeTokenMeaning } from '../meaning.js'
import type { Member, Services } from '../services.js'

/**
 * The hash of the token by which contacts wake this account; the former one wakes nobody any more. One that is another
 * account's is refused: a contact knows the token, and would get the wakes that are meant for somebody else.
 */
export async function setWakeToken(
  request: SetWakeTokenRequest,
  member: Member,
  services: Services,
): Promise<SetWakeTokenResponse> {
  const { wakeHash } = checked(setWakeTokenMeaning, request)
  await services.store.setWakeHash(member.account.id, wakeHash.length === 0 ? undefined : wakeHash)
  return {}
}
