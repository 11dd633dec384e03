import type { NewWordsRequest, NewWordsResponse } from '@solo2/proto/account'
import { toHex } from '@solo2/sdk/shared'
import { checked, newWordsMeaning } from '../meaning.js'
import type { Member, Services } from '../services.js'
import { ensureSameHeader } from './keep-header.js'
import { withPassword } from './with-password.js'

/**
 * Another master key under the same password. The verifier is made anew all the same: a recovery with the old words, or
 * a change of password with the old master key, that is under way then finds that it came too late.
 */
export async function newWords(
  request: NewWordsRequest,
  member: Member,
  services: Services,
): Promise<NewWordsResponse> {
  const { authKey, wrappedMasterKey, recoveryFingerprint } = checked(newWordsMeaning, request)
  ensureSameHeader(wrappedMasterKey, member.account)
  await withPassword(authKey, member, services, async (account) => {
    const secrets = {
      ...(await services.passwords.protect(authKey)),
      wrappedMasterKey,
      recoveryFingerprint: toHex(recoveryFingerprint),
    }
    return services.store.replaceSecrets(account.id, account.passwordVerifier, secrets, { keep: member.tokenHash })
  })
  return {}
}
