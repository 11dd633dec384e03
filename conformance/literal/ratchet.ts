/** spec/08, sections 2 to 4: one state, one function for sealing, one for opening. */
import { ascii, join, must, Refused, zeros } from './bytes.js'
import type { Role } from './noise.js'
import {
  checkMlkem,
  decaps,
  encaps,
  hkdf,
  hmac,
  mlkemPublic,
  open,
  seal,
  sha256,
  x25519,
  x25519Public,
} from './primitives.js'
import { bytesOf, type Field, fixed32, presentOf, readCanonical, write } from './protobuf.js'

export const ROOM = 4065
export const TURN_ROOM = 1747
/** 08-9. */
export const OLD_CHAIN_FRAMES = 2048

/** Section 3, the root step. `X` and `ek` of turn t - 1 first, then of turn t. */
export function turn(
  rk: Uint8Array,
  dh: Uint8Array,
  ss: Uint8Array,
  keys: { X: Uint8Array; Xt: Uint8Array; ek: Uint8Array; ekt: Uint8Array; ct: Uint8Array },
): { rk: Uint8Array; ck: Uint8Array; info: Uint8Array } {
  const info = join(ascii('Solo2 v1 turn'), sha256(join(keys.X, keys.Xt, keys.ek, keys.ekt, keys.ct)))
  const out = hkdf(rk, join(dh, ss), info, 64)
  return { rk: out.slice(0, 32), ck: out.slice(32, 64), info }
}

/** Section 3, the chain step. */
export function chain(ck: Uint8Array): { mk: Uint8Array; ck: Uint8Array } {
  return { mk: hmac(ck, Uint8Array.of(1)), ck: hmac(ck, Uint8Array.of(2)) }
}

export interface TurnKeys {
  readonly pn: number
  readonly key: Uint8Array
  readonly kemKey: Uint8Array
  readonly kemCiphertext: Uint8Array
}

export interface Header {
  readonly turn: number
  readonly n: number
  readonly keys?: TurnKeys
}

/** Section 2. */
export function encodeHeader(header: Header): Uint8Array {
  const fields: Field[] = [
    [1, fixed32(header.turn)],
    [2, fixed32(header.n)],
  ]
  if (header.keys) {
    fields.push([3, fixed32(header.keys.pn)], [4, header.keys.key], [5, header.keys.kemKey])
    fields.push([6, header.keys.kemCiphertext])
  }
  return write(fields)
}

export function encodeFrame(header: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  return write([
    [1, header],
    [2, ciphertext],
  ])
}

/** 08-4, steps 1 to 3. */
export function decodeFrame(frame: Uint8Array): { header: Header; headerBytes: Uint8Array; ciphertext: Uint8Array } {
  must(frame.length === 4096, 'wrong_size', 'a frame has 4,096 bytes')
  const outer = readCanonical(frame, { 1: 'bytes', 2: 'bytes' })
  const headerBytes = bytesOf(outer, 1)
  const ciphertext = bytesOf(outer, 2)
  const plain = headerBytes.length === 10 && ciphertext.length === ROOM + 16
  const first = headerBytes.length === 2327 && ciphertext.length === TURN_ROOM + 16
  must(plain || first, 'malformed', 'lengths of header and ciphertext')
  const fields = readCanonical(headerBytes, {
    1: 'fixed32',
    2: 'fixed32',
    3: 'fixed32',
    4: 'bytes',
    5: 'bytes',
    6: 'bytes',
  })
  const turnNumber = Number(presentOf(fields, 1))
  const n = Number(presentOf(fields, 2))
  if (n > 0) {
    must(fields.size === 2, 'malformed', 'keys where none belong')
    return { header: { turn: turnNumber, n }, headerBytes, ciphertext }
  }
  const keys: TurnKeys = {
    pn: Number(presentOf(fields, 3)),
    key: bytesOf(fields, 4),
    kemKey: bytesOf(fields, 5),
    kemCiphertext: bytesOf(fields, 6),
  }
  must(keys.key.length === 32, 'malformed', 'X_t')
  must(keys.kemKey.length === 1184, 'malformed', 'ek_t')
  must(keys.kemCiphertext.length === 1088, 'malformed', 'ct')
  return { header: { turn: turnNumber, n, keys }, headerBytes, ciphertext }
}

export interface Ratchet {
  rk: Uint8Array
  /** Own last turn, its secrets and public keys; I has none before turn 1. */
  own: number
  x: Uint8Array
  seed: Uint8Array
  X: Uint8Array
  ek: Uint8Array
  /** Own sending chain; empty before the first own turn. Frames sent on it. */
  sendCk: Uint8Array
  sent: number
  /** The peer's last public keys. */
  peerX: Uint8Array
  peerEk: Uint8Array
  /** The chain on which frames come; empty before the peer's first turn. Frames received on it. */
  turn: number
  receiveCk: Uint8Array
  received: number
  /** Frames received on it since own later turn began. */
  old: number
  /** A new key of the peer arrived since own last turn. */
  due: boolean
}

/** Section 4: I knows X_0, ek_0; turn 1 is due. */
export function initiator(rk0: Uint8Array, X0: Uint8Array, ek0: Uint8Array): Ratchet {
  const none = zeros(0)
  return {
    rk: rk0,
    own: -1,
    x: none,
    seed: none,
    X: none,
    ek: none,
    sendCk: none,
    sent: 0,
    peerX: X0,
    peerEk: ek0,
    turn: 0,
    receiveCk: none,
    received: 0,
    old: 0,
    due: true,
  }
}

/** Section 4: R has x_0 and the seed of ek_0. */
export function responder(rk0: Uint8Array, x0: Uint8Array, seed0: Uint8Array): Ratchet {
  const none = zeros(0)
  return {
    ...initiator(rk0, none, none),
    own: 0,
    x: x0,
    seed: seed0,
    X: x25519Public(x0),
    ek: mlkemPublic(seed0),
    turn: -1,
    due: false,
  }
}

export function begin(
  role: Role,
  rk0: Uint8Array,
  first: { X0: Uint8Array; ek0: Uint8Array; x0: Uint8Array; seed0: Uint8Array },
): Ratchet {
  return role === 'initiator' ? initiator(rk0, first.X0, first.ek0) : responder(rk0, first.x0, first.seed0)
}

/** What a sender draws for a turn, in this order (08-2). */
export interface Draws {
  readonly x: Uint8Array
  readonly seed: Uint8Array
  readonly randomness: Uint8Array
}

/** What happened in one frame, for the vectors. */
export interface Passage {
  readonly header: Header
  readonly headerBytes: Uint8Array
  readonly mk: Uint8Array
  readonly nextCk: Uint8Array
  readonly turn?: { dh: Uint8Array; ss: Uint8Array; info: Uint8Array; rk: Uint8Array; ck: Uint8Array }
}

/** Seals one padded plaintext: on a new turn if draws are given, else on the chain it has. Changes the state. */
export function sealFrame(state: Ratchet, padded: Uint8Array, draws?: Draws): { frame: Uint8Array; passage: Passage } {
  let keys: TurnKeys | undefined
  let step: Passage['turn']
  if (draws) {
    must(state.due, 'wrong_state', '08-8')
    const X = x25519Public(draws.x)
    const ek = mlkemPublic(draws.seed)
    const dh = x25519(draws.x, state.peerX)
    const { ct, ss } = encaps(state.peerEk, draws.randomness)
    const { rk, ck, info } = turn(state.rk, dh, ss, { X: state.peerX, Xt: X, ek: state.peerEk, ekt: ek, ct })
    keys = { pn: state.sent, key: X, kemKey: ek, kemCiphertext: ct }
    step = { dh, ss, info, rk, ck }
    Object.assign(state, {
      rk,
      own: state.own + 2,
      x: draws.x,
      seed: draws.seed,
      X,
      ek,
      sendCk: ck,
      sent: 0,
      old: 0,
      due: false,
    })
  }
  must(state.sendCk.length === 32, 'wrong_state', 'no chain to send on')
  must(padded.length === (keys ? TURN_ROOM : ROOM), 'wrong_state', 'the plaintext fills the frame')
  const { mk, ck } = chain(state.sendCk)
  const header: Header = keys ? { turn: state.own, n: state.sent, keys } : { turn: state.own, n: state.sent }
  const headerBytes = encodeHeader(header)
  const frame = encodeFrame(headerBytes, seal(mk, zeros(12), headerBytes, padded))
  state.sendCk = ck
  state.sent += 1
  return { frame, passage: { header, headerBytes, mk, nextCk: ck, ...(step && { turn: step }) } }
}

/** 08-4, steps 1 to 7, in that order. Gives the padded plaintext and changes the state only if all passed. */
export function openFrame(state: Ratchet, frame: Uint8Array): { padded: Uint8Array; passage: Passage } {
  const { header, headerBytes, ciphertext } = decodeFrame(frame)
  const follows = state.receiveCk.length === 32 && header.turn === state.turn && header.n === state.received
  const turns =
    header.turn === state.turn + 2 &&
    state.own === state.turn + 1 &&
    header.n === 0 &&
    header.keys?.pn === state.received
  must(follows || turns, 'out_of_order', '08-3')
  let ck = state.receiveCk
  let step: Passage['turn']
  if (turns && header.keys) {
    const { key, kemKey, kemCiphertext } = header.keys
    const dh = x25519(state.x, key)
    checkMlkem(kemKey)
    const ss = decaps(state.seed, kemCiphertext)
    const keys = { X: state.X, Xt: key, ek: state.ek, ekt: kemKey, ct: kemCiphertext }
    const next = turn(state.rk, dh, ss, keys)
    ck = next.ck
    step = { dh, ss, ...next }
  } else must(!(state.own > state.turn && state.old >= OLD_CHAIN_FRAMES), 'chain_too_long', '08-9')
  const { mk, ck: nextCk } = chain(ck)
  const padded = open(mk, zeros(12), headerBytes, ciphertext)
  if (padded === undefined) throw new Refused('open_failed', 'does not open')
  if (step && header.keys) {
    const { key, kemKey } = header.keys
    Object.assign(state, { rk: step.rk, peerX: key, peerEk: kemKey, turn: header.turn, received: 0, old: 0, due: true })
    Object.assign(state, { x: zeros(0), seed: zeros(0) })
  } else if (state.own > state.turn) state.old += 1
  state.receiveCk = nextCk
  state.received += 1
  return { padded, passage: { header, headerBytes, mk, nextCk, ...(step && { turn: step }) } }
}
