/** The webhook's signature (spec/05 section 15): HMAC-SHA-256 over time and raw body. */
import { createHmac, timingSafeEqual } from 'node:crypto'

/** Seconds that a signature's time may differ from ours. */
const SKEW_SECONDS = 300
const HEADER = /^t=([0-9]{1,11}),v1=([0-9a-f]{64})$/

function tag(secret: string, time: string, body: Uint8Array): Buffer {
  return createHmac('sha256', secret).update(`${time}.`).update(body).digest()
}

/** The value of `Solo2-Signature`. `time` in unix seconds. */
export function signWebhook(secret: string, time: number, body: Uint8Array): string {
  return `t=${time},v1=${tag(secret, String(time), body).toString('hex')}`
}

/** Compares in constant time. `now` in unix seconds. */
export function isSigned(secret: string, header: string, body: Uint8Array, now: number): boolean {
  const [, time, hex] = HEADER.exec(header) ?? []
  if (time === undefined || hex === undefined) return false
  const right = timingSafeEqual(Buffer.from(hex, 'hex'), tag(secret, time, body))
  return right && Math.abs(now - Number(time)) <= SKEW_SECONDS
}
