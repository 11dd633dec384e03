/** The header of a ratchet message: FrameHeader of proto/solo2/tunnel/v1 with the lengths of spec/09. */
import { FrameHeader } from '@solo2/proto/tunnel'
import { decodeCanonical, encode } from '../bytes/canonical.js'
import type { HybridPublicKeys } from '../crypto/hybrid-keys.js'
import { SIZES } from '../crypto/sizes.js'
import { ensure } from '../errors.js'
import { PROTOCOL } from '../limits.js'

/** What crosses the tunnel. `header` is the associated data, as sent and as received, never encoded again. */
export interface RatchetMessage {
  /** HEADER_SIZE bytes, or TURN_HEADER_SIZE in a turn's first frame. */
  readonly header: Uint8Array
  /** The sealed plaintext with its 16-byte tag: 4,081 bytes, or 1,763 in a turn's first frame. */
  readonly ciphertext: Uint8Array
}

/** What only a turn's first frame carries. */
export interface TurnFields extends HybridPublicKeys {
  /** Frames that the sender sent on its previous chain. */
  readonly pn: number
  /** ML-KEM-768 ciphertext to the other side's last key, 1,088 bytes. */
  readonly kemCiphertext: Uint8Array
}

export interface Header {
  /** From 1; odd ones are the initiator's. */
  readonly turn: number
  /** The frame's number on its chain, from 0. */
  readonly n: number
  /** Present exactly if `n` is 0. */
  readonly fields: TurnFields | undefined
}

/** A header without the fields of a turn: two tags (field 1 and 2, wire type 5), each before its number, little-endian. */
const TURN_TAG = 0x0d
const N_TAG = 0x15
const TURN_AT = 1
const N_AT = 6

/** HEADER_SIZE bytes, or TURN_HEADER_SIZE with the fields of a turn. Numbers are unsigned 32-bit. */
export function encodeHeader(header: Header): Uint8Array {
  const { turn, n, fields } = header
  if (fields === undefined) return encodePlain(turn, n)
  const { pn, key, kemKey, kemCiphertext } = fields
  return encode(FrameHeader, { turn, n, pn, key, kemKey, kemCiphertext })
}

function encodePlain(turn: number, n: number): Uint8Array {
  const out = new Uint8Array(PROTOCOL.HEADER_SIZE)
  out[TURN_AT - 1] = TURN_TAG
  out[N_AT - 1] = N_TAG
  putUint32(out, TURN_AT, turn)
  putUint32(out, N_AT, n)
  return out
}

/** Little-endian, without a view made for each frame. */
function putUint32(out: Uint8Array, at: number, value: number): void {
  out[at] = value
  out[at + 1] = value >>> 8
  out[at + 2] = value >>> 16
  out[at + 3] = value >>> 24
}

function uint32(bytes: Uint8Array, at: number): number {
  const [a, b, c, d] = [bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]] as [number, number, number, number]
  return (a | (b << 8) | (c << 16) | (d << 24)) >>> 0
}

/** A header of HEADER_SIZE bytes with both tags in their places has one reading, and is canonical. */
function decodePlain(bytes: Uint8Array): Header | undefined {
  if (bytes[TURN_AT - 1] !== TURN_TAG || bytes[N_AT - 1] !== N_TAG) return undefined
  return { turn: uint32(bytes, TURN_AT), n: uint32(bytes, N_AT), fields: undefined }
}

/**
 * Steps 2 and 3 of spec/08 section 4. Throws `malformed` for a length that no header has, `malformed` or `not_canonical`
 * for bytes that are no canonical header, `malformed` for fields that are missing, too many or of other lengths.
 */
export function decodeHeader(bytes: Uint8Array): Header {
  const first = bytes.length === PROTOCOL.TURN_HEADER_SIZE
  ensure(first || bytes.length === PROTOCOL.HEADER_SIZE, 'malformed', 'no header has this length')
  const plain = first ? undefined : decodePlain(bytes)
  if (plain !== undefined) {
    ensure(plain.n !== 0, 'malformed', "a turn's keys come with its first frame")
    return plain
  }
  const { turn, n, pn, key, kemKey, kemCiphertext } = decodeCanonical(FrameHeader, bytes)
  ensure(turn !== undefined && n !== undefined, 'malformed', 'a header names its turn and frame')
  ensure((n === 0) === first, 'malformed', "a turn's keys come with its first frame, and only there")
  // Ten bytes hold the two numbers and nothing else.
  if (!first) return { turn, n, fields: undefined }
  ensure(
    pn !== undefined &&
      key.length === SIZES.x25519 &&
      kemKey.length === SIZES.mlkemPublicKey &&
      kemCiphertext.length === SIZES.mlkemCiphertext,
    'malformed',
    "a turn's fields have fixed lengths",
  )
  return { turn, n, fields: { pn, key, kemKey, kemCiphertext } }
}
