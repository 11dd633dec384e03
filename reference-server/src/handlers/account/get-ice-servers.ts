import type { GetIceServersRequest, GetIceServersResponse } from '@solo2/proto/account'
import { isServed, type Member, type Services } from './services.js'

/** STUN always; a mirror credential for an account that is served, as long as the hour's are not used up (05-95). */
export async function getIceServers(
  _request: GetIceServersRequest,
  member: Member,
  services: Services,
): Promise<GetIceServersResponse> {
  const { id } = member.account
  const mayMirror = services.hasMirror && isServed(member.account, services)
  const waitMs = mayMirror ? services.limits.turn.tryTake(id) : 0
  const servers = services.iceServers(member.host, id, mayMirror && waitMs === 0)
  return { servers, mirrorAfter: Math.ceil(waitMs / 1_000) }
}
