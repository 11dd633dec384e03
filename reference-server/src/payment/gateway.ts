/** The payment gateway as this server sees it: a page to send people to. What was paid comes back by the webhook. */
import { inspect } from 'node:util'

/** The payment gateway, if there is one. */
export interface PaymentConfig {
  /** The gateway's page, http: or https:. */
  readonly url: string
  /** Shared with the gateway; signs what it says. */
  readonly secret: string
}

export interface PaymentGateway {
  /** Where the person goes by top-level navigation: `reference` in base64url, `amount` in cents. */
  checkoutUrl(reference: string, amount: number): string
}

/** `returnTo`: the origin that the page leads back to. */
export function createGateway({ url }: PaymentConfig, returnTo: () => string): PaymentGateway {
  return {
    checkoutUrl(reference, amount) {
      const page = new URL(url)
      page.searchParams.set('reference', reference)
      page.searchParams.set('amount', String(amount))
      page.searchParams.set('return', returnTo())
      return page.href
    },
  }
}

/** The configuration, whose secret is left out wherever it is printed. */
export function paymentConfig(url: string, secret: string): PaymentConfig {
  const shown = { url, secret: '(secret)' }
  return Object.defineProperties({ url, secret } satisfies PaymentConfig, {
    toJSON: { value: () => shown },
    [inspect.custom]: { value: () => shown },
  })
}
