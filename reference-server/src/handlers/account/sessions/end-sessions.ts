import type { EndSessionsRequest, EndSessionsResponse } from '@solo2/proto/account'
import { equal } from '@solo2/sdk/shared'
import type { SessionRow } from '../../../store/port.js'
import { checked, endSessionsMeaning } from '../meaning.js'
import { type Member, type Services, seconds } from '../services.js'
import { sessionId } from './session-id.js'

/** Ends the named sessions, the own one if it is among them; without names all but the own one. */
export async function endSessions(
  request: EndSessionsRequest,
  member: Member,
  services: Services,
): Promise<EndSessionsResponse> {
  const { ids } = checked(endSessionsMeaning, request)
  const named = new Set(ids)
  const ends = (row: SessionRow) =>
    named.size === 0 ? !equal(row.tokenHash, member.tokenHash) : named.has(sessionId(services, row))
  const rows = await services.store.sessionsOf(member.account.id, seconds(services))
  const hashes = rows.filter(ends).map(({ tokenHash }) => tokenHash)
  return { ended: await services.store.deleteSessions(member.account.id, hashes) }
}
