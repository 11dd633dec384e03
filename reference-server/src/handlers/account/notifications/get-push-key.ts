import type { GetPushKeyRequest, GetPushKeyResponse } from '@solo2/proto/account'
import type { Member, Services } from '../services.js'

/** What a browser binds its push subscription to. */
export async function getPushKey(
  _request: GetPushKeyRequest,
  _member: Member,
  services: Services,
): Promise<GetPushKeyResponse> {
  return { key: services.pushKey }
}
