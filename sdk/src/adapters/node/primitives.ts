/**
 * The primitives of bulk data on node:crypto: hashes, HMAC, ChaCha20-Poly1305. Public keys stay on noble: one verifier and
 * one set of key checks everywhere, and Node 20 has no ML-KEM. Used only after a self-test against noble.
 */
import { createCipheriv, createDecipheriv, createHash, createHmac } from 'node:crypto'
import { concat, equal } from '../../bytes/bytes.js'
import { noblePrimitives } from '../../crypto/primitives-noble.js'
import { ensureLength, SIZES } from '../../crypto/sizes.js'
import type { Primitives } from '../../env.js'
import { ensure, Solo2Error } from '../../errors.js'

const AEAD = 'chacha20-poly1305'
const TAG = { authTagLength: SIZES.aeadTag } as const

/** A plain array: `slice` of a Buffer would share its memory. */
function plain(buffer: Buffer): Uint8Array {
  return new Uint8Array(buffer)
}

function hmac(key: Uint8Array, data: Uint8Array): Uint8Array {
  return plain(createHmac('sha256', key).update(data).digest())
}

export const nodePrimitives: Primitives = {
  ...noblePrimitives,
  sha256: (data) => plain(createHash('sha256').update(data).digest()),
  sha512: (data) => plain(createHash('sha512').update(data).digest()),
  hmac,
  hmacPair: (key, first, second) => [hmac(key, first), hmac(key, second)],
  aeadSeal(key, nonce, associatedData, plaintext) {
    ensureLength(key, SIZES.aeadKey, 'invalid_argument', 'a ChaCha20-Poly1305 key')
    ensureLength(nonce, SIZES.aeadNonce, 'invalid_argument', 'a ChaCha20-Poly1305 nonce')
    const cipher = createCipheriv(AEAD, key, nonce, TAG)
    cipher.setAAD(associatedData, { plaintextLength: plaintext.length })
    const out = new Uint8Array(plaintext.length + SIZES.aeadTag)
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
    const decipher = createDecipheriv(AEAD, key, nonce, TAG)
    decipher.setAAD(associatedData, { plaintextLength: end })
    decipher.setAuthTag(ciphertext.subarray(end))
    const opened = decipher.update(ciphertext.subarray(0, end))
    try {
      decipher.final()
      return plain(opened)
    } catch (error) {
      throw new Solo2Error('open_failed', 'does not open', { cause: error })
    } finally {
      // What was deciphered before the tag was checked must not stay: it may be an attacker's choice, or a secret.
      opened.fill(0)
    }
  },
}

/** node:crypto where it gives what noble gives for fixed inputs, otherwise noble. */
export function chosenPrimitives(candidate: Primitives = nodePrimitives): Primitives {
  try {
    return agrees(candidate) ? candidate : noblePrimitives
  } catch {
    return noblePrimitives
  }
}

function agrees(candidate: Primitives): boolean {
  const key = new Uint8Array(SIZES.aeadKey).map((_, i) => i)
  const nonce = new Uint8Array(SIZES.aeadNonce).fill(7)
  const data = new Uint8Array(200).map((_, i) => 255 - i)
  const results = [candidate, noblePrimitives].map((primitives) => {
    const sealed = primitives.aeadSeal(key, nonce, data.subarray(0, 10), data)
    return concat(
      primitives.sha256(data),
      primitives.sha512(data),
      primitives.hmac(key, data),
      ...primitives.hmacPair(key, data, nonce),
      sealed,
      primitives.aeadOpen(key, nonce, data.subarray(0, 10), sealed),
    )
  })
  return equal(results[0] as Uint8Array, results[1] as Uint8Array)
}
