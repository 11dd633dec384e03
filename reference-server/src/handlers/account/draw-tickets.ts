import type { DrawTicketsRequest, DrawTicketsResponse } from '@solo2/proto/account'
import { PROTOCOL } from '@solo2/sdk/shared'
import { checked, drawTicketsMeaning } from './meaning.js'
import type { Member, Services } from './services.js'

/** Admission tickets for the introduction plane, which learns nothing of who drew them. */
export async function drawTickets(
  request: DrawTicketsRequest,
  member: Member,
  services: Services,
): Promise<DrawTicketsResponse> {
  const { count } = checked(drawTicketsMeaning, request)
  services.limits.tickets.take(member.account.id, count)
  return { tickets: services.issueTickets(count), lifetime: PROTOCOL.TICKET_SECONDS }
}
