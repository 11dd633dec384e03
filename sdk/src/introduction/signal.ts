/**
 * Signals: Hello, Offer, Answer and Bye, padded to one size and sealed to their recipient (spec/06 sections 8 and 9).
 *
 *   seal   Signal -> compose (checked, encoded, padded to 4,043) -> HPKE -> SealedSignal, 4,096 bytes
 *   open   4,096 bytes -> SealedSignal -> HPKE -> parse (unpadded, decoded, checked) -> Signal
 */
import {
  type Answer,
  type Bye,
  ByeReason,
  type Hello,
  type Offer,
  SealedSignal,
  Signal,
} from '@solo2/proto/introduction'
import { concat, utf8 } from '../bytes/bytes.js'
import { decodeCanonical, encode } from '../bytes/canonical.js'
import { pad, unpad } from '../bytes/padding.js'
import { hpkeOpen, hpkeSeal } from '../crypto/hpke.js'
import type { Env, Primitives } from '../env.js'
import { type ErrorCode, ensure, Solo2Error } from '../errors.js'
import { LABELS } from '../labels.js'
import { PROTOCOL } from '../limits.js'

export type { Answer, Bye, Hello, Offer }
export { ByeReason }

/** One of the four, as ts-proto writes a oneof. */
export type AnySignal = NonNullable<Signal['signal']>

const NONE = new Uint8Array(0)
const ENC_SIZE = 32
const CIPHERTEXT_SIZE = PROTOCOL.SIGNAL_PLAINTEXT + 16
const HASH_SIZE = 32
const MAX_VERSION = 0xffff

/**
 * Between whom and where a signal travels. Ids and keys are 32 bytes, topics 16, psks 32. On a pairing topic only the
 * identities' keys count (HPKE Auth), on a contact topic the rendezvous root too (AuthPSK); own devices share one key
 * pair and a psk derived from the master key (PSK).
 */
export type Channel =
  | (Correspondence & { readonly kind: 'pairing' })
  | (Correspondence & { readonly kind: 'contact'; readonly psk: Uint8Array })
  | {
      readonly kind: 'own'
      readonly topic: Uint8Array
      /** The own signal id (spec/04). */
      readonly id: Uint8Array
      readonly secret: Uint8Array
      readonly publicKey: Uint8Array
      readonly psk: Uint8Array
    }

interface Correspondence {
  readonly topic: Uint8Array
  readonly own: { readonly id: Uint8Array; readonly x25519Secret: Uint8Array }
  readonly peer: { readonly id: Uint8Array; readonly x25519: Uint8Array }
}

/** The padded plaintext, 4,043 bytes: what is sealed, and what the tunnel's prologue hashes. Throws like `parseSignal`. */
export function composeSignal(signal: AnySignal): Uint8Array {
  checkSignal(signal)
  return pad(encode(Signal, { signal }), PROTOCOL.SIGNAL_PLAINTEXT)
}

/**
 * Throws `wrong_size` (the block, or an identifier, hash or tag in it), `bad_padding`, `malformed`, `not_canonical`,
 * `too_long` (the SDP).
 */
export function parseSignal(padded: Uint8Array): AnySignal {
  ensure(padded.length === PROTOCOL.SIGNAL_PLAINTEXT, 'wrong_size', 'not the size of a signal')
  const { signal } = decodeCanonical(Signal, unpad(padded))
  ensure(signal !== undefined, 'malformed', 'an empty signal')
  checkSignal(signal)
  return signal
}

function checkSignal(signal: AnySignal): void {
  switch (signal.$case) {
    case 'hello': {
      const { versions, device, nonce, tags } = signal.value
      ensureId(device, nonce, ...tags)
      ensure(tags.length === PROTOCOL.HELLO_TAGS, 'wrong_size', 'a Hello has 16 tags')
      ensure(areVersions(versions), 'malformed', 'versions are 1 to 8 ascending numbers')
      break
    }
    case 'offer':
      ensureId(signal.value.from, signal.value.to, signal.value.peerNonce, signal.value.ownNonce)
      ensureSdp(signal.value.sdp)
      break
    case 'answer':
      ensureId(signal.value.from, signal.value.to)
      ensure(signal.value.offerHash.length === HASH_SIZE, 'wrong_size', 'a hash has 32 bytes')
      ensureSdp(signal.value.sdp)
      break
    case 'bye': {
      ensureId(signal.value.from, signal.value.to, signal.value.peerNonce)
      const known: readonly number[] = [ByeReason.BUSY, ByeReason.LEAVING, ByeReason.VERSION]
      ensure(known.includes(signal.value.reason), 'malformed', 'not a reason for a Bye')
    }
  }
}

function ensureId(...ids: readonly Uint8Array[]): void {
  for (const id of ids) ensure(id.length === PROTOCOL.ID_SIZE, 'wrong_size', 'an identifier has 16 bytes')
}

function ensureSdp(sdp: string): void {
  ensure(sdp.length > 0, 'malformed', 'an empty SDP')
  ensure(sdp.length <= PROTOCOL.SDP_BYTES && utf8(sdp).length <= PROTOCOL.SDP_BYTES, 'too_long', 'SDP over its limit')
}

function areVersions(versions: readonly number[]): boolean {
  if (versions.length < 1 || versions.length > PROTOCOL.HELLO_VERSIONS) return false
  return versions.every((version, i) => version > (versions[i - 1] ?? 0) && version <= MAX_VERSION)
}

/** The highest version in both ascending lists, if any. */
export function highestCommonVersion(own: readonly number[], peer: readonly number[]): number | undefined {
  return own.filter((version) => peer.includes(version)).at(-1)
}

/** A sealed signal and what must be wiped. */
export interface Sealed {
  /** Exactly 4,096 bytes: an encoded SealedSignal. */
  readonly bytes: Uint8Array
  /** The encapsulated key, 32 bytes: tells one's own signal if it comes back. */
  readonly enc: Uint8Array
}

/** Seals a padded plaintext of `composeSignal`. */
export function sealSignal(env: Pick<Env, 'random' | 'primitives'>, channel: Channel, padded: Uint8Array): Sealed {
  const sealed = hpkeSeal(env, { ...sealingKeys(channel), aad: NONE, plaintext: padded })
  return { bytes: encode(SealedSignal, sealed), enc: sealed.enc }
}

/** The form of a sealed signal. Throws `wrong_size`, `malformed`, `not_canonical`. */
export function decodeSealed(bytes: Uint8Array): SealedSignal {
  ensure(bytes.length === PROTOCOL.SIGNAL_SIZE, 'wrong_size', 'not the size of a sealed signal')
  const sealed = decodeCanonical(SealedSignal, bytes)
  const fits = sealed.enc.length === ENC_SIZE && sealed.ciphertext.length === CIPHERTEXT_SIZE
  ensure(fits, 'wrong_size', 'not the fields of a sealed signal')
  return sealed
}

/** The padded plaintext. Throws `open_failed` for everything that was not sealed by that sender for this channel. */
export function openSealed(primitives: Primitives, channel: Channel, sealed: SealedSignal): Uint8Array {
  try {
    return hpkeOpen(primitives, { ...openingKeys(channel), aad: NONE, enc: sealed.enc, ciphertext: sealed.ciphertext })
  } catch (error) {
    throw new Solo2Error('open_failed', 'not sealed by this sender for this topic', { cause: error })
  }
}

/**
 * Why a signal did not open: tries the channels where it would have been in its place and names what it is, or
 * `open_failed`. For the diagnosis only; what it opens is thrown away.
 */
export function diagnose(
  primitives: Primitives,
  sealed: SealedSignal,
  elsewhere: Iterable<{ readonly code: ErrorCode; readonly channel: Channel }>,
): ErrorCode {
  for (const { code, channel } of elsewhere) {
    try {
      openSealed(primitives, channel, sealed).fill(0)
      return code
    } catch {
      // Not from there either.
    }
  }
  return 'open_failed'
}

/** info = "Solo2 v1 signal" ‖ topic ‖ sender's id ‖ recipient's id. */
function signalInfo(topic: Uint8Array, sender: Uint8Array, recipient: Uint8Array): Uint8Array {
  return concat(LABELS.signal, topic, sender, recipient)
}

function sealingKeys(channel: Channel) {
  if (channel.kind === 'own') {
    const info = signalInfo(channel.topic, channel.id, channel.id)
    return { info, recipientPublic: channel.publicKey, psk: channel.psk, pskId: LABELS.rendezvous }
  }
  const { topic, own, peer } = channel
  const auth = {
    info: signalInfo(topic, own.id, peer.id),
    recipientPublic: peer.x25519,
    senderSecret: own.x25519Secret,
  }
  return channel.kind === 'pairing' ? auth : { ...auth, psk: channel.psk, pskId: LABELS.rendezvous }
}

function openingKeys(channel: Channel) {
  if (channel.kind === 'own') {
    const info = signalInfo(channel.topic, channel.id, channel.id)
    return { info, recipientSecret: channel.secret, psk: channel.psk, pskId: LABELS.rendezvous }
  }
  const { topic, own, peer } = channel
  const auth = {
    info: signalInfo(topic, peer.id, own.id),
    recipientSecret: own.x25519Secret,
    senderPublic: peer.x25519,
  }
  return channel.kind === 'pairing' ? auth : { ...auth, psk: channel.psk, pskId: LABELS.rendezvous }
}
