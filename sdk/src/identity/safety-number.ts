/** What two people compare to know that nobody stands between them (spec/04 section 5). */
import { concat, equal } from '../bytes/bytes.js'
import type { Primitives } from '../env.js'
import { ensure } from '../errors.js'
import { PROTOCOL } from '../limits.js'
import { identityId } from './id.js'
import type { PublicIdentity } from './keys.js'

const VERSION = 1
const NUMBERS = 6
const NUMBER_BYTES = 5
const NUMBER_DIGITS = 5
const ID_SIZE = 32

/** 60 digits in twelve groups of five, the same on both sides. Takes some milliseconds: 10,400 hashes. */
export function safetyNumber(
  primitives: Pick<Primitives, 'sha256' | 'sha512'>,
  own: PublicIdentity,
  peer: PublicIdentity,
): string {
  const halves = [half(primitives, own), half(primitives, peer)].sort()
  return (halves.join('').match(/.{5}/g) as string[]).join(' ')
}

/** d_0 = 00 01 ‖ keys, d_i = SHA-512(d_{i-1} ‖ keys): 30 digits of the last. */
function half(primitives: Pick<Primitives, 'sha256' | 'sha512'>, keys: PublicIdentity): string {
  identityId(primitives, keys) // checks the lengths
  const both = concat(keys.ed25519, keys.x25519)
  let digest = concat(Uint8Array.of(0, VERSION), both)
  for (let round = 0; round < PROTOCOL.SAFETY_NUMBER_ROUNDS; round++) digest = primitives.sha512(concat(digest, both))
  let digits = ''
  for (let offset = 0; offset < NUMBERS * NUMBER_BYTES; offset += NUMBER_BYTES) {
    let number = 0
    for (const byte of digest.subarray(offset, offset + NUMBER_BYTES)) number = number * 256 + byte
    digits += String(number % 10 ** NUMBER_DIGITS).padStart(NUMBER_DIGITS, '0')
  }
  return digits
}

/** What one's own QR code shows: version 01 ‖ own id ‖ peer id, 65 bytes. */
export function safetyQr(
  primitives: Pick<Primitives, 'sha256'>,
  own: PublicIdentity,
  peer: PublicIdentity,
): Uint8Array {
  return concat(Uint8Array.of(VERSION), identityId(primitives, own), identityId(primitives, peer))
}

/**
 * Whether a scanned code is the one that `peer` shows to us. False means: a key is not what it seems, raise the alarm.
 * Throws `wrong_size` (no such code), `unsupported_version`.
 */
export function matchesSafetyQr(
  primitives: Pick<Primitives, 'sha256'>,
  scanned: Uint8Array,
  own: PublicIdentity,
  peer: PublicIdentity,
): boolean {
  ensure(scanned.length === 1 + 2 * ID_SIZE, 'wrong_size', 'not a safety code')
  ensure(scanned[0] === VERSION, 'unsupported_version', 'a safety code of another version')
  return equal(scanned, safetyQr(primitives, peer, own))
}
