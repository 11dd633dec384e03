/** What follows from a push service's answer (spec/05 section 16). Pure. */

export type PushOutcome =
  | { readonly kind: 'sent' }
  /** The subscription does not exist any more: its row goes. */
  | { readonly kind: 'gone' }
  | { readonly kind: 'later'; readonly afterMs: number }
  /** Our fault, or a redirect: not tried again, counted for the operator. */
  | { readonly kind: 'refused'; readonly status: number }
  /** No answer, an answer of 500 and above, or an address that may not be called. */
  | { readonly kind: 'failed'; readonly why: 'status' | 'network' | 'address' }

const MINUTE_MS = 60_000
/** A push service that asks for more than this is not waited for. */
export const LATER_MAX_MS = 60 * MINUTE_MS

/** `Retry-After` (RFC 9110): seconds or a date; a minute if it says neither. */
function retryAfterMs(header: string | undefined, now: number): number {
  const text = header?.trim() ?? ''
  if (/^[0-9]{1,9}$/.test(text)) return Math.max(1_000, Number(text) * 1_000)
  const date = /^[A-Z]/.test(text) ? Date.parse(text) : Number.NaN
  return Number.isNaN(date) ? MINUTE_MS : Math.max(1_000, date - now)
}

/** `now`: unix milliseconds. */
export function outcomeOf(status: number, retryAfter: string | undefined, now: number): PushOutcome {
  if (status >= 200 && status < 300) return { kind: 'sent' }
  if (status === 404 || status === 410) return { kind: 'gone' }
  if (status === 429) return { kind: 'later', afterMs: retryAfterMs(retryAfter, now) }
  if (status >= 300 && status < 500) return { kind: 'refused', status }
  return { kind: 'failed', why: 'status' }
}
