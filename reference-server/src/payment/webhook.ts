/**
 * Where the gateway says what was paid (spec/05 section 15). 200: credited, now or before. Anything else: not credited, and
 * the gateway gives the money back. No line is logged for a payment: its time would be finer than a day.
 */
import { createHash } from 'node:crypto'
import { fromBase64url, Solo2Error } from '@solo2/sdk/shared'
import { z } from 'zod'
import type { HttpAnswer, HttpCall } from '../envelope/connect.js'
import { parseJson } from '../envelope/json.js'
import type { Limiter } from '../limiter.js'
import { type Log, originOf } from '../log/log.js'
import { AMOUNT_MAX, AMOUNT_MIN, CHECKOUT_REFERENCE_SIZE } from '../rules/checkout.js'
import { dayOf } from '../rules/plans.js'
import { checkoutsExpired } from '../rules/retention.js'
import { topUp } from '../rules/standing.js'
import type { MoneyStore } from '../store/port.js'
import { isSigned } from './signature.js'

export const WEBHOOK_PATH = '/v1/payments/webhook'

const notice = z.object({
  confirmation: z.string().regex(/^[A-Za-z0-9_-]{16,64}$/),
  reference: z.string().regex(/^[A-Za-z0-9_-]{43}$/),
  amount: z.number().int().min(AMOUNT_MIN).max(AMOUNT_MAX),
})

export interface WebhookOptions {
  readonly store: Pick<MoneyStore, 'creditCheckout'>
  readonly secret: string
  readonly limit: Limiter
  readonly log: Log
  /** Unix milliseconds. */
  now(): number
}

export type Webhook = (call: HttpCall) => Promise<HttpAnswer>

function answer(status: number, result: string, headers: Readonly<Record<string, string>> = {}): HttpAnswer {
  return {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...headers },
    body: Buffer.from(JSON.stringify({ result })),
  }
}

/** Undefined for a body that is not as the chapter says. */
function readNotice(body: Uint8Array): { confirmation: string; amount: number; reference: Uint8Array } | undefined {
  try {
    const read = parseJson(body, notice) as z.infer<typeof notice>
    const reference = fromBase64url(read.reference)
    return reference.length === CHECKOUT_REFERENCE_SIZE ? { ...read, reference } : undefined
  } catch (error) {
    if (error instanceof Solo2Error) return undefined
    throw error
  }
}

export function createWebhook({ store, secret, limit, log, now }: WebhookOptions): Webhook {
  const perform = async (call: HttpCall): Promise<HttpAnswer> => {
    if (call.method !== 'POST') return answer(405, 'invalid', { allow: 'POST' })
    const retryAfterMs = limit.tryTake(call.fingerprint())
    if (retryAfterMs > 0) return answer(429, 'limited', { 'retry-after': String(Math.ceil(retryAfterMs / 1000)) })
    const unix = Math.floor(now() / 1000)
    if (!isSigned(secret, call.header('solo2-signature'), call.body, unix)) return answer(401, 'unsigned')
    const read = readNotice(call.body)
    if (read === undefined) return answer(400, 'invalid')
    const { confirmation, amount, reference } = read
    const result = await store.creditCheckout(
      createHash('sha256').update(reference).digest(),
      { confirmation, amount, day: dayOf(unix) },
      checkoutsExpired(unix),
      (account) => topUp(account, amount),
    )
    return answer(result === 'unknown' ? 404 : 200, result)
  }
  return async (call) => {
    try {
      const given = await perform(call)
      if (given.status !== 200)
        log('refused', { method: 'webhook', code: String(given.status), from: call.fingerprint() || undefined })
      return given
    } catch (error) {
      log('failed', { method: 'webhook', ...originOf(error) })
      return answer(500, 'failed')
    }
  }
}
