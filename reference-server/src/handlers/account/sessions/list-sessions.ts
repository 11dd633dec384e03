import type { ListSessionsRequest, ListSessionsResponse } from '@solo2/proto/account'
import { equal } from '@solo2/sdk/shared'
import { type Member, type Services, seconds } from '../services.js'
import { sessionId } from './session-id.js'

/** The own sessions that are live, oldest first. */
export async function listSessions(
  _request: ListSessionsRequest,
  member: Member,
  services: Services,
): Promise<ListSessionsResponse> {
  const rows = await services.store.sessionsOf(member.account.id, seconds(services))
  return {
    sessions: rows.map((row) => ({
      id: sessionId(services, row),
      createdAt: BigInt(row.createdAt),
      expiresAt: BigInt(row.expiresAt),
      current: equal(row.tokenHash, member.tokenHash),
    })),
  }
}
