import type { GetAccountRequest, GetAccountResponse } from '@solo2/proto/account'
import { type Member, toAccount } from './services.js'

/** One's own account. Never the wrapper: a session token alone must not be enough to get that. */
export async function getAccount(_request: GetAccountRequest, member: Member): Promise<GetAccountResponse> {
  return { account: toAccount(member.account) }
}
