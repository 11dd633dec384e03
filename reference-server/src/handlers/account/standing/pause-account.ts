import type { PauseAccountRequest, PauseAccountResponse } from '@solo2/proto/account'
import { pause } from '../../../rules/standing.js'
import type { Member, Services } from '../services.js'
import { changeStanding, ensureMay } from './change-standing.js'

/** Nothing is charged and nobody finds the account until it is resumed. */
export async function pauseAccount(
  _request: PauseAccountRequest,
  member: Member,
  services: Services,
): Promise<PauseAccountResponse> {
  return changeStanding(member, services, (row) => {
    ensureMay('pause', row, services)
    return pause(row)
  })
}
