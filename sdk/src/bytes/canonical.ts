/** The one decoder for introduction, tunnel and vault messages: canonical encoding only (spec/00). */
import { ensure, Solo2Error } from '../errors.js'
import { equal } from './bytes.js'

/** What ts-proto generates for a message. */
export interface Codec<T> {
  /** A writer whose `finish` gives the bytes. */
  encode(message: T): {
    /** The message's bytes. */
    finish(): Uint8Array
  }
  /** Throws for bytes that are no protobuf. */
  decode(input: Uint8Array): T
}

/** The canonical encoding of a message (spec/00 section 3). */
export function encode<T>(codec: Codec<T>, message: T): Uint8Array {
  return codec.encode(message).finish()
}

/**
 * Decodes a copy of `bytes`, so that the caller may overwrite them afterwards.
 * Throws `malformed` if protobuf refuses them, `not_canonical` if encoding again gives other bytes (unknown fields,
 * duplicates, defaults written out, overlong varints, wrong order).
 */
export function decodeCanonical<T>(codec: Codec<T>, bytes: Uint8Array): T {
  return decodeCanonicalView(codec, bytes.slice(), (message) => [encode(codec, message)])
}

/**
 * The same without the copy: byte fields are views of `bytes`. `parts`: the message's one encoding, in pieces; where most of
 * it is long data, neither encoding nor comparing has to touch what was decoded as a view of the same place.
 */
export function decodeCanonicalView<T>(
  codec: Codec<T>,
  bytes: Uint8Array,
  parts: (message: T) => readonly Uint8Array[],
): T {
  let message: T
  let again: readonly Uint8Array[]
  try {
    message = codec.decode(bytes)
    again = parts(message)
  } catch (error) {
    throw new Solo2Error('malformed', 'not a protobuf message of this type', { cause: error })
  }
  ensure(isJoined(bytes, again), 'not_canonical', 'not the canonical encoding')
  return message
}

/** Whether `whole` is the parts, one behind the other. */
function isJoined(whole: Uint8Array, parts: readonly Uint8Array[]): boolean {
  let at = 0
  for (const part of parts) {
    const place = whole.subarray(at, at + part.length)
    at += part.length
    // Buffers last: an engine has none of a small array until it is asked for, and most parts lie elsewhere.
    const same = part.byteOffset === place.byteOffset && part.length === place.length && part.buffer === place.buffer
    if (!same && !equal(part, place)) return false
  }
  return at === whole.length
}
