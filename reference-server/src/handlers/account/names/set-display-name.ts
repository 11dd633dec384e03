import type { SetDisplayNameRequest, SetDisplayNameResponse } from '@solo2/proto/account'
import { checked, setDisplayNameMeaning } from '../meaning.js'
import { type Member, type Services, toAccount } from '../services.js'

/** Another name for those who look one up or are asked from now on. */
export async function setDisplayName(
  request: SetDisplayNameRequest,
  member: Member,
  services: Services,
): Promise<SetDisplayNameResponse> {
  services.limits.displayName.take(member.account.id)
  const { displayName } = checked(setDisplayNameMeaning, request)
  await services.store.putDisplayName(member.account.id, displayName)
  return { account: toAccount({ ...member.account, displayName }, services) }
}
