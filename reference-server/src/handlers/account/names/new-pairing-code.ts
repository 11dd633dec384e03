import type { NewPairingCodeRequest, NewPairingCodeResponse } from '@solo2/proto/account'
import { randomPairingCode, Solo2Error } from '@solo2/sdk/shared'
import { type Member, type Services, toAccount } from '../services.js'

/** Drawing this often without a free code means that something else is wrong. */
const DRAWS_MAX = 16

/** Another code; the old one finds nobody from now on. Requests that it brought stay. */
export async function newPairingCode(
  _request: NewPairingCodeRequest,
  member: Member,
  services: Services,
): Promise<NewPairingCodeResponse> {
  services.limits.pairingCode.take(member.account.id)
  for (let draw = 0; draw < DRAWS_MAX; draw++) {
    const pairingCode = randomPairingCode(services.random)
    const outcome = await services.store.putPairingCode(member.account.id, pairingCode)
    if (outcome === 'done') return { account: toAccount({ ...member.account, pairingCode }, services) }
  }
  throw new Solo2Error('internal', 'No free code was found.')
}
