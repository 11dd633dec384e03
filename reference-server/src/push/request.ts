/** A notification as an HTTP request: encrypted to the subscription (RFC 8291), signed for its service (RFC 8292). */
import { toBase64url } from '@solo2/sdk/shared'
import webPush from 'web-push'
import type { PushTarget } from './target.js'
import type { VapidKeys } from './vapid.js'

/** Seconds for which a push service keeps what it cannot deliver: who wakes waits about so long. */
const TTL_SECONDS = 60
/** One size, and no content: what it is, then zeros. */
const PAYLOAD_SIZE = 65
const PAYLOAD_VERSION = 1

export interface PushRequest {
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

/** `contact`: a mailto: or https: URL by which a push service can reach the operator. Throws for keys that are none. */
export function pushRequest(target: PushTarget, vapid: VapidKeys, contact: string): PushRequest {
  const payload = Buffer.alloc(PAYLOAD_SIZE)
  payload[0] = PAYLOAD_VERSION
  const { headers, body } = webPush.generateRequestDetails(
    { endpoint: target.endpoint, keys: { p256dh: toBase64url(target.p256dh), auth: toBase64url(target.auth) } },
    payload,
    {
      TTL: TTL_SECONDS,
      urgency: 'high',
      contentEncoding: 'aes128gcm',
      vapidDetails: {
        subject: contact,
        publicKey: toBase64url(vapid.publicKey),
        privateKey: toBase64url(vapid.privateKey),
      },
    },
  )
  const fields = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)] as const)
  return { headers: Object.fromEntries(fields), body: body as Buffer }
}
