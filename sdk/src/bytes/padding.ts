/** Padding of spec/00: u16be length, the bytes, zeros up to a fixed size. Used for signals, handshake payloads and frames. */
import { ensure } from '../errors.js'

/** Bytes that `pad` adds at least. */
export const PADDING_OVERHEAD = 2

/**
 * Pads bytes, or pieces one behind the other, to exactly `size` bytes, which are all of `into` if it is given. Throws
 * `too_long` if they do not fit.
 */
export function pad(bytes: Uint8Array | readonly Uint8Array[], size: number, into?: Uint8Array): Uint8Array {
  const parts = bytes instanceof Uint8Array ? [bytes] : bytes
  let length = 0
  for (const part of parts) length += part.length
  ensure(length + PADDING_OVERHEAD <= size && length <= 0xffff, 'too_long', 'does not fit the padded size')
  const out = into ?? new Uint8Array(size)
  out[0] = length >> 8
  out[1] = length & 255
  let at = PADDING_OVERHEAD
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  if (into !== undefined) out.fill(0, at)
  return out
}

/** The padded bytes as a view. Throws `bad_padding` unless the length fits and all that follows is zero. */
export function unpad(padded: Uint8Array): Uint8Array {
  ensure(padded.length >= PADDING_OVERHEAD, 'bad_padding', 'shorter than its length field')
  const end = PADDING_OVERHEAD + (((padded[0] as number) << 8) | (padded[1] as number))
  ensure(end <= padded.length, 'bad_padding', 'longer than its block')
  let rest = 0
  for (let i = end; i < padded.length; i++) rest |= padded[i] as number
  ensure(rest === 0, 'bad_padding', 'padding is not zero')
  return padded.subarray(PADDING_OVERHEAD, end)
}
