/**
 * Some of the primitives on libsodium in WebAssembly (spec/decisions/0012): what noble takes longest for. They work in one piece of the
 * module's memory, which is overwritten after each call: libsodium's own wrappers would leave each key where it lay.
 */
/// <reference path="./libsodium.d.ts" />
import type { LibsodiumModule } from 'libsodium'
import { ensureMlkemKey } from '../crypto/hybrid-keys.js'
import { ensureCanonicalX25519, ensureLength, SIZES } from '../crypto/sizes.js'
import type { Primitives } from '../env.js'
import { ensure } from '../errors.js'

/** Longer inputs, which no frame has, are left to the other implementation. */
const SCRATCH = 16_384
const MLKEM_SECRET_KEY = 2_400

export type SodiumPrimitives = Pick<
  Primitives,
  | 'hmac'
  | 'hmacPair'
  | 'x25519PublicKey'
  | 'x25519'
  | 'mlkemPublicKey'
  | 'mlkemEncapsulate'
  | 'mlkemDecapsulate'
  | 'aeadSeal'
  | 'aeadOpen'
>

/** Loads and compiles the module. Rejects where WebAssembly is missing or forbidden. */
export async function loadSodium(base: Primitives): Promise<SodiumPrimitives> {
  const { default: load } = await import('libsodium')
  return sodiumPrimitives(await load(), base)
}

/** The same inputs, outputs and errors as `base`. */
export function sodiumPrimitives(module: LibsodiumModule, base: Primitives): SodiumPrimitives {
  const scratch = module._malloc(SCRATCH)
  let used = 0

  function room(bytes: number): number {
    const at = scratch + used
    used += bytes
    return at
  }
  function put(bytes: Uint8Array): number {
    const at = room(bytes.length)
    module.HEAPU8.set(bytes, at)
    return at
  }
  const read = (at: number, bytes: number): Uint8Array => module.HEAPU8.slice(at, at + bytes)

  /** Overwrites all that a call had in the memory. */
  function within<Result>(call: () => Result): Result {
    try {
      return call()
    } finally {
      module.HEAPU8.fill(0, scratch, scratch + used)
      used = 0
    }
  }
  const fits = (...inputs: readonly Uint8Array[]): boolean =>
    inputs.reduce((sum, { length }) => sum + length, 2 * SIZES.aeadTag + 2 * SIZES.hash) <= SCRATCH

  /** HKDF's extraction is HMAC with the salt as its key (RFC 5869 section 2.2). */
  function mac(key: number, keyBytes: number, data: Uint8Array): Uint8Array {
    const out = room(SIZES.hash)
    module._crypto_kdf_hkdf_sha256_extract(out, key, keyBytes, put(data), data.length)
    return read(out, SIZES.hash)
  }

  function expandedKey(seed: Uint8Array): { readonly publicKey: number; readonly secretKey: number } {
    const [publicKey, secretKey] = [room(SIZES.mlkemPublicKey), room(MLKEM_SECRET_KEY)]
    module._crypto_kem_mlkem768_seed_keypair(publicKey, secretKey, put(seed))
    return { publicKey, secretKey }
  }

  return {
    hmac(key, data) {
      return fits(key, data) ? within(() => mac(put(key), key.length, data)) : base.hmac(key, data)
    },

    hmacPair(key, first, second) {
      if (!fits(key, first, second)) return base.hmacPair(key, first, second)
      return within(() => {
        const at = put(key)
        return [mac(at, key.length, first), mac(at, key.length, second)]
      })
    },

    x25519PublicKey(secret) {
      ensureLength(secret, SIZES.x25519, 'invalid_argument', 'an X25519 secret')
      return within(() => {
        const out = room(SIZES.x25519)
        module._crypto_scalarmult_base(out, put(secret))
        return read(out, SIZES.x25519)
      })
    },

    x25519(secret, publicKey) {
      ensureLength(secret, SIZES.x25519, 'invalid_argument', 'an X25519 secret')
      ensureCanonicalX25519(publicKey)
      return within(() => {
        const out = room(SIZES.x25519)
        // RFC 7748 section 6.1: it refuses a result of zero.
        const isShared = module._crypto_scalarmult(out, put(secret), put(publicKey)) === 0
        ensure(isShared, 'invalid_key', 'no X25519 shared secret with this public key')
        return read(out, SIZES.x25519)
      })
    },

    mlkemPublicKey(seed) {
      ensureLength(seed, SIZES.mlkemSeed, 'invalid_argument', 'an ML-KEM-768 seed')
      return within(() => read(expandedKey(seed).publicKey, SIZES.mlkemPublicKey))
    },

    mlkemEncapsulate(publicKey, randomness) {
      ensureMlkemKey(publicKey)
      ensureLength(randomness, SIZES.mlkemRandomness, 'invalid_argument', 'the randomness of an encapsulation')
      return within(() => {
        const [ciphertext, shared] = [room(SIZES.mlkemCiphertext), room(SIZES.hash)]
        const status = module._crypto_kem_mlkem768_enc_deterministic(
          ciphertext,
          shared,
          put(publicKey),
          put(randomness),
        )
        ensure(status === 0, 'invalid_key', 'not an ML-KEM-768 encapsulation key')
        return { ciphertext: read(ciphertext, SIZES.mlkemCiphertext), sharedSecret: read(shared, SIZES.hash) }
      })
    },

    mlkemDecapsulate(seed, ciphertext) {
      ensureLength(seed, SIZES.mlkemSeed, 'invalid_argument', 'an ML-KEM-768 seed')
      ensureLength(ciphertext, SIZES.mlkemCiphertext, 'wrong_size', 'an ML-KEM-768 ciphertext')
      return within(() => {
        const shared = room(SIZES.hash)
        module._crypto_kem_mlkem768_dec(shared, put(ciphertext), expandedKey(seed).secretKey)
        return read(shared, SIZES.hash)
      })
    },

    aeadSeal(key, nonce, associatedData, plaintext, into) {
      ensureLength(key, SIZES.aeadKey, 'invalid_argument', 'a ChaCha20-Poly1305 key')
      ensureLength(nonce, SIZES.aeadNonce, 'invalid_argument', 'a ChaCha20-Poly1305 nonce')
      if (!fits(key, nonce, associatedData, plaintext))
        return base.aeadSeal(key, nonce, associatedData, plaintext, into)
      return within(() => {
        const [ad, from] = [put(associatedData), put(plaintext)]
        room(SIZES.aeadTag)
        const bytes = plaintext.length
        const way = [ad, associatedData.length, 0, 0, put(nonce), put(key)] as const
        module._crypto_aead_chacha20poly1305_ietf_encrypt(from, 0, from, bytes, 0, ...way)
        if (into === undefined) return read(from, bytes + SIZES.aeadTag)
        into.set(module.HEAPU8.subarray(from, from + bytes + SIZES.aeadTag))
        return into
      })
    },

    aeadOpen(key, nonce, associatedData, ciphertext, into) {
      ensureLength(key, SIZES.aeadKey, 'invalid_argument', 'a ChaCha20-Poly1305 key')
      ensureLength(nonce, SIZES.aeadNonce, 'invalid_argument', 'a ChaCha20-Poly1305 nonce')
      ensure(ciphertext.length >= SIZES.aeadTag, 'open_failed', 'shorter than its tag')
      if (!fits(key, nonce, associatedData, ciphertext))
        return base.aeadOpen(key, nonce, associatedData, ciphertext, into)
      return within(() => {
        const [ad, from] = [put(associatedData), put(ciphertext)]
        const way = [ad, associatedData.length, 0, put(nonce), put(key)] as const
        const bytes = ciphertext.length
        const isOpen = module._crypto_aead_chacha20poly1305_ietf_decrypt(from, 0, 0, from, bytes, 0, ...way) === 0
        ensure(isOpen, 'open_failed', 'does not open')
        const length = bytes - SIZES.aeadTag
        if (into === undefined) return read(from, length)
        into.set(module.HEAPU8.subarray(from, from + length))
        return into
      })
    },
  }
}
