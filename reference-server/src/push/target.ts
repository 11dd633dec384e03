/** One browser's push subscription, as it is stored. */
export interface PushTarget {
  /** URL of the browser's push service: whoever has it can send, so it is in no log. */
  readonly endpoint: string
  /** The account's internal identifier. */
  readonly account: string
  /** The browser's public key, 65 bytes, and its secret, 16 bytes (RFC 8291). */
  readonly p256dh: Uint8Array
  readonly auth: Uint8Array
}
