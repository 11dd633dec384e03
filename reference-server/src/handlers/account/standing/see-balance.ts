import type { SeeBalanceRequest, SeeBalanceResponse } from '@solo2/proto/account'
import { seeBalance as see } from '../../../rules/standing.js'
import type { AccountRow } from '../../../store/port.js'
import { type Member, type Services, toAccount } from '../services.js'
import { changeStanding } from './change-standing.js'

/** The account as it was before this call, so that `balance_changed` tells; the flag is cleared in the same transaction. */
export async function seeBalance(
  _request: SeeBalanceRequest,
  member: Member,
  services: Services,
): Promise<SeeBalanceResponse> {
  let before: AccountRow = member.account
  await changeStanding(member, services, (row) => {
    before = row
    return see(row)
  })
  return { account: toAccount(before, services) }
}
