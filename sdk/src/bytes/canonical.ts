/** The one decoder for introduction, tunnel and vault messages: canonical encoding only (spec/00), byte fields copied. */
import { ensure, Solo2Error } from '../errors.js'
import { equal } from './bytes.js'

/** What ts-proto generates for a message. */
export interface Codec<T> {
  encode(message: T): { finish(): Uint8Array }
  decode(input: Uint8Array): T
}

export function encode<T>(codec: Codec<T>, message: T): Uint8Array {
  return codec.encode(message).finish()
}

/**
 * Decodes a copy of `bytes`, so that the caller may overwrite them afterwards.
 * Throws `malformed` if protobuf refuses them, `not_canonical` if encoding again gives other bytes (unknown fields,
 * duplicates, defaults written out, overlong varints, wrong order).
 */
export function decodeCanonical<T>(codec: Codec<T>, bytes: Uint8Array): T {
  let message: T
  let again: Uint8Array
  try {
    message = codec.decode(bytes.slice())
    again = codec.encode(message).finish()
  } catch (error) {
    throw new Solo2Error('malformed', 'not a protobuf message of this type', { cause: error })
  }
  ensure(equal(again, bytes), 'not_canonical', 'not the canonical encoding')
  return message
}
