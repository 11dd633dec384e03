import type { ListPairingsRequest, ListPairingsResponse } from '@solo2/proto/account'
import { pairingsExpired } from '../../../rules/retention.js'
import { type Member, type Services, seconds, toPerson } from '../services.js'
import { pairingId } from './pairing-id.js'

/** The requests that wait for an answer, oldest first. */
export async function listPairings(
  _request: ListPairingsRequest,
  member: Member,
  services: Services,
): Promise<ListPairingsResponse> {
  const pending = await services.store.pairingsTo(member.account.id, pairingsExpired(seconds(services)))
  return {
    incoming: pending.map(({ request, requester }) => ({
      id: pairingId(services, request),
      person: toPerson(requester),
      createdAt: BigInt(request.createdAt),
    })),
  }
}
