/**
 * A frame on the wire: Frame of proto/solo2/tunnel/v1, exactly FRAME_SIZE bytes (spec/08 section 2). Of that size there
 * are two canonical encodings that a frame may have: a turn's first, and any other.
 */
import { Frame } from '@solo2/proto/tunnel'
import { equal } from '../bytes/bytes.js'
import { decodeCanonical, encode } from '../bytes/canonical.js'
import { SIZES } from '../crypto/sizes.js'
import { ensure, Solo2Error } from '../errors.js'
import { PROTOCOL } from '../limits.js'

/** The ratchet's message: header bytes as they are, and what they authenticate. */
interface Message {
  readonly header: Uint8Array
  readonly ciphertext: Uint8Array
}

interface Layout {
  /** Tag and length of the header field, which starts the frame. */
  readonly headerHead: Uint8Array
  readonly header: number
  /** Tag and length of the ciphertext field, which ends the frame. */
  readonly ciphertextHead: Uint8Array
  readonly ciphertext: number
}

const PLAIN = layout(PROTOCOL.HEADER_SIZE, PROTOCOL.FRAME_PLAINTEXT + SIZES.aeadTag)
const TURN = layout(PROTOCOL.TURN_HEADER_SIZE, PROTOCOL.TURN_FRAME_PLAINTEXT + SIZES.aeadTag)

/** Where the ciphertext of a frame lies, as a view of `frame`: nearly all of it, which need not be copied there later. */
export function ciphertextPlace(frame: Uint8Array, turn: boolean): Uint8Array {
  return frame.subarray(frame.length - (turn ? TURN : PLAIN).ciphertext)
}

/** Where the plaintext of a frame that came may lie: the place of its ciphertext, without the tag. */
export function plaintextPlace({ ciphertext }: Pick<Message, 'ciphertext'>): Uint8Array {
  return ciphertext.subarray(0, -SIZES.aeadTag)
}

/**
 * FRAME_SIZE bytes. `out`: memory for them, in which the ciphertext may lie already. Throws `invalid_argument` for lengths
 * that do not fill a frame.
 */
export function encodeFrame({ header, ciphertext }: Message, out = new Uint8Array(PROTOCOL.FRAME_SIZE)): Uint8Array {
  const layout = header.length === TURN.header ? TURN : PLAIN
  const { headerHead, ciphertextHead } = layout
  ensure(
    header.length === layout.header && ciphertext.length === layout.ciphertext,
    'invalid_argument',
    'header and ciphertext fill the frame',
  )
  out.set(headerHead)
  out.set(header, headerHead.length)
  out.set(ciphertextHead, headerHead.length + header.length)
  const at = out.length - ciphertext.length
  const isThere = ciphertext.buffer === out.buffer && ciphertext.byteOffset === out.byteOffset + at
  if (!isThere) out.set(ciphertext, at)
  return out
}

/**
 * The message of a frame, as views of `bytes`. Throws `wrong_size` unless `bytes` has FRAME_SIZE bytes, `malformed` or
 * `not_canonical` if they are no canonical Frame, `malformed` for a header or ciphertext of another length. What the
 * header says is the ratchet's to judge.
 */
export function decodeFrame(bytes: Uint8Array): Message {
  ensure(bytes.length === PROTOCOL.FRAME_SIZE, 'wrong_size', 'a frame has FRAME_SIZE bytes')
  const message = read(bytes, PLAIN) ?? read(bytes, TURN)
  if (message !== undefined) return message
  // The two encodings are known by their heads. The canonical decoder says what is wrong with any other bytes.
  decodeCanonical(Frame, bytes)
  throw new Solo2Error('malformed', 'header and ciphertext fill the frame')
}

function read(bytes: Uint8Array, { headerHead, header, ciphertextHead, ciphertext }: Layout): Message | undefined {
  const headerAt = headerHead.length
  const headAt = headerAt + header
  const ciphertextAt = bytes.length - ciphertext
  const known =
    equal(bytes.subarray(0, headerAt), headerHead) && equal(bytes.subarray(headAt, ciphertextAt), ciphertextHead)
  return known ? { header: bytes.subarray(headerAt, headAt), ciphertext: bytes.subarray(ciphertextAt) } : undefined
}

/** Takes the heads from the encoder itself. */
function layout(header: number, ciphertext: number): Layout {
  const frame = encode(Frame, { header: new Uint8Array(header), ciphertext: new Uint8Array(ciphertext) })
  const rest = encode(Frame, { header: new Uint8Array(0), ciphertext: new Uint8Array(ciphertext) })
  return {
    headerHead: frame.slice(0, frame.length - rest.length - header),
    header,
    ciphertextHead: rest.slice(0, rest.length - ciphertext),
    ciphertext,
  }
}
