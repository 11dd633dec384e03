import type { GetAccountRequest, GetAccountResponse } from '@solo2/proto/account'
import { type Member, type Services, toAccount } from './services.js'

/** One's own account. Never the wrapper: a session token alone must not be enough to get that. */
export async function getAccount(
  _request: GetAccountRequest,
  member: Member,
  services: Services,
): Promise<GetAccountResponse> {
  return { account: toAccount(member.account, services) }
}
