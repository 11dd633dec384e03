/** spec/07 sections 2 and 5 to 7: the two messages, the prologue and the keys. */
import { ascii, join, must, pad, u16be, unpad, zeros } from './bytes.js'
import { type Noise, type Party, readMessage, split, start, type Token, writeMessage } from './noise.js'
import { checkMlkem, checkX25519, hkdf, hkdfExpand, mlkemPublic, sha256, x25519, x25519Public } from './primitives.js'
import { bytesOf, readCanonical, write } from './protobuf.js'

export const NAME = 'Noise_KKhfs+psk0_25519+MLKEM768_ChaChaPoly_SHA256'
export const MESSAGE_1: readonly Token[] = ['psk', 'e', 'es', 'e1', 'ss']
export const MESSAGE_2: readonly Token[] = ['e', 'ee', 'ekem1', 'se']

/** Section 2: lengths of the payloads' plaintexts. */
export const PAYLOAD_1 = 2840
export const PAYLOAD_2 = 2936

export interface PrologueInputs {
  /** Opened, padded plaintexts of 4,043 bytes. */
  readonly helloI: Uint8Array
  readonly helloR: Uint8Array
  readonly offer: Uint8Array
  readonly answer: Uint8Array
  readonly idI: Uint8Array
  readonly idR: Uint8Array
  readonly deviceI: Uint8Array
  readonly deviceR: Uint8Array
  /** Only in a move: the old tunnel's h. */
  readonly oldH?: Uint8Array
}

/** Section 6. */
export function prologue(from: PrologueInputs): Uint8Array {
  return join(
    ascii('Solo2 v1 tunnel'),
    sha256(from.helloI),
    sha256(from.helloR),
    sha256(from.offer),
    sha256(from.answer),
    from.idI,
    from.idR,
    from.deviceI,
    from.deviceR,
    from.oldH ?? zeros(0),
  )
}

/** Section 2: three fields of fixed lengths, 4,096 bytes together. */
export function encodeMessage(parts: readonly Uint8Array[]): Uint8Array {
  return write(parts.map((part, i) => [i + 1, part]))
}

export function decodeMessage(message: Uint8Array, kemLength: number, payloadLength: number): Uint8Array[] {
  must(message.length === 4096, 'wrong_size', 'a message has 4,096 bytes')
  const fields = readCanonical(message, { 1: 'bytes', 2: 'bytes', 3: 'bytes' })
  const parts = [1, 2, 3].map((number) => bytesOf(fields, number))
  const lengths = [32, kemLength + 16, payloadLength + 16]
  parts.forEach((part, i) => {
    must(part.length === lengths[i], 'malformed', `field ${i + 1}`)
  })
  return parts
}

export function begin(party: Omit<Party, 'name'>): Noise {
  return start({ ...party, name: NAME })
}

/** 5.2, at I. */
export function writeMessage1(noise: Noise, payload = zeros(PAYLOAD_1)): Uint8Array {
  return encodeMessage(writeMessage(noise, MESSAGE_1, payload))
}

/** 5.2, at R: the payload must be an empty HandshakePayload. */
export function readMessage1(noise: Noise, message: Uint8Array): void {
  const payload = unpad(readMessage(noise, MESSAGE_1, decodeMessage(message, 1184, PAYLOAD_1)))
  const fields = readCanonical(payload, { 1: 'bytes', 2: 'bytes' })
  must(fields.size === 0, 'malformed', 'message 1 carries nothing')
}

/** The responder's first ratchet keys: secrets at R, public keys at I. */
export interface FirstKeys {
  readonly x0: Uint8Array
  readonly seed0: Uint8Array
}

export function encodePayload2(key: Uint8Array, kemKey: Uint8Array): Uint8Array {
  return write([
    [
      1,
      write([
        [1, key],
        [2, kemKey],
      ]),
    ],
  ])
}

/** 5.3, at R. */
export function writeMessage2(noise: Noise, keys: FirstKeys, payload?: Uint8Array): Uint8Array {
  const padded = payload ?? pad(encodePayload2(x25519Public(keys.x0), mlkemPublic(keys.seed0)), PAYLOAD_2)
  return encodeMessage(writeMessage(noise, MESSAGE_2, padded))
}

/** 5.3, at I: gives X_0 and ek_0. */
export function readMessage2(noise: Noise, message: Uint8Array): { X0: Uint8Array; ek0: Uint8Array } {
  const payload = unpad(readMessage(noise, MESSAGE_2, decodeMessage(message, 1088, PAYLOAD_2)))
  const outer = readCanonical(payload, { 1: 'bytes', 2: 'bytes' })
  must(!outer.has(2), 'malformed', 'a device key (07-27)')
  const inner = readCanonical(bytesOf(outer, 1), { 1: 'bytes', 2: 'bytes' })
  const X0 = bytesOf(inner, 1)
  const ek0 = bytesOf(inner, 2)
  must(X0.length === 32 && ek0.length === 1184, 'malformed', 'ratchet keys')
  checkX25519(X0)
  x25519(join(Uint8Array.of(1), zeros(31)), X0)
  checkMlkem(ek0)
  return { X0, ek0 }
}

export interface TunnelKeys {
  readonly h: Uint8Array
  readonly k1: Uint8Array
  readonly k2: Uint8Array
  readonly rk0: Uint8Array
  readonly continuity: Uint8Array
  readonly exporter: Uint8Array
  readonly rendezvousRoot: Uint8Array
}

/** Section 7. */
export function tunnelKeys(noise: Noise): TunnelKeys {
  const { k1, k2 } = split(noise)
  const out = hkdf(noise.h, join(k1, k2), ascii('Solo2 v1 tunnel keys'), 96)
  const exporter = out.slice(64, 96)
  return {
    h: noise.h,
    k1,
    k2,
    rk0: out.slice(0, 32),
    continuity: out.slice(32, 64),
    exporter,
    rendezvousRoot: hkdfExpand(exporter, ascii('Solo2 v1 rendezvous'), 32),
  }
}

/** Section 7: psk0 of a move; the nonce is that of the initiator's Hello in the move. */
export function moveSecret(exporter: Uint8Array, nonce: Uint8Array): Uint8Array {
  return hkdfExpand(exporter, join(ascii('Solo2 v1 move'), nonce), 32)
}

/** For the vectors: what a wrong length field looks like. */
export function padWrongly(bytes: Uint8Array, size: number, length: number): Uint8Array {
  return join(u16be(length), bytes, zeros(size - 2 - bytes.length))
}
