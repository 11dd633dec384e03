import type { LogoutRequest, LogoutResponse } from '@solo2/proto/account'
import type { Member, Services } from '../services.js'

/** Deletes this session's row, without a trace. */
export async function logout(_request: LogoutRequest, member: Member, services: Services): Promise<LogoutResponse> {
  await services.store.deleteSession(member.tokenHash)
  return {}
}
