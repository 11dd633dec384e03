/** Lengths of the primitives' inputs in bytes, and the checks that every implementation of `Primitives` makes first. */
import { type ErrorCode, ensure } from '../errors.js'

export const SIZES = {
  hash: 32,
  /** Secrets and public keys (RFC 7748). */
  x25519: 32,
  /** Seeds and public keys (RFC 8032). */
  ed25519: 32,
  ed25519Signature: 64,
  /** d ‖ z (FIPS 203 section 6.1). */
  mlkemSeed: 64,
  mlkemPublicKey: 1184,
  mlkemCiphertext: 1088,
  mlkemRandomness: 32,
  aeadKey: 32,
  aeadNonce: 12,
  aeadTag: 16,
} as const

/** Throws `code` unless `bytes` has exactly `length` bytes; `what` names it, with its article. */
export function ensureLength(bytes: Uint8Array, length: number, code: ErrorCode, what: string): void {
  ensure(bytes.length === length, code, `${what} has ${length} bytes`)
}

/** 2^255 - 19, little-endian: its first byte; the 30 between are 0xff; its last is 0x7f (RFC 7748 section 4.1). */
const P_LOWEST = 0xed

/** Throws `invalid_key` unless `publicKey` is 32 bytes below 2^255 - 19 as a little-endian number (spec/00). */
export function ensureCanonicalX25519(publicKey: Uint8Array): void {
  ensureLength(publicKey, SIZES.x25519, 'invalid_key', 'an X25519 public key')
  const highest = publicKey[31] as number
  const aboveP =
    highest === 0x7f && (publicKey[0] as number) >= P_LOWEST && publicKey.subarray(1, 31).every((byte) => byte === 0xff)
  ensure(highest < 0x80 && !aboveP, 'invalid_key', 'not a canonical X25519 public key')
}
