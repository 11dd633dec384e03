import type { SetWakeTokenRequest, SetWakeTokenResponse } from '@solo2/proto/account'
import { Solo2Error } from '@solo2/sdk/shared'
import { checked, setWakeTokenMeaning } from './meaning.js'
import type { Member, Services } from './services.js'

/** The hash of the token by which contacts wake this account; the former one wakes nobody any more. */
export async function setWakeToken(
  request: SetWakeTokenRequest,
  member: Member,
  services: Services,
): Promise<SetWakeTokenResponse> {
  const { wakeHash } = checked(setWakeTokenMeaning, request)
  if (wakeHash.length === 0) {
    await services.store.setWakeHash(member.account.id, undefined)
    return {}
  }
  // A contact knows the token: who takes it for their own account would get the wakes that are meant for this one.
  const holder = (await services.store.subscriptionsToWake(wakeHash))?.account.id
  if (holder !== undefined && holder !== member.account.id) {
    throw new Solo2Error('invalid_argument', 'The field wake_hash is of a token that is in use. Make another one.', {
      field: 'wake_hash',
    })
  }
  await services.store.setWakeHash(member.account.id, wakeHash)
  return {}
}
