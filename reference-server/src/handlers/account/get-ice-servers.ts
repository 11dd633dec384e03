import type { GetIceServersRequest, GetIceServersResponse } from '@solo2/proto/account'
import type { Member, Services } from './services.js'

/** STUN always; a mirror credential as long as the hour's are not used up. */
export async function getIceServers(
  _request: GetIceServersRequest,
  member: Member,
  services: Services,
): Promise<GetIceServersResponse> {
  const withTurn = services.limits.turn.tryTake(member.account.id) === 0
  return { servers: services.iceServers(member.host, member.account.id, withTurn) }
}
