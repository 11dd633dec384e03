/** The server's VAPID key pair (RFC 8292): browsers bind a subscription to its public half. */
import { createECDH } from 'node:crypto'

export interface VapidKeys {
  /** Uncompressed P-256 point, 65 bytes. */
  readonly publicKey: Uint8Array
  /** 32 bytes. */
  readonly privateKey: Uint8Array
}

/** Undefined for 32 bytes that are no private key of P-256: zero, or not below the order. */
export function vapidKeys(privateKey: Uint8Array): VapidKeys | undefined {
  const curve = createECDH('prime256v1')
  try {
    curve.setPrivateKey(privateKey)
  } catch {
    return undefined
  }
  return { publicKey: curve.getPublicKey(), privateKey }
}

export function newVapidKey(random: (length: number) => Uint8Array): Uint8Array {
  for (;;) {
    const candidate = random(32)
    if (vapidKeys(candidate) !== undefined) return candidate
  }
}
