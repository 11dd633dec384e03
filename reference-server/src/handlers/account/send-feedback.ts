import type { SendFeedbackRequest, SendFeedbackResponse } from '@solo2/proto/account'
import { Solo2Error } from '@solo2/sdk/shared'
import { checked, sendFeedbackMeaning } from './meaning.js'
import type { Member, Services } from './services.js'

/** Messages of one account that may wait to be processed. */
const WAITING_MAX = 20

/** Keeps a message for whoever runs the server, until it is processed [F1]. */
export async function sendFeedback(
  request: SendFeedbackRequest,
  member: Member,
  services: Services,
): Promise<SendFeedbackResponse> {
  services.limits.feedback.take(member.account.id)
  const { message } = checked(sendFeedbackMeaning, request)
  if (!(await services.store.putFeedback({ account: member.account.id, message }, WAITING_MAX))) {
    throw new Solo2Error('rate_limited', 'Your earlier messages wait to be read.', { retryAfterMs: 86_400_000 })
  }
  return {}
}
