import type { AnswerPairingRequest, AnswerPairingResponse } from '@solo2/proto/account'
import { Solo2Error } from '@solo2/sdk/shared'
import { pairingsExpired } from '../../../rules/retention.js'
import { answerPairingMeaning, checked } from '../meaning.js'
import { ensureServed, type Member, type Services, seconds } from '../services.js'
import { pairingId } from './pairing-id.js'

/** Accepted or refused, the row goes at once and the server does not keep which it was. */
export async function answerPairing(
  request: AnswerPairingRequest,
  member: Member,
  services: Services,
): Promise<AnswerPairingResponse> {
  const { id, accept } = checked(answerPairingMeaning, request)
  if (accept) ensureServed(member.account, services)
  const pending = await services.store.pairingsTo(member.account.id, pairingsExpired(seconds(services)))
  const named = pending.find((entry) => pairingId(services, entry.request) === id)
  const deleted =
    named !== undefined && (await services.store.deletePairing(named.request.requester, member.account.id))
  if (!deleted) throw new Solo2Error('not_found', 'There is no such request, or it has expired.', { field: 'id' })
  return {}
}
