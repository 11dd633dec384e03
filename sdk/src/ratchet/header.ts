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

const NONE = new Uint8Array(0)

/** HEADER_SIZE bytes, or TURN_HEADER_SIZE with the fields of a turn. Numbers are unsigned 32-bit. */
export function encodeHeader(header: Header): Uint8Array {
  const { turn, n, fields } = header
  const { pn, key, kemKey, kemCiphertext } = fields ?? { pn: undefined, key: NONE, kemKey: NONE, kemCiphertext: NONE }
  return encode(FrameHeader, { turn, n, pn, key, kemKey, kemCiphertext })
}

/**
 * Steps 2 and 3 of spec/08 section 4. Throws `malformed` for a length that no header has, `malformed` or `not_canonical`
 * for bytes that are no canonical header, `malformed` for fields that are missing, too many or of other lengths.
 */
export function decodeHeader(bytes: Uint8Array): Header {
  const first = bytes.length === PROTOCOL.TURN_HEADER_SIZE
  ensure(first || bytes.length === PROTOCOL.HEADER_SIZE, 'malformed', 'no header has this length')
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
