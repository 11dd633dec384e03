/**
 * The primitives on the noble libraries: the same everywhere, synchronous, no platform needed. Each function checks the
 * lengths of its inputs on its first lines and throws a typed error, so that no library's own words leave this file.
 */
import { chacha20poly1305 } from '@noble/ciphers/chacha.js'
import { ed25519, x25519 } from '@noble/curves/ed25519.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256, sha512 } from '@noble/hashes/sha2.js'
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js'
import { wipe } from '../bytes/bytes.js'
import type { Primitives } from '../env.js'
import { ensure, Solo2Error } from '../errors.js'
import { ensureCanonicalX25519, ensureLength, SIZES } from './sizes.js'

/** The primitives in JavaScript, by noble: the same in every environment, and the slowest. */
export const noblePrimitives: Primitives = {
  sha256: (data) => sha256(data),
  sha512: (data) => sha512(data),
  hmac: (key, data) => hmac(sha256, key, data),
  hmacPair(key, first, second) {
    const pads = hmac.create(sha256, key)
    const copy = pads.clone()
    return [pads.update(first).digest(), copy.update(second).digest()]
  },

  x25519PublicKey(secret) {
    ensureLength(secret, SIZES.x25519, 'invalid_argument', 'an X25519 secret')
    return x25519.getPublicKey(secret)
  },
  x25519(secret, publicKey) {
    ensureLength(secret, SIZES.x25519, 'invalid_argument', 'an X25519 secret')
    ensureCanonicalX25519(publicKey)
    let shared: Uint8Array
    try {
      shared = x25519.getSharedSecret(secret, publicKey)
    } catch (error) {
      throw new Solo2Error('invalid_key', 'no X25519 shared secret with this public key', { cause: error })
    }
    // RFC 7748 section 6.1. noble refuses it too; not every library does, so the check stands here.
    let any = 0
    for (const byte of shared) any |= byte
    ensure(any !== 0, 'invalid_key', 'the X25519 shared secret is zero')
    return shared
  },

  ed25519PublicKey(seed) {
    ensureLength(seed, SIZES.ed25519, 'invalid_argument', 'an Ed25519 seed')
    return ed25519.getPublicKey(seed)
  },
  ed25519Sign(seed, message) {
    ensureLength(seed, SIZES.ed25519, 'invalid_argument', 'an Ed25519 seed')
    return ed25519.sign(message, seed)
  },
  ed25519Verify(publicKey, message, signature) {
    if (publicKey.length !== SIZES.ed25519 || signature.length !== SIZES.ed25519Signature) return false
    try {
      // Without zip215, encodings must be canonical. A small-order key would verify almost anything.
      if (ed25519.Point.fromBytes(publicKey, false).isSmallOrder()) return false
      return ed25519.verify(signature, message, publicKey, { zip215: false })
    } catch {
      return false
    }
  },

  mlkemPublicKey(seed) {
    ensureLength(seed, SIZES.mlkemSeed, 'invalid_argument', 'an ML-KEM-768 seed')
    const { publicKey, secretKey } = ml_kem768.keygen(seed)
    wipe(secretKey)
    return publicKey
  },
  mlkemEncapsulate(publicKey, randomness) {
    ensureLength(publicKey, SIZES.mlkemPublicKey, 'invalid_key', 'an ML-KEM-768 encapsulation key')
    ensureLength(randomness, SIZES.mlkemRandomness, 'invalid_argument', 'the randomness of an encapsulation')
    try {
      // noble makes FIPS 203 section 7.2's modulus check; the vectors in sdk/test/vectors hold it to that.
      const { cipherText, sharedSecret } = ml_kem768.encapsulate(publicKey, randomness)
      return { ciphertext: cipherText, sharedSecret }
    } catch (error) {
      throw new Solo2Error('invalid_key', 'not an ML-KEM-768 encapsulation key', { cause: error })
    }
  },
  mlkemDecapsulate(seed, ciphertext) {
    ensureLength(seed, SIZES.mlkemSeed, 'invalid_argument', 'an ML-KEM-768 seed')
    ensureLength(ciphertext, SIZES.mlkemCiphertext, 'wrong_size', 'an ML-KEM-768 ciphertext')
    const { secretKey } = ml_kem768.keygen(seed)
    try {
      return ml_kem768.decapsulate(ciphertext, secretKey)
    } finally {
      wipe(secretKey)
    }
  },

  aeadSeal(key, nonce, associatedData, plaintext) {
    ensureLength(key, SIZES.aeadKey, 'invalid_argument', 'a ChaCha20-Poly1305 key')
    ensureLength(nonce, SIZES.aeadNonce, 'invalid_argument', 'a ChaCha20-Poly1305 nonce')
    return chacha20poly1305(key, nonce, associatedData).encrypt(plaintext)
  },
  aeadOpen(key, nonce, associatedData, ciphertext) {
    ensureLength(key, SIZES.aeadKey, 'invalid_argument', 'a ChaCha20-Poly1305 key')
    ensureLength(nonce, SIZES.aeadNonce, 'invalid_argument', 'a ChaCha20-Poly1305 nonce')
    ensure(ciphertext.length >= SIZES.aeadTag, 'open_failed', 'shorter than its tag')
    try {
      return chacha20poly1305(key, nonce, associatedData).decrypt(ciphertext)
    } catch (error) {
      throw new Solo2Error('open_failed', 'does not open', { cause: error })
    }
  },
}
