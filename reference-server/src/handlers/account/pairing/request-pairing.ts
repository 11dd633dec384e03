import type { RequestPairingRequest, RequestPairingResponse } from '@solo2/proto/account'
import { Solo2Error } from '@solo2/sdk/shared'
import { decidePairing } from '../../../rules/pairing.js'
import { pairingsExpired } from '../../../rules/retention.js'
import { type Member, type Services, seconds, toPerson } from '../services.js'
import { findPerson } from './find-person.js'

/** Asks somebody. Whether they were asked before, refused, or asked us too, the answer is the same. */
export async function requestPairing(
  request: RequestPairingRequest,
  member: Member,
  services: Services,
): Promise<RequestPairingResponse> {
  services.limits.pairing.take(member.account.id)
  if (member.account.bundle === undefined) {
    throw new Solo2Error('failed_precondition', 'Publish your own keys before you ask somebody.')
  }
  const person = await findPerson(request, member, services)
  const createdAt = seconds(services)
  const row = { requester: member.account.id, recipient: person.id, createdAt }
  const verdict = await services.store.requestPairing(row, pairingsExpired(createdAt), decidePairing)
  if (verdict === 'refuse') {
    throw new Solo2Error('rate_limited', 'Too many requests are waiting for an answer.', { retryAfterMs: 3_600_000 })
  }
  return { person: toPerson(person) }
}
