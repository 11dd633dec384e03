/** Key pairs of X25519 and ML-KEM-768 together, as the ratchet makes one for each turn (spec/08) and the handshake the first. */
import { wipe } from '../bytes/bytes.js'
import type { Env } from '../env.js'
import { ensure } from '../errors.js'
import { ensureCanonicalX25519, ensureLength, SIZES } from './sizes.js'

/** An X25519 key and an ML-KEM-768 encapsulation key. */
export interface HybridPublicKeys {
  /** X25519, 32 bytes. */
  readonly key: Uint8Array
  /** ML-KEM-768 encapsulation key, 1,184 bytes. */
  readonly kemKey: Uint8Array
}

/** Both with their secrets. */
export interface HybridKeyPair extends HybridPublicKeys {
  /** X25519, 32 bytes. */
  readonly secret: Uint8Array
  /** ML-KEM-768 seed d ‖ z, 64 bytes. */
  readonly kemSeed: Uint8Array
}

/** A fresh pair. Takes 32, then 64 random bytes. */
export function newHybridKeys(env: Env): HybridKeyPair {
  const secret = env.random(SIZES.x25519)
  const kemSeed = env.random(SIZES.mlkemSeed)
  const { primitives } = env
  return { secret, kemSeed, key: primitives.x25519PublicKey(secret), kemKey: primitives.mlkemPublicKey(kemSeed) }
}

/**
 * Checks another side's keys before anything is built on them. Throws `invalid_key` for an X25519 key that is not
 * canonical or of small order, and for an ML-KEM key that fails the modulus check (spec/00).
 */
export function ensureHybridKeys(keys: HybridPublicKeys, env: Env): void {
  ensureCanonicalX25519(keys.key)
  ensureMlkemKey(keys.kemKey)
  // Any scalar shows a small order, since every clamped scalar is a multiple of the cofactor.
  wipe(env.primitives.x25519(new Uint8Array(SIZES.x25519).fill(1), keys.key))
}

/** ML-KEM's prime (FIPS 203 section 2.4). */
const Q = 3329
/** The key's 768 coefficients of 12 bits; a 32-byte seed follows (FIPS 203 algorithm 13). */
const COEFFICIENT_BYTES = 1152

/** FIPS 203 section 7.2, type and modulus check: the length, and every coefficient below q. Throws `invalid_key`. */
export function ensureMlkemKey(kemKey: Uint8Array): void {
  ensureLength(kemKey, SIZES.mlkemPublicKey, 'invalid_key', 'an ML-KEM-768 encapsulation key')
  for (let i = 0; i < COEFFICIENT_BYTES; i += 3) {
    const triple = (kemKey[i] as number) | ((kemKey[i + 1] as number) << 8) | ((kemKey[i + 2] as number) << 16)
    ensure((triple & 0xfff) < Q && triple >> 12 < Q, 'invalid_key', 'an ML-KEM coefficient is not reduced')
  }
}
