/** Messages of a sender that breaks the rules but knows all keys: valid in all but the one deviation. */
import { join, zeros } from '../literal/bytes.js'
import { encodeMessage } from '../literal/handshake.js'
import {
  diffieHellman,
  encryptAndHash,
  mixHash,
  mixKey,
  mixKeyAndHash,
  type Noise,
  type Token,
} from '../literal/noise.js'
import { encaps, mlkemPublic, seal, x25519Public } from '../literal/primitives.js'
import { chain, encodeFrame, encodeHeader, type Header, type Ratchet, turn } from '../literal/ratchet.js'

export interface Forgery {
  readonly ephemeral?: Uint8Array
  /** Every Diffie-Hellman with the ephemeral gives zeros, as its receiver would compute it. */
  readonly smallOrder?: boolean
  readonly ek?: Uint8Array
  readonly ct?: Uint8Array
}

/** A whole handshake message with some values replaced. */
export function forgeMessage(
  noise: Noise,
  tokens: readonly Token[],
  payload: Uint8Array,
  forgery: Forgery,
): Uint8Array {
  const parts: Uint8Array[] = []
  for (const token of tokens) {
    if (token === 'psk') mixKeyAndHash(noise, noise.psk)
    else if (token === 'e') {
      const ephemeral = forgery.ephemeral ?? x25519Public(noise.e)
      parts.push(ephemeral)
      mixHash(noise, ephemeral)
      mixKey(noise, ephemeral)
    } else if (token === 'e1') parts.push(encryptAndHash(noise, forgery.ek ?? mlkemPublic(noise.kemSeed)))
    else if (token === 'ekem1') {
      const { ct, ss } = encaps(noise.rek, noise.kemRandomness)
      parts.push(encryptAndHash(noise, forgery.ct ?? ct))
      mixKey(noise, ss)
    } else {
      // The token's own letter: es and ee for a sender who is I, ee and se for one who is R.
      const own = noise.role === 'initiator' ? token[0] : token[1]
      mixKey(noise, forgery.smallOrder && own === 'e' ? zeros(32) : diffieHellman(noise, token))
    }
  }
  parts.push(encryptAndHash(noise, payload))
  return encodeMessage(parts)
}

/** A frame on the sender's chain under any header bytes. The state stays. */
export function forgeFrame(state: Ratchet, header: Header | Uint8Array, padded: Uint8Array): Uint8Array {
  const bytes = header instanceof Uint8Array ? header : encodeHeader(header)
  return encodeFrame(bytes, seal(chain(state.sendCk).mk, zeros(12), bytes, padded))
}

export interface ForgedTurn {
  readonly x: Uint8Array
  readonly seed: Uint8Array
  readonly randomness: Uint8Array
  readonly turn?: number
  readonly n?: number
  readonly pn?: number
  readonly key?: Uint8Array
  readonly kemKey?: Uint8Array
  readonly dh?: Uint8Array
  /** Makes the header's bytes from the fields. */
  readonly header?: (header: Header) => Uint8Array
}

/** A turn's first frame, sealed as a receiver without checks would open it. `dh` as that receiver would compute it. */
export function forgeTurn(state: Ratchet, dh: Uint8Array, forged: ForgedTurn, padded: Uint8Array): Uint8Array {
  const key = forged.key ?? x25519Public(forged.x)
  const kemKey = forged.kemKey ?? mlkemPublic(forged.seed)
  const { ct, ss } = encaps(state.peerEk, forged.randomness)
  const keys = { X: state.peerX, Xt: key, ek: state.peerEk, ekt: kemKey, ct }
  const { ck } = turn(state.rk, forged.dh ?? dh, ss, keys)
  const header: Header = {
    turn: forged.turn ?? state.own + 2,
    n: forged.n ?? 0,
    keys: { pn: forged.pn ?? state.sent, key, kemKey, kemCiphertext: ct },
  }
  const bytes = forged.header?.(header) ?? encodeHeader(header)
  return encodeFrame(bytes, seal(chain(ck).mk, zeros(12), bytes, padded))
}

/** A key whose first coefficient is 4,095: not reduced, so refused by FIPS 203 section 7.2. */
export function unreduced(ek: Uint8Array): Uint8Array {
  return join(Uint8Array.of(0xff, (ek[1] ?? 0) | 0x0f), ek.slice(2))
}

/** The same point with bit 255 set, which RFC 7748 ignores: not canonical. */
export function highBit(key: Uint8Array): Uint8Array {
  return join(key.slice(0, 31), Uint8Array.of((key[31] ?? 0) | 0x80))
}
