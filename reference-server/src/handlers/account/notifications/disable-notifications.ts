import type { DisableNotificationsRequest, DisableNotificationsResponse } from '@solo2/proto/account'
import { checked, disableNotificationsMeaning } from '../meaning.js'
import type { Member, Services } from '../services.js'

/** Deletes one subscription of this account, or all of them, without a trace. One that is not there is no error. */
export async function disableNotifications(
  request: DisableNotificationsRequest,
  member: Member,
  services: Services,
): Promise<DisableNotificationsResponse> {
  const { endpoint } = checked(disableNotificationsMeaning, request)
  if (endpoint === '') await services.store.deletePushSubscriptions(member.account.id)
  else await services.store.deletePushSubscription(endpoint, member.account.id)
  return {}
}
