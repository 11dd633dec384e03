import type { StartCheckoutRequest, StartCheckoutResponse } from '@solo2/proto/account'
import { Solo2Error, toBase64url, wipe } from '@solo2/sdk/shared'
import { CHECKOUT_REFERENCE_SIZE, CHECKOUTS_MAX } from '../../../rules/checkout.js'
import { CHECKOUT_SECONDS, checkoutsExpired } from '../../../rules/retention.js'
import { checked, startCheckoutMeaning } from '../meaning.js'
import { type Member, type Services, seconds, sha256 } from '../services.js'

/** A random reference for the gateway; only its SHA-256 is kept beside the account (spec/05 section 15). */
export async function startCheckout(
  request: StartCheckoutRequest,
  member: Member,
  services: Services,
): Promise<StartCheckoutResponse> {
  const { gateway } = services
  if (gateway === undefined) throw new Solo2Error('unimplemented', 'This server takes no payments.')
  const { amount } = checked(startCheckoutMeaning, request)
  services.limits.checkout.take(member.account.id)
  const reference = services.random(CHECKOUT_REFERENCE_SIZE)
  const createdAt = seconds(services)
  const row = { referenceHash: sha256(reference), account: member.account.id, createdAt }
  if (!(await services.store.startCheckout(row, checkoutsExpired(createdAt), CHECKOUTS_MAX))) {
    throw new Solo2Error('rate_limited', 'Too many payments are under way.', { retryAfterMs: CHECKOUT_SECONDS * 1000 })
  }
  const url = gateway.checkoutUrl(toBase64url(reference), amount)
  wipe(reference)
  return { url, expiresAt: BigInt(createdAt + CHECKOUT_SECONDS) }
}
