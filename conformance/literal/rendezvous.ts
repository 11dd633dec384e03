/** spec/06 sections 6 and 7: epochs, topics and the rendezvous root. */
import { ascii, join, must, u32be } from './bytes.js'
import { hkdf, hmac, sha256, x25519 } from './primitives.js'

/** 06-20. Unix time in seconds; the own epoch first. */
export function epochs(seconds: number): number[] {
  const e = Math.floor(seconds / 86_400)
  const s = seconds - 86_400 * e
  if (s < 3_600 && e > 0) return [e, e - 1]
  if (s >= 82_800) return [e, e + 1]
  return [e]
}

export function pairingSecret(
  ownSecret: Uint8Array,
  peerPublic: Uint8Array,
  idA: Uint8Array,
  idB: Uint8Array,
): Uint8Array {
  const [lower, higher] = Buffer.compare(idA, idB) < 0 ? [idA, idB] : [idB, idA]
  return hkdf(new Uint8Array(0), x25519(ownSecret, peerPublic), join(ascii('Solo2 v1 pair'), lower, higher), 32)
}

export function pairingTopic(p: Uint8Array, e: number): Uint8Array {
  return hmac(p, join(ascii('topic'), u32be(e))).slice(0, 16)
}

export function nextRoot(r: Uint8Array): Uint8Array {
  return hmac(r, ascii('Solo2 v1 next epoch'))
}

/** 06-28. */
export function rootAt(r: Uint8Array, from: number, to: number): Uint8Array {
  must(from <= to && to <= from + 3_660, 'wrong_epoch', 'the root does not reach it')
  let root = r
  for (let epoch = from; epoch < to; epoch++) root = nextRoot(root)
  return root
}

export function contactTopic(r: Uint8Array): Uint8Array {
  return hmac(r, ascii('Solo2 v1 topic')).slice(0, 16)
}

export function signalPsk(r: Uint8Array): Uint8Array {
  return hmac(r, ascii('Solo2 v1 signal'))
}

export function ownTopic(key: Uint8Array, e: number): Uint8Array {
  return hmac(key, u32be(e)).slice(0, 16)
}

/** 06-26. */
export function rootHash(r: Uint8Array): Uint8Array {
  return sha256(r)
}
