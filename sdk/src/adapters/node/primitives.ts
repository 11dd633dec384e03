/**
 * The primitives on node:crypto (spec/decisions/0007, 0008). OpenSSL is faster than JavaScript, and computes with secrets
 * in constant time. Two stay on noble: ML-KEM-768, which Node 20 does not have, and Ed25519 verification, since all sides
 * must agree on which signatures hold.
 *
 * Results are plain Uint8Array over memory of their own: a Buffer's `slice` would share it.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  type KeyObject,
  sign,
} from 'node:crypto'
import { concat, fromHex, toBase64url, wipe } from '../../bytes/bytes.js'
import { noblePrimitives } from '../../crypto/primitives-noble.js'
import { ensureCanonicalX25519, ensureLength, SIZES } from '../../crypto/sizes.js'
import type { Primitives } from '../../env.js'
import { ensure, Solo2Error } from '../../errors.js'
import { agreesWithNoble } from '../self-test.js'

const CIPHER = 'chacha20-poly1305'
const TAG = { authTagLength: SIZES.aeadTag }

/** PKCS #8 in DER, up to the 32 bytes of the secret (RFC 8410 section 7). */
const X25519_HEAD = fromHex('302e020100300506032b656e04220420')
const ED25519_HEAD = fromHex('302e020100300506032b657004220420')
/** The u-coordinate 9 (RFC 7748 section 4.1). */
const BASE_POINT = new Uint8Array(SIZES.x25519).fill(9, 0, 1)

/** The same inputs, outputs and errors as `noblePrimitives`. */
export const nodePrimitives: Primitives = {
  sha256: (data) => owned(createHash('sha256').update(data).digest()),
  sha512: (data) => owned(createHash('sha512').update(data).digest()),
  hmac,
  hmacPair: (key, first, second) => [hmac(key, first), hmac(key, second)],

  x25519PublicKey(secret) {
    ensureLength(secret, SIZES.x25519, 'invalid_argument', 'an X25519 secret')
    return agree(secret, BASE_POINT)
  },
  x25519(secret, publicKey) {
    ensureLength(secret, SIZES.x25519, 'invalid_argument', 'an X25519 secret')
    ensureCanonicalX25519(publicKey)
    return agree(secret, publicKey)
  },

  ed25519PublicKey(seed) {
    ensureLength(seed, SIZES.ed25519, 'invalid_argument', 'an Ed25519 seed')
    const der = createPublicKey(privateKey(ED25519_HEAD, seed)).export({ format: 'der', type: 'spki' })
    return Uint8Array.from(der.subarray(-SIZES.ed25519))
  },
  ed25519Sign(seed, message) {
    ensureLength(seed, SIZES.ed25519, 'invalid_argument', 'an Ed25519 seed')
    return owned(sign(null, message, privateKey(ED25519_HEAD, seed)))
  },
  ed25519Verify: noblePrimitives.ed25519Verify,

  mlkemPublicKey: noblePrimitives.mlkemPublicKey,
  mlkemEncapsulate: noblePrimitives.mlkemEncapsulate,
  mlkemDecapsulate: noblePrimitives.mlkemDecapsulate,

  aeadSeal(key, nonce, associatedData, plaintext, into) {
    ensureLength(key, SIZES.aeadKey, 'invalid_argument', 'a ChaCha20-Poly1305 key')
    ensureLength(nonce, SIZES.aeadNonce, 'invalid_argument', 'a ChaCha20-Poly1305 nonce')
    const cipher = createCipheriv(CIPHER, key, nonce, TAG)
    cipher.setAAD(associatedData, { plaintextLength: plaintext.length })
    const out = into ?? new Uint8Array(plaintext.length + SIZES.aeadTag)
    out.set(cipher.update(plaintext))
    cipher.final()
    out.set(cipher.getAuthTag(), plaintext.length)
    return out
  },
  aeadOpen(key, nonce, associatedData, ciphertext) {
    ensureLength(key, SIZES.aeadKey, 'invalid_argument', 'a ChaCha20-Poly1305 key')
    ensureLength(nonce, SIZES.aeadNonce, 'invalid_argument', 'a ChaCha20-Poly1305 nonce')
    ensure(ciphertext.length >= SIZES.aeadTag, 'open_failed', 'shorter than its tag')
    const end = ciphertext.length - SIZES.aeadTag
    const decipher = createDecipheriv(CIPHER, key, nonce, TAG)
    decipher.setAAD(associatedData, { plaintextLength: end })
    decipher.setAuthTag(ciphertext.subarray(end))
    const plaintext = owned(decipher.update(ciphertext.subarray(0, end)))
    try {
      decipher.final()
    } catch (error) {
      // OpenSSL gives the bytes before it has judged them.
      wipe(plaintext)
      throw new Solo2Error('open_failed', 'does not open', { cause: error })
    }
    return plaintext
  },
}

function hmac(key: Uint8Array, data: Uint8Array): Uint8Array {
  return owned(createHmac('sha256', key).update(data).digest())
}

function owned(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length)
}

function agree(secret: Uint8Array, publicKey: Uint8Array): Uint8Array {
  let shared: Uint8Array
  try {
    // A public key may pass through a string, which is faster to import; a secret may not: no string can be wiped.
    const theirs = createPublicKey({ key: { kty: 'OKP', crv: 'X25519', x: toBase64url(publicKey) }, format: 'jwk' })
    shared = owned(diffieHellman({ privateKey: privateKey(X25519_HEAD, secret), publicKey: theirs }))
  } catch (error) {
    throw new Solo2Error('invalid_key', 'no X25519 shared secret with this public key', { cause: error })
  }
  // RFC 7748 section 6.1. OpenSSL refuses it too; the check stands here as it does beside noble.
  let any = 0
  for (const byte of shared) any |= byte
  ensure(any !== 0, 'invalid_key', 'the X25519 shared secret is zero')
  return shared
}

/** Imported for each use: a key object that was kept would outlive the wiping of the bytes it came from. */
function privateKey(head: Uint8Array, secret: Uint8Array): KeyObject {
  const der = concat(head, secret)
  try {
    return createPrivateKey({ key: der as Buffer, format: 'der', type: 'pkcs8' })
  } finally {
    wipe(der)
  }
}

/**
 * `candidate` if it gives what noble gives on fixed inputs, else noble: a Node built without a cipher, or over a library
 * that errs, is slower then and not broken.
 */
export function chosenPrimitives(candidate: Primitives = nodePrimitives): Primitives {
  return agreesWithNoble(candidate) ? candidate : noblePrimitives
}
