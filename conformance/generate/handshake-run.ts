/** Handshakes between two literal sides: what every other vector starts from. */
import { pad } from '../literal/bytes.js'
import {
  begin,
  type PrologueInputs,
  prologue,
  readMessage1,
  readMessage2,
  type TunnelKeys,
  tunnelKeys,
  writeMessage1,
  writeMessage2,
} from '../literal/handshake.js'
import type { Noise, Party, Trace } from '../literal/noise.js'
import { mlkemPublic, sha256, x25519Public } from '../literal/primitives.js'
import { encodeSignal, SIGNAL_PLAINTEXT } from '../literal/signals.js'
import type { Draw } from './random.js'

export interface Signals {
  readonly helloI: Uint8Array
  readonly helloR: Uint8Array
  readonly offer: Uint8Array
  readonly answer: Uint8Array
  readonly deviceI: Uint8Array
  readonly deviceR: Uint8Array
  readonly nonceI: Uint8Array
  readonly nonceR: Uint8Array
}

const SDP = 'v=0\r\no=- 1 2 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\n'

/** The four encoded signals of one introduction. */
export function signals(draw: Draw): Signals {
  const [deviceI, deviceR, nonceI, nonceR] = [draw(16), draw(16), draw(16), draw(16)]
  const hello = (device: Uint8Array, nonce: Uint8Array): Uint8Array => {
    const tags = Array.from({ length: 16 }, () => draw(16))
    return encodeSignal({ kind: 'hello', versions: [1], device, nonce, tags })
  }
  const from = { from: deviceI, to: deviceR, peerNonce: nonceR, ownNonce: nonceI }
  const offer = encodeSignal({ kind: 'offer', ...from, sdp: SDP })
  const offerHash = sha256(pad(offer, SIGNAL_PLAINTEXT))
  return {
    deviceI,
    deviceR,
    nonceI,
    nonceR,
    helloI: hello(deviceI, nonceI),
    helloR: hello(deviceR, nonceR),
    offer,
    answer: encodeSignal({ kind: 'answer', from: deviceR, to: deviceI, offerHash, sdp: SDP }),
  }
}

export function prologueInputs(from: Signals, idI: Uint8Array, idR: Uint8Array, oldH?: Uint8Array): PrologueInputs {
  return {
    helloI: pad(from.helloI, SIGNAL_PLAINTEXT),
    helloR: pad(from.helloR, SIGNAL_PLAINTEXT),
    offer: pad(from.offer, SIGNAL_PLAINTEXT),
    answer: pad(from.answer, SIGNAL_PLAINTEXT),
    idI,
    idR,
    deviceI: from.deviceI,
    deviceR: from.deviceR,
    ...(oldH && { oldH }),
  }
}

export interface Secrets {
  readonly initiator: { readonly static: Uint8Array; readonly ephemeral: Uint8Array; readonly kemSeed: Uint8Array }
  readonly responder: {
    readonly static: Uint8Array
    readonly ephemeral: Uint8Array
    readonly encapsulation: Uint8Array
    readonly ratchetSecret: Uint8Array
    readonly ratchetKemSeed: Uint8Array
  }
}

export function secrets(draw: Draw): Secrets {
  return {
    initiator: { static: draw(32), ephemeral: draw(32), kemSeed: draw(64) },
    responder: {
      static: draw(32),
      ephemeral: draw(32),
      encapsulation: draw(32),
      ratchetSecret: draw(32),
      ratchetKemSeed: draw(64),
    },
  }
}

export function partyI(from: Secrets, psk: Uint8Array, bytes: Uint8Array): Omit<Party, 'name'> {
  const { initiator: i, responder: r } = from
  const rs = x25519Public(r.static)
  return { role: 'initiator', prologue: bytes, psk, s: i.static, rs, e: i.ephemeral, kemSeed: i.kemSeed }
}

export function partyR(from: Secrets, psk: Uint8Array, bytes: Uint8Array): Omit<Party, 'name'> {
  const { initiator: i, responder: r } = from
  const rs = x25519Public(i.static)
  return { role: 'responder', prologue: bytes, psk, s: r.static, rs, e: r.ephemeral, kemRandomness: r.encapsulation }
}

export interface Run {
  readonly psk0: Uint8Array
  readonly secrets: Secrets
  readonly prologueInputs: PrologueInputs
  readonly prologue: Uint8Array
  readonly message1: Uint8Array
  readonly message2: Uint8Array
  readonly trace: readonly Trace[]
  readonly keys: TunnelKeys
  readonly X0: Uint8Array
  readonly ek0: Uint8Array
}

export function firstKeys(from: Secrets): { x0: Uint8Array; seed0: Uint8Array } {
  return { x0: from.responder.ratchetSecret, seed0: from.responder.ratchetKemSeed }
}

/** A responder that has read `message1`, and an initiator that has sent it: where the second message is made and read. */
export function afterMessage1(
  psk0: Uint8Array,
  from: Secrets,
  bytes: Uint8Array,
): { i: Noise; r: Noise; message1: Uint8Array } {
  const i = begin(partyI(from, psk0, bytes))
  const r = begin(partyR(from, psk0, bytes))
  const message1 = writeMessage1(i)
  readMessage1(r, message1)
  return { i, r, message1 }
}

/** The whole handshake; fails unless both sides end with the same keys. */
export function run(psk0: Uint8Array, from: Secrets, inputs: PrologueInputs): Run {
  const bytes = prologue(inputs)
  const { i, r, message1 } = afterMessage1(psk0, from, bytes)
  const message2 = writeMessage2(r, firstKeys(from))
  const { X0, ek0 } = readMessage2(i, message2)
  const keys = tunnelKeys(i)
  const equal = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b)
  if (!equal(keys, tunnelKeys(r)) || !equal(i.trace, r.trace)) throw new Error('the two sides differ')
  if (!equal([X0, ek0], [x25519Public(from.responder.ratchetSecret), mlkemPublic(from.responder.ratchetKemSeed)])) {
    throw new Error('the ratchet keys differ')
  }
  return {
    psk0,
    secrets: from,
    prologueInputs: inputs,
    prologue: bytes,
    message1,
    message2,
    trace: i.trace,
    keys,
    X0,
    ek0,
  }
}
