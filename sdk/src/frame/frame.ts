/** A frame on the wire: Frame of proto/solo2/tunnel/v1, exactly FRAME_SIZE bytes (spec/09). */
import { Frame } from '@solo2/proto/tunnel'
import { decodeCanonical, encode } from '../bytes/canonical.js'
import { SIZES } from '../crypto/sizes.js'
import { ensure } from '../errors.js'
import { PROTOCOL } from '../limits.js'

/** The ratchet's message: header bytes as they are, and what they authenticate. */
interface Message {
  readonly header: Uint8Array
  readonly ciphertext: Uint8Array
}

/** FRAME_SIZE bytes. Throws `invalid_argument` for lengths that do not fill a frame. */
export function encodeFrame(message: Message): Uint8Array {
  ensure(fills(message), 'invalid_argument', 'header and ciphertext fill the frame')
  return encode(Frame, message)
}

/**
 * The message of a frame, copied. Throws `wrong_size` unless `bytes` has FRAME_SIZE bytes, `malformed` or `not_canonical`
 * if they are no canonical Frame, `malformed` for a header or ciphertext of another length. What the header says is the
 * ratchet's to judge.
 */
export function decodeFrame(bytes: Uint8Array): Message {
  ensure(bytes.length === PROTOCOL.FRAME_SIZE, 'wrong_size', 'a frame has FRAME_SIZE bytes')
  const message = decodeCanonical(Frame, bytes)
  ensure(fills(message), 'malformed', 'header and ciphertext fill the frame')
  return message
}

/** Either both lengths of a turn's first frame, or both of any other. */
function fills({ header, ciphertext }: Message): boolean {
  const { HEADER_SIZE, FRAME_PLAINTEXT, TURN_HEADER_SIZE, TURN_FRAME_PLAINTEXT } = PROTOCOL
  const plaintext = ciphertext.length - SIZES.aeadTag
  return (
    (header.length === HEADER_SIZE && plaintext === FRAME_PLAINTEXT) ||
    (header.length === TURN_HEADER_SIZE && plaintext === TURN_FRAME_PLAINTEXT)
  )
}
