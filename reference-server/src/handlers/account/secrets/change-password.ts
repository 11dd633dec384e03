import type { ChangePasswordRequest, ChangePasswordResponse } from '@solo2/proto/account'
import { changePasswordMeaning, checked } from '../meaning.js'
import type { Member, Services } from '../services.js'
import { ensureSameHeader } from './keep-header.js'
import { withPassword } from './with-password.js'

/** Another password for the same master key: verifier and wrapper in one transaction that ends all other sessions. */
export async function changePassword(
  request: ChangePasswordRequest,
  member: Member,
  services: Services,
): Promise<ChangePasswordResponse> {
  const { authKey, newAuthKey, wrappedMasterKey } = checked(changePasswordMeaning, request)
  ensureSameHeader(wrappedMasterKey, member.account)
  await withPassword(authKey, member, services, async (account) => {
    const secrets = { ...(await services.passwords.protect(newAuthKey)), wrappedMasterKey }
    return services.store.replaceSecrets(account.id, account.passwordVerifier, secrets, { keep: member.tokenHash })
  })
  return {}
}
