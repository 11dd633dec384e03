import type { ResumeAccountRequest, ResumeAccountResponse } from '@solo2/proto/account'
import { resume } from '../../../rules/charge.js'
import { type Member, type Services, seconds } from '../services.js'
import { changeStanding, ensureMay } from './change-standing.js'

/** Ends a pause, and charges the day outside a trial. */
export async function resumeAccount(
  _request: ResumeAccountRequest,
  member: Member,
  services: Services,
): Promise<ResumeAccountResponse> {
  const { plans } = services
  return changeStanding(member, services, (row) => {
    ensureMay('resume', row, services)
    return resume(row, { plans, registeredAt: row.registeredAt, now: seconds(services) })
  })
}
