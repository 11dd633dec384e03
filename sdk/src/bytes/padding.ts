/** Padding of spec/00: u16be length, the bytes, zeros up to a fixed size. Used for signals, handshake payloads and frames. */
import { ensure } from '../errors.js'

/** Bytes that `pad` adds at least. */
export const PADDING_OVERHEAD = 2

/** Pads to exactly `size` bytes. Throws `too_long` if `bytes` does not fit. */
export function pad(bytes: Uint8Array, size: number): Uint8Array {
  ensure(bytes.length + PADDING_OVERHEAD <= size && bytes.length <= 0xffff, 'too_long', 'does not fit the padded size')
  const out = new Uint8Array(size)
  out[0] = bytes.length >> 8
  out[1] = bytes.length & 255
  out.set(bytes, PADDING_OVERHEAD)
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
