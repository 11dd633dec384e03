/**
 * Noise's SymmetricState and CipherState in one (Noise Protocol Framework, revision 34, sections 5.1 and 5.2), with
 * ChaCha20-Poly1305 and SHA-256. State goes in and comes out; every secret made on the way is noted in `made`, for the
 * caller to wipe.
 */
import { concat, utf8, wipe } from '../bytes/bytes.js'
import { hkdf } from '../crypto/hkdf.js'
import { SIZES } from '../crypto/sizes.js'
import type { Primitives } from '../env.js'

export interface Symmetric {
  /** The chaining key, 32 bytes. */
  readonly ck: Uint8Array
  /** The handshake hash, 32 bytes. Not secret. */
  readonly h: Uint8Array
  /** The cipher key, 32 bytes; absent before the first MixKey: then nothing is encrypted yet. */
  readonly key: Uint8Array | undefined
  /** The cipher's nonce counter. */
  readonly n: number
}

/** Secrets made in a step, to be wiped when they are used up or the step fails. */
export type Made = Uint8Array[]

const EMPTY = new Uint8Array(0)
const { hash: HASH_SIZE } = SIZES

/** InitializeSymmetric: a protocol name over 32 bytes is hashed, a shorter one filled up with zeros. */
export function initializeSymmetric(primitives: Primitives, protocolName: string): Symmetric {
  const name = utf8(protocolName)
  const h = name.length <= HASH_SIZE ? concat(name, new Uint8Array(HASH_SIZE - name.length)) : primitives.sha256(name)
  return { ck: h.slice(), h, key: undefined, n: 0 }
}

export function mixHash(primitives: Primitives, state: Symmetric, data: Uint8Array): Symmetric {
  const joined = concat(state.h, data)
  const h = primitives.sha256(joined)
  wipe(joined)
  return { ...state, h }
}

export function mixKey(primitives: Primitives, state: Symmetric, input: Uint8Array, made: Made): Symmetric {
  const [ck, key] = derive(primitives, state.ck, input, 2)
  made.push(ck, key)
  return { ...state, ck, key, n: 0 }
}

export function mixKeyAndHash(primitives: Primitives, state: Symmetric, input: Uint8Array, made: Made): Symmetric {
  const [ck, hashed, key] = derive(primitives, state.ck, input, 3)
  made.push(ck, hashed, key)
  return { ...mixHash(primitives, state, hashed), ck, key, n: 0 }
}

export interface Mixed {
  readonly state: Symmetric
  readonly bytes: Uint8Array
}

/** EncryptAndHash: gives the ciphertext with its 16-byte tag, or the bytes themselves before the first key. */
export function encryptAndHash(primitives: Primitives, state: Symmetric, plaintext: Uint8Array): Mixed {
  const { key, n, h } = state
  const bytes = key === undefined ? plaintext : primitives.aeadSeal(key, noiseNonce(n), h, plaintext)
  return { state: counted(mixHash(primitives, state, bytes)), bytes }
}

/** DecryptAndHash. Throws `open_failed`. */
export function decryptAndHash(primitives: Primitives, state: Symmetric, ciphertext: Uint8Array): Mixed {
  const { key, n, h } = state
  const bytes = key === undefined ? ciphertext : primitives.aeadOpen(key, noiseNonce(n), h, ciphertext)
  return { state: counted(mixHash(primitives, state, ciphertext)), bytes }
}

/** Split: the keys of the initiator's and of the responder's direction, 32 bytes each. */
export function split(primitives: Primitives, state: Symmetric, made: Made): [k1: Uint8Array, k2: Uint8Array] {
  const keys = derive(primitives, state.ck, EMPTY, 2)
  made.push(...keys)
  return keys
}

/** Four zero bytes, then the counter as u64le (Noise section 12.3). */
export function noiseNonce(n: number): Uint8Array {
  const nonce = new Uint8Array(SIZES.aeadNonce)
  new DataView(nonce.buffer).setBigUint64(4, BigInt(n), true)
  return nonce
}

function counted(state: Symmetric): Symmetric {
  return state.key === undefined ? state : { ...state, n: state.n + 1 }
}

/** Noise's HKDF: RFC 5869 with the chaining key as salt and an empty info. */
function derive(primitives: Primitives, ck: Uint8Array, input: Uint8Array, count: 2): [Uint8Array, Uint8Array]
function derive(
  primitives: Primitives,
  ck: Uint8Array,
  input: Uint8Array,
  count: 3,
): [Uint8Array, Uint8Array, Uint8Array]
function derive(primitives: Primitives, ck: Uint8Array, input: Uint8Array, count: number): Uint8Array[] {
  const output = hkdf(primitives, input, EMPTY, count * HASH_SIZE, ck)
  const keys = Array.from({ length: count }, (_, i) => output.slice(i * HASH_SIZE, (i + 1) * HASH_SIZE))
  wipe(output)
  return keys
}
