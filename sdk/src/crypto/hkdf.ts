/** HKDF-SHA-256 (RFC 5869) over the injected HMAC. */
import { concat, wipe } from '../bytes/bytes.js'
import type { Primitives } from '../env.js'
import { ensure } from '../errors.js'

const HASH_SIZE = 32

/** RFC 5869 section 2.2. An absent salt is a string of zeros, as the RFC says. 32 bytes. */
export function hkdfExtract(primitives: Primitives, salt: Uint8Array | undefined, inputKey: Uint8Array): Uint8Array {
  return primitives.hmac(salt ?? new Uint8Array(HASH_SIZE), inputKey)
}

/** RFC 5869 section 2.3. `length` at most 255 * 32 bytes: `invalid_argument`. */
export function hkdfExpand(primitives: Primitives, key: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  ensure(length >= 0 && length <= 255 * HASH_SIZE, 'invalid_argument', 'HKDF gives at most 8,160 bytes')
  const out = new Uint8Array(length)
  let block: Uint8Array = new Uint8Array(0)
  for (let offset = 0, counter = 1; offset < length; offset += HASH_SIZE, counter++) {
    const input = concat(block, info, Uint8Array.of(counter))
    wipe(block)
    block = primitives.hmac(key, input)
    wipe(input)
    out.set(block.subarray(0, Math.min(HASH_SIZE, length - offset)), offset)
  }
  wipe(block)
  return out
}

/** HKDF(input key, info, length), the notation of spec/00; `salt` is empty unless given. */
export function hkdf(
  primitives: Primitives,
  inputKey: Uint8Array,
  info: Uint8Array,
  length: number,
  salt?: Uint8Array,
): Uint8Array {
  const extracted = hkdfExtract(primitives, salt, inputKey)
  const out = hkdfExpand(primitives, extracted, info, length)
  wipe(extracted)
  return out
}
