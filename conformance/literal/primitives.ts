/** The primitives, on node:crypto and, for ML-KEM-768, on @noble/post-quantum. */
import * as node from 'node:crypto'
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js'
import { join, must, Refused, unhex, zeros } from './bytes.js'

export function sha256(data: Uint8Array): Uint8Array {
  return new Uint8Array(node.createHash('sha256').update(data).digest())
}

export function hmac(key: Uint8Array, data: Uint8Array): Uint8Array {
  return new Uint8Array(node.createHmac('sha256', key).update(data).digest())
}

/** RFC 5869 section 2.3. */
export function hkdfExpand(key: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  let t = zeros(0)
  let okm = zeros(0)
  for (let i = 1; okm.length < length; i++) {
    t = hmac(key, join(t, info, Uint8Array.of(i)))
    okm = join(okm, t)
  }
  return okm.slice(0, length)
}

/** RFC 5869 sections 2.2 and 2.3. */
export function hkdf(salt: Uint8Array, input: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  return hkdfExpand(hmac(salt, input), info, length)
}

/** RFC 8410: the fixed heads of an X25519 key in PKCS #8 and in SubjectPublicKeyInfo. */
const PKCS8 = unhex('302e020100300506032b656e04220420')
const SPKI = unhex('302a300506032b656e032100')

function privateKey(secret: Uint8Array): node.KeyObject {
  return node.createPrivateKey({ key: Buffer.from(join(PKCS8, secret)), format: 'der', type: 'pkcs8' })
}

export function x25519Public(secret: Uint8Array): Uint8Array {
  const spki = node.createPublicKey(privateKey(secret)).export({ format: 'der', type: 'spki' })
  return new Uint8Array(spki.subarray(SPKI.length))
}

const P = 2n ** 255n - 19n

/** spec/00: below 2^255 - 19. */
export function checkX25519(publicKey: Uint8Array): void {
  const u = BigInt(`0x${Buffer.from(publicKey).reverse().toString('hex')}`)
  must(publicKey.length === 32 && u < P, 'invalid_key', 'not canonical')
}

/** RFC 7748 section 6.1, with spec/00's two refusals. */
export function x25519(secret: Uint8Array, publicKey: Uint8Array): Uint8Array {
  checkX25519(publicKey)
  const peer = node.createPublicKey({ key: Buffer.from(join(SPKI, publicKey)), format: 'der', type: 'spki' })
  let shared: Uint8Array
  try {
    shared = new Uint8Array(node.diffieHellman({ privateKey: privateKey(secret), publicKey: peer }))
  } catch {
    throw new Refused('invalid_key', 'OpenSSL refuses a zero result')
  }
  must(
    shared.some((byte) => byte !== 0),
    'invalid_key',
    'zero',
  )
  return shared
}

/** FIPS 203 section 7.2: every one of the 768 coefficients is below q. */
export function checkMlkem(ek: Uint8Array): void {
  must(ek.length === 1184, 'invalid_key', 'length')
  for (let i = 0; i < 768; i++) {
    const bit = 12 * i
    const pair = (ek[bit >> 3] ?? 0) | ((ek[(bit >> 3) + 1] ?? 0) << 8)
    must(((pair >> (bit & 7)) & 0xfff) < 3329, 'invalid_key', `coefficient ${i}`)
  }
}

export function mlkemPublic(seed: Uint8Array): Uint8Array {
  return ml_kem768.keygen(seed).publicKey
}

export function encaps(ek: Uint8Array, randomness: Uint8Array): { ct: Uint8Array; ss: Uint8Array } {
  checkMlkem(ek)
  const { cipherText, sharedSecret } = ml_kem768.encapsulate(ek, randomness)
  return { ct: cipherText, ss: sharedSecret }
}

export function decaps(seed: Uint8Array, ct: Uint8Array): Uint8Array {
  return ml_kem768.decapsulate(ct, ml_kem768.keygen(seed).secretKey)
}

const CIPHER = 'chacha20-poly1305'

/** RFC 8439 section 2.8: ciphertext ‖ tag. */
export function seal(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const cipher = node.createCipheriv(CIPHER, key, nonce, { authTagLength: 16 })
  cipher.setAAD(aad, { plaintextLength: plaintext.length })
  return join(cipher.update(plaintext), cipher.final(), cipher.getAuthTag())
}

/** Gives nothing if it does not open. */
export function open(key: Uint8Array, nonce: Uint8Array, aad: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
  const ciphertext = sealed.slice(0, -16)
  const decipher = node.createDecipheriv(CIPHER, key, nonce, { authTagLength: 16 })
  decipher.setAAD(aad, { plaintextLength: ciphertext.length })
  decipher.setAuthTag(sealed.slice(-16))
  try {
    return join(decipher.update(ciphertext), decipher.final())
  } catch {
    return undefined
  }
}
