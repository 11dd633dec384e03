import type { SetMaximumSecurityRequest, SetMaximumSecurityResponse } from '@solo2/proto/account'
import { setMaximumSecurity as set } from '../../../rules/standing.js'
import { checked, setMaximumSecurityMeaning } from '../meaning.js'
import type { Member, Services } from '../services.js'
import { changeStanding } from './change-standing.js'

/** A flag that the person's own devices follow; the server does nothing else with it. */
export async function setMaximumSecurity(
  request: SetMaximumSecurityRequest,
  member: Member,
  services: Services,
): Promise<SetMaximumSecurityResponse> {
  const { on } = checked(setMaximumSecurityMeaning, request)
  return changeStanding(member, services, (row) => set(row, on))
}
