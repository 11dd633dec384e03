import type { GetIceServersRequest, GetIceServersResponse } from '@solo2/proto/account'
import { isServed, type Member, type Services } from './services.js'

/** STUN always; a mirror credential for an account that is served, as long as the hour's are not used up. */
export async function getIceServers(
  _request: GetIceServersRequest,
  member: Member,
  services: Services,
): Promise<GetIceServersResponse> {
  const withTurn = isServed(member.account, services) && services.limits.turn.tryTake(member.account.id) === 0
  return { servers: services.iceServers(member.host, member.account.id, withTurn) }
}
