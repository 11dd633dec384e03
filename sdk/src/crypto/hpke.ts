/**
 * HPKE (RFC 9180), single shot: DHKEM(X25519, HKDF-SHA256) 0x0020, HKDF-SHA256 0x0001, ChaCha20Poly1305 0x0003, in the
 * four modes. The mode follows from what is given: a sender's key makes it Auth, a psk makes it PSK, both AuthPSK.
 */
import { concat, utf8, wipe } from '../bytes/bytes.js'
import type { Env, Primitives } from '../env.js'
import { ensure } from '../errors.js'
import { hkdfExpand, hkdfExtract } from './hkdf.js'
import { SIZES } from './sizes.js'

const HPKE_CHACHA20POLY1305 = 0x0003

const KEM_SUITE = concat(utf8('KEM'), u16be(0x0020))
const VERSION = utf8('HPKE-v1')
const NONE = new Uint8Array(0)
/** RFC 9180 section 9.5: a psk has 32 bytes of entropy at least. */
const PSK_MIN = 32

/** `psk` (32 bytes at least) and `pskId` (not empty) come together or not at all. */
interface Context {
  readonly info: Uint8Array
  readonly aad: Uint8Array
  readonly psk?: Uint8Array | undefined
  readonly pskId?: Uint8Array | undefined
}

export interface HpkeSealInput extends Context {
  readonly recipientPublic: Uint8Array
  /** The sender's X25519 secret; makes the mode Auth or AuthPSK. */
  readonly senderSecret?: Uint8Array | undefined
  readonly plaintext: Uint8Array
}

export interface HpkeOpenInput extends Context {
  readonly recipientSecret: Uint8Array
  /** The sender's X25519 public key; makes the mode Auth or AuthPSK. */
  readonly senderPublic?: Uint8Array | undefined
  readonly enc: Uint8Array
  readonly ciphertext: Uint8Array
}

/** Seal<MODE>() of RFC 9180 section 6.1. `enc` has 32 bytes, `ciphertext` 16 more than the plaintext. */
export function hpkeSeal(
  env: Pick<Env, 'random' | 'primitives'>,
  input: HpkeSealInput,
): { enc: Uint8Array; ciphertext: Uint8Array } {
  const { primitives } = env
  const randomness = env.random(SIZES.x25519)
  const ephemeral = hpkeDeriveSecret(primitives, randomness)
  const enc = primitives.x25519PublicKey(ephemeral)
  const dh = [primitives.x25519(ephemeral, input.recipientPublic)]
  const kemContext = [enc, input.recipientPublic]
  if (input.senderSecret) {
    dh.push(primitives.x25519(input.senderSecret, input.recipientPublic))
    kemContext.push(primitives.x25519PublicKey(input.senderSecret))
  }
  const shared = extractAndExpand(primitives, dh, kemContext)
  const schedule = hpkeKeySchedule(primitives, input.senderSecret !== undefined, shared, input)
  const ciphertext = primitives.aeadSeal(schedule.key, schedule.baseNonce, input.aad, input.plaintext)
  wipe(randomness, ephemeral, shared, ...dh, schedule.key, schedule.exporterSecret)
  return { enc, ciphertext }
}

/** Open<MODE>(). Throws `open_failed`, `invalid_key` (an `enc` or sender's key that X25519 refuses). */
export function hpkeOpen(primitives: Primitives, input: HpkeOpenInput): Uint8Array {
  const dh = [primitives.x25519(input.recipientSecret, input.enc)]
  const kemContext = [input.enc, primitives.x25519PublicKey(input.recipientSecret)]
  if (input.senderPublic) {
    dh.push(primitives.x25519(input.recipientSecret, input.senderPublic))
    kemContext.push(input.senderPublic)
  }
  const shared = extractAndExpand(primitives, dh, kemContext)
  const schedule = hpkeKeySchedule(primitives, input.senderPublic !== undefined, shared, input)
  try {
    return primitives.aeadOpen(schedule.key, schedule.baseNonce, input.aad, input.ciphertext)
  } finally {
    wipe(shared, ...dh, schedule.key, schedule.exporterSecret)
  }
}

/** The secret of DeriveKeyPair() for X25519 (RFC 9180 section 7.1.3). `inputKey` has 32 bytes at least. */
export function hpkeDeriveSecret(primitives: Primitives, inputKey: Uint8Array): Uint8Array {
  ensure(inputKey.length >= SIZES.x25519, 'invalid_argument', 'a key pair is derived from 32 bytes at least')
  const { extract, expand } = labeled(primitives, KEM_SUITE)
  const key = extract(NONE, 'dkp_prk', inputKey)
  const secret = expand(key, 'sk', NONE, SIZES.x25519)
  wipe(key)
  return secret
}

export interface HpkeSchedule {
  /** Key and nonce of the first encryption, 32 and 12 bytes; a single shot has no second. */
  readonly key: Uint8Array
  readonly baseNonce: Uint8Array
  readonly exporterSecret: Uint8Array
}

/** KeySchedule() of RFC 9180 section 5.1; `aead` is a parameter for the export-only vectors. */
export function hpkeKeySchedule(
  primitives: Primitives,
  authenticated: boolean,
  shared: Uint8Array,
  { info, psk, pskId }: Pick<Context, 'info' | 'psk' | 'pskId'>,
  aead: number = HPKE_CHACHA20POLY1305,
): HpkeSchedule {
  ensure((psk === undefined) === (pskId === undefined), 'invalid_argument', 'psk and pskId come together')
  ensure(psk === undefined || psk.length >= PSK_MIN, 'invalid_argument', 'a psk has 32 bytes at least')
  ensure(pskId === undefined || pskId.length > 0, 'invalid_argument', 'pskId is empty')
  const suite = concat(utf8('HPKE'), u16be(0x0020), u16be(0x0001), u16be(aead))
  const { extract, expand } = labeled(primitives, suite)
  const mode = (psk ? 1 : 0) | (authenticated ? 2 : 0)
  const context = concat(
    Uint8Array.of(mode),
    extract(NONE, 'psk_id_hash', pskId ?? NONE),
    extract(NONE, 'info_hash', info),
  )
  const secret = extract(shared, 'secret', psk ?? NONE)
  const schedule = {
    key: expand(secret, 'key', context, SIZES.aeadKey),
    baseNonce: expand(secret, 'base_nonce', context, SIZES.aeadNonce),
    exporterSecret: expand(secret, 'exp', context, SIZES.hash),
  }
  wipe(secret)
  return schedule
}

/** ExtractAndExpand() over one or two Diffie-Hellman results (RFC 9180 section 4.1). */
function extractAndExpand(primitives: Primitives, dh: Uint8Array[], kemContext: Uint8Array[]): Uint8Array {
  const { extract, expand } = labeled(primitives, KEM_SUITE)
  const both = concat(...dh)
  const key = extract(NONE, 'eae_prk', both)
  const shared = expand(key, 'shared_secret', concat(...kemContext), SIZES.hash)
  wipe(both, key)
  return shared
}

/** LabeledExtract() and LabeledExpand() of RFC 9180 section 4, for one suite ID. */
function labeled(primitives: Primitives, suite: Uint8Array) {
  return {
    extract: (salt: Uint8Array, label: string, inputKey: Uint8Array) => {
      const labeledKey = concat(VERSION, suite, utf8(label), inputKey)
      const key = hkdfExtract(primitives, salt, labeledKey)
      wipe(labeledKey)
      return key
    },
    expand: (key: Uint8Array, label: string, info: Uint8Array, length: number) =>
      hkdfExpand(primitives, key, concat(u16be(length), VERSION, suite, utf8(label), info), length),
  }
}

function u16be(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 255)
}
