/** spec/06 sections 8 and 9: signals, their padding and their seal. */
import { ascii, join, must, pad, Refused, unpad } from './bytes.js'
import { hpkeOpen, hpkeSeal } from './hpke.js'
import { hkdf, sha256, x25519Public } from './primitives.js'
import { bytesOf, type Field, numberOf, readCanonical, type Shape, type Value, write } from './protobuf.js'

export const SIGNAL_PLAINTEXT = 4043

export type Signal =
  | {
      readonly kind: 'hello'
      readonly versions: readonly number[]
      readonly device: Uint8Array
      readonly nonce: Uint8Array
      readonly tags: readonly Uint8Array[]
    }
  | {
      readonly kind: 'offer'
      readonly from: Uint8Array
      readonly to: Uint8Array
      readonly peerNonce: Uint8Array
      readonly ownNonce: Uint8Array
      readonly sdp: string
    }
  | {
      readonly kind: 'answer'
      readonly from: Uint8Array
      readonly to: Uint8Array
      readonly offerHash: Uint8Array
      readonly sdp: string
    }
  | {
      readonly kind: 'bye'
      readonly from: Uint8Array
      readonly to: Uint8Array
      readonly peerNonce: Uint8Array
      readonly reason: number
    }

/** Packed: the varints of the versions, one after the other (at most 65,535, so three bytes each). */
function packed(versions: readonly number[]): Uint8Array {
  return join(...versions.map((version) => write([[1, version]]).slice(1)))
}

function unpacked(bytes: Uint8Array): number[] {
  const versions: number[] = []
  let value = 0
  let shift = 0
  for (const byte of bytes) {
    value += (byte & 127) * 2 ** shift
    shift += 7
    if (byte >= 128) continue
    versions.push(value)
    value = 0
    shift = 0
  }
  must(shift === 0, 'malformed', 'a version that is cut off')
  return versions
}

const utf8 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'utf8'))

/** Section 8: number in the oneof, and body. */
export function encodeSignal(signal: Signal): Uint8Array {
  const list = (values: readonly Value[]): Field[] => values.map((value, i): Field => [i + 1, value])
  switch (signal.kind) {
    case 'hello': {
      const { versions, device, nonce, tags } = signal
      const fields: Field[] = [...list([packed(versions), device, nonce]), ...tags.map((tag): Field => [4, tag])]
      return write([[1, write(fields)]])
    }
    case 'offer':
      return write([[2, write(list([signal.from, signal.to, signal.peerNonce, signal.ownNonce, utf8(signal.sdp)]))]])
    case 'answer':
      return write([[3, write(list([signal.from, signal.to, signal.offerHash, utf8(signal.sdp)]))]])
    case 'bye':
      return write([[4, write(list([signal.from, signal.to, signal.peerNonce, signal.reason]))]])
  }
}

const BODIES: Readonly<Record<number, Shape>> = {
  1: { 1: 'bytes', 2: 'bytes', 3: 'bytes', 4: 'many' },
  2: { 1: 'bytes', 2: 'bytes', 3: 'bytes', 4: 'bytes', 5: 'bytes' },
  3: { 1: 'bytes', 2: 'bytes', 3: 'bytes', 4: 'bytes' },
  4: { 1: 'bytes', 2: 'bytes', 3: 'bytes', 4: 'varint' },
}

function sized(bytes: Uint8Array, length: number): Uint8Array {
  must(bytes.length === length, 'wrong_size', `not ${length} bytes`)
  return bytes
}

function sdpOf(bytes: Uint8Array): string {
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw new Refused('not_canonical', 'not UTF-8')
  }
  must(bytes.length > 0, 'malformed', 'an empty SDP')
  must(bytes.length <= 3500, 'too_long', 'SDP')
  return text
}

/** 06-30. */
export function decodeSignal(padded: Uint8Array): Signal {
  must(padded.length === SIGNAL_PLAINTEXT, 'wrong_size', 'a padded signal has 4,043 bytes')
  const oneof = readCanonical(unpad(padded), { 1: 'many', 2: 'many', 3: 'many', 4: 'many' })
  must(oneof.size > 0, 'malformed', 'an empty signal')
  const [[number, values]] = [...oneof] as [[number, Uint8Array[]]]
  must(oneof.size === 1 && values.length === 1, 'not_canonical', 'two signals')
  const f = readCanonical(values[0] as Uint8Array, BODIES[number] ?? {})
  const id = (field: number): Uint8Array => sized(bytesOf(f, field), 16)
  switch (number) {
    case 1: {
      const versions = unpacked(bytesOf(f, 1))
      must(Buffer.compare(packed(versions), bytesOf(f, 1)) === 0, 'not_canonical', 'a version longer than needed')
      const isNarrow = versions.every((version) => version < 2 ** 32)
      must(isNarrow, 'not_canonical', 'a version of more than 32 bits')
      const signal: Signal = {
        kind: 'hello',
        versions,
        device: id(2),
        nonce: id(3),
        tags: ((f.get(4) ?? []) as Uint8Array[]).map((tag) => sized(tag, 16)),
      }
      must(signal.tags.length === 16, 'wrong_size', 'a Hello has 16 tags')
      must(versions.length >= 1 && versions.length <= 8, 'malformed', '1 to 8 versions')
      must(
        versions.every((version, i) => version > (versions[i - 1] ?? 0) && version <= 65_535),
        'malformed',
        'ascending, 1 to 65,535',
      )
      return signal
    }
    case 2:
      return { kind: 'offer', from: id(1), to: id(2), peerNonce: id(3), ownNonce: id(4), sdp: sdpOf(bytesOf(f, 5)) }
    case 3:
      return { kind: 'answer', from: id(1), to: id(2), offerHash: sized(bytesOf(f, 3), 32), sdp: sdpOf(bytesOf(f, 4)) }
    default: {
      const signal: Signal = { kind: 'bye', from: id(1), to: id(2), peerNonce: id(3), reason: numberOf(f, 4) }
      must(signal.reason >= 1 && signal.reason <= 3, 'malformed', 'not a reason')
      return signal
    }
  }
}

/** Section 9: what both sides know of a topic. `psk` on contact and own topics; on these both ids are the own signal id. */
export interface Correspondence {
  readonly topic: Uint8Array
  readonly senderId: Uint8Array
  readonly recipientId: Uint8Array
  readonly psk?: Uint8Array
}

function settingOf({ topic, senderId, recipientId, psk }: Correspondence) {
  const info = join(ascii('Solo2 v1 signal'), topic, senderId, recipientId)
  return psk ? { info, psk, pskId: ascii('Solo2 v1 rendezvous') } : { info }
}

/** spec/03 and section 9: what own devices seal with. */
export function ownSignal(masterKey: Uint8Array) {
  const keys = hkdf(new Uint8Array(0), masterKey, ascii('Solo2 v1 own signal'), 64)
  const [secret, psk] = [keys.slice(0, 32), keys.slice(32)]
  const publicKey = x25519Public(secret)
  return { id: sha256(join(ascii('Solo2 v1 own id'), publicKey)), secret, publicKey, psk }
}

/** `ikmE`: 32 random bytes, fresh for each signal (06-31). Without a sender's secret on own topics. */
export function sealSignal(
  between: Correspondence,
  keys: { readonly senderSecret?: Uint8Array; readonly recipientPublic: Uint8Array; readonly ikmE: Uint8Array },
  signal: Uint8Array,
): Uint8Array {
  const { senderSecret, recipientPublic, ikmE } = keys
  const setting = { ...settingOf(between), pkR: recipientPublic, ikmE, ...(senderSecret && { skS: senderSecret }) }
  const { enc, ciphertext } = hpkeSeal(setting, new Uint8Array(0), pad(signal, SIGNAL_PLAINTEXT))
  return encodeSealed(enc, ciphertext)
}

export function encodeSealed(enc: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  return write([
    [1, enc],
    [2, ciphertext],
  ])
}

/** 06-32, then section 8. Gives the padded plaintext too: the prologue hashes it. */
export function openSignal(
  between: Correspondence,
  keys: { readonly senderPublic?: Uint8Array; readonly recipientSecret: Uint8Array },
  sealed: Uint8Array,
): { padded: Uint8Array; signal: Signal } {
  must(sealed.length === 4096, 'wrong_size', 'a signal has 4,096 bytes')
  const fields = readCanonical(sealed, { 1: 'bytes', 2: 'bytes' })
  const enc = sized(bytesOf(fields, 1), 32)
  const ciphertext = sized(bytesOf(fields, 2), SIGNAL_PLAINTEXT + 16)
  const { senderPublic, recipientSecret } = keys
  const setting = { ...settingOf(between), skR: recipientSecret, ...(senderPublic && { pkS: senderPublic }) }
  const padded = hpkeOpen(setting, new Uint8Array(0), enc, ciphertext)
  return { padded, signal: decodeSignal(padded) }
}
