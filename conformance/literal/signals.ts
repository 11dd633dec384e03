/** The encodings of the signals (spec/06), as far as the prologue needs them. */
import { join } from './bytes.js'
import { type Field, write } from './protobuf.js'

export function hello(
  versions: readonly number[],
  device: Uint8Array,
  nonce: Uint8Array,
  tags: readonly Uint8Array[],
): Uint8Array {
  // Packed: one length-delimited field of varints, each below 128 here.
  const fields: Field[] = [
    [1, Uint8Array.from(versions)],
    [2, device],
    [3, nonce],
    ...tags.map((one): Field => [4, one]),
  ]
  return write([[1, write(fields)]])
}

export function offer(
  from: Uint8Array,
  to: Uint8Array,
  peerNonce: Uint8Array,
  ownNonce: Uint8Array,
  sdp: string,
): Uint8Array {
  const fields = [from, to, peerNonce, ownNonce, utf8(sdp)].map((value, i): Field => [i + 1, value])
  return write([[2, write(fields)]])
}

export function answer(from: Uint8Array, to: Uint8Array, offerHash: Uint8Array, sdp: string): Uint8Array {
  const fields = [from, to, offerHash, utf8(sdp)].map((value, i): Field => [i + 1, value])
  return write([[3, write(fields)]])
}

function utf8(text: string): Uint8Array {
  return join(new Uint8Array(Buffer.from(text, 'utf8')))
}
