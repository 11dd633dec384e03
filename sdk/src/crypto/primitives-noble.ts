/** The primitives on the noble libraries: the same everywhere, synchronous, no platform needed. */
import { chacha20poly1305 } from '@noble/ciphers/chacha.js'
import { ed25519, x25519 } from '@noble/curves/ed25519.js'
import { hmac } from '@noble/hashes/hmac.js'
import { sha256, sha512 } from '@noble/hashes/sha2.js'
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js'
import type { Primitives } from '../env.js'
import { Solo2Error } from '../errors.js'

export const noblePrimitives: Primitives = {
  sha256: (data) => sha256(data),
  sha512: (data) => sha512(data),
  hmac: (key, data) => hmac(sha256, key, data),
  hmacPair(key, first, second) {
    const pads = hmac.create(sha256, key)
    const copy = pads.clone()
    return [pads.update(first).digest(), copy.update(second).digest()]
  },
  x25519PublicKey: (secret) => x25519.getPublicKey(secret),
  x25519(secret, publicKey) {
    try {
      return x25519.getSharedSecret(secret, publicKey)
    } catch (error) {
      throw new Solo2Error('invalid_key', 'no X25519 shared secret with this public key', { cause: error })
    }
  },
  ed25519PublicKey: (seed) => ed25519.getPublicKey(seed),
  ed25519Sign: (seed, message) => ed25519.sign(message, seed),
  ed25519Verify: (publicKey, message, signature) => ed25519.verify(signature, message, publicKey, { zip215: false }),
  mlkemPublicKey: (seed) => ml_kem768.keygen(seed).publicKey,
  mlkemEncapsulate(publicKey, randomness) {
    try {
      const { cipherText, sharedSecret } = ml_kem768.encapsulate(publicKey, randomness)
      return { ciphertext: cipherText, sharedSecret }
    } catch (error) {
      throw new Solo2Error('invalid_key', 'not an ML-KEM-768 encapsulation key', { cause: error })
    }
  },
  mlkemDecapsulate: (seed, ciphertext) => ml_kem768.decapsulate(ciphertext, ml_kem768.keygen(seed).secretKey),
  aeadSeal: (key, nonce, associatedData, plaintext) => chacha20poly1305(key, nonce, associatedData).encrypt(plaintext),
  aeadOpen(key, nonce, associatedData, ciphertext) {
    try {
      return chacha20poly1305(key, nonce, associatedData).decrypt(ciphertext)
    } catch (error) {
      throw new Solo2Error('open_failed', 'does not open', { cause: error })
    }
  },
}
