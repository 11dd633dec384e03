import { ECDH } from 'node:crypto'
import type { EnableNotificationsRequest, EnableNotificationsResponse } from '@solo2/proto/account'
import { Solo2Error } from '@solo2/sdk/shared'
import { checked, enableNotificationsMeaning } from '../meaning.js'
import type { Member, Services } from '../services.js'

/** Devices of one account that are notified. */
const SUBSCRIPTIONS_MAX = 16

/** An uncompressed point of the curve; what is none would fail only when somebody is to be notified. */
function isPoint(key: Uint8Array): boolean {
  try {
    ECDH.convertKey(key, 'prime256v1')
    return key[0] === 4
  } catch {
    return false
  }
}

/** Keeps a browser's push subscription. One of another account with the same endpoint is taken over: same browser. */
export async function enableNotifications(
  request: EnableNotificationsRequest,
  member: Member,
  services: Services,
): Promise<EnableNotificationsResponse> {
  const { endpoint, p256dh, auth } = checked(enableNotificationsMeaning, request)
  if (!services.mayPush(endpoint)) {
    throw new Solo2Error('invalid_argument', 'The field endpoint is no push service that this server calls.', {
      field: 'endpoint',
    })
  }
  if (!isPoint(p256dh)) throw new Solo2Error('invalid_key', 'The key is no point of P-256.', { field: 'p256dh' })
  const row = { endpoint, account: member.account.id, p256dh, auth }
  if (!(await services.store.putPushSubscription(row, SUBSCRIPTIONS_MAX))) {
    throw new Solo2Error('failed_precondition', 'Notifications are on at 16 devices already.', { field: 'endpoint' })
  }
  return {}
}
