import type { DeleteAccountRequest, DeleteAccountResponse } from '@solo2/proto/account'
import { dayOf } from '../../../rules/plans.js'
import { authKeyMeaning, checked } from '../meaning.js'
import type { Member, Services } from '../services.js'
import { withPassword } from './with-password.js'

/** Every row of the account, all or nothing. */
export async function deleteAccount(
  request: DeleteAccountRequest,
  member: Member,
  services: Services,
): Promise<DeleteAccountResponse> {
  const { authKey } = checked(authKeyMeaning, request)
  await withPassword(authKey, member, services, ({ id, passwordVerifier }) =>
    services.store.deleteAccount(id, passwordVerifier, dayOf(Math.floor(services.now() / 1000))),
  )
  await services.erased()
  return {}
}
