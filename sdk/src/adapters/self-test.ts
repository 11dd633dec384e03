/** Whether an implementation of the primitives gives what noble gives, on fixed inputs of uneven lengths. */
import { concat, equal } from '../bytes/bytes.js'
import { noblePrimitives } from '../crypto/primitives-noble.js'
import type { Primitives } from '../env.js'

/** False also if it throws: a library that is missing a cipher, or that errs, is slower then and not broken. */
export function agreesWithNoble(candidate: Primitives): boolean {
  try {
    return equal(transcript(candidate), transcript(noblePrimitives))
  } catch {
    return false
  }
}

/** What each primitive that has several implementations gives. */
function transcript(p: Primitives): Uint8Array {
  const bytes = (length: number, step: number) => new Uint8Array(length).map((_, i) => i * step)
  const [key, nonce, data] = [bytes(32, 7), bytes(12, 3), bytes(333, 5)]
  const publicKey = p.x25519PublicKey(key)
  const seed = bytes(64, 11)
  const kemKey = p.mlkemPublicKey(seed)
  const { ciphertext, sharedSecret } = p.mlkemEncapsulate(kemKey, key)
  const sealed = p.aeadSeal(key, nonce, data.subarray(1, 12), data)
  const broken = sealed.with(0, (sealed[0] as number) ^ 1)
  return concat(
    p.sha256(data),
    p.sha512(data),
    p.hmac(key, data),
    ...p.hmacPair(key, data, nonce),
    publicKey,
    p.x25519(p.sha256(data), publicKey),
    p.ed25519PublicKey(key),
    p.ed25519Sign(key, data),
    kemKey,
    ciphertext,
    sharedSecret,
    p.mlkemDecapsulate(seed, ciphertext),
    sealed,
    p.aeadOpen(key, nonce, data.subarray(1, 12), sealed),
    Uint8Array.of(opens(p, key, nonce, data.subarray(1, 12), broken) ? 1 : 0),
  )
}

function opens(p: Primitives, ...input: Parameters<Primitives['aeadOpen']>): boolean {
  try {
    p.aeadOpen(...input)
    return true
  } catch {
    return false
  }
}
