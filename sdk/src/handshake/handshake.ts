/**
 * The handshake of a tunnel (spec/07): two messages, then the secrets of the ratchet, of the next tunnel, and of what
 * else this tunnel derives. Not its concern: which psk0 (continuity.ts), what was introduced (prologue.ts), time limits.
 *
 *   initiator   initiate --> AwaitingResponse --message 2: finish--> HandshakeResult, the responder's ratchet keys
 *   responder   --message 1: respond--> HandshakeResult, our ratchet keys. It sends nothing until a first frame opens.
 *
 * A refused message throws and changes nothing; the tunnel is then over all the same.
 */
import { HandshakeInitiation, HandshakePayload, HandshakeResponse } from '@solo2/proto/tunnel'
import { concat, wipe } from '../bytes/bytes.js'
import { type Codec, decodeCanonical, encode } from '../bytes/canonical.js'
import { pad, unpad } from '../bytes/padding.js'
import { unprintable } from '../bytes/unprintable.js'
import { hkdf, hkdfExpand } from '../crypto/hkdf.js'
import { ensureHybridKeys, type HybridKeyPair, type HybridPublicKeys, newHybridKeys } from '../crypto/hybrid-keys.js'
import { ensureLength, SIZES } from '../crypto/sizes.js'
import type { Env, Primitives } from '../env.js'
import { ensure, Solo2Error } from '../errors.js'
import { LABELS } from '../labels.js'
import { PROTOCOL } from '../limits.js'
import {
  LINK_PATTERN,
  type NoiseState,
  noiseSecrets,
  readMessage,
  type StaticKeyPair,
  startNoise,
  TUNNEL_PATTERN,
  writeMessage,
} from './noise.js'
import { type Made, split } from './symmetric.js'

/** What both sides bring to the handshake (spec/07 section 5). The secrets stay the caller's. */
export interface HandshakeInput {
  /** From `makePrologue`. */
  readonly prologue: Uint8Array
  /** Our static X25519 key pair: the identity's, or among own devices the device's. */
  readonly ownStatic: StaticKeyPair
  /** The other side's static X25519 key, 32 bytes. Absent in the link that takes an own device in: then both are told. */
  readonly peerStatic?: Uint8Array | undefined
  /** 32 bytes, chosen by spec/07 section 4. */
  readonly psk0: Uint8Array
}

/** Each 32 bytes. All but `hash` are secret. */
export interface HandshakeResult {
  /** RK_0: starts the ratchet. */
  readonly rootKey: Uint8Array
  /** psk0 of the next tunnel between these devices. */
  readonly continuity: Uint8Array
  /** Gives the rendezvous root and, in a move, the new tunnel's psk0. */
  readonly exporter: Uint8Array
  /** h, the same on both sides and for no other tunnel. */
  readonly hash: Uint8Array
  /** In a link: the other side's device key, 32 bytes, public. */
  readonly peerDeviceKey?: Uint8Array
}

/** The initiator between message 1 and message 2. Secret: wipe `spent` of `finish`. */
export interface AwaitingResponse {
  readonly noise: NoiseState
  readonly ownStatic: StaticKeyPair
}

/** Message 1 and the state that waits for message 2. */
export interface Initiated {
  readonly state: AwaitingResponse
  /** FRAME_SIZE bytes: a HandshakeInitiation. */
  readonly message: Uint8Array
  readonly spent: readonly Uint8Array[]
}

/** Message 2 and what the handshake gave the responder. */
export interface Responded {
  /** FRAME_SIZE bytes: a HandshakeResponse. */
  readonly message: Uint8Array
  readonly result: HandshakeResult & { readonly ownKeys: HybridKeyPair }
  readonly spent: readonly Uint8Array[]
}

/** What the handshake gave the initiator. */
export interface Finished {
  readonly result: HandshakeResult & { readonly peerKeys: HybridPublicKeys }
  readonly spent: readonly Uint8Array[]
}

/** Message 1. Takes 32, then 64 random bytes. Throws `invalid_key` for a bad static key of the other side. */
export function initiate(input: HandshakeInput, env: Env): Initiated {
  return guarded((made) => {
    const start = startTunnel(input, true, env)
    const payloadOfStart = pad(encode(HandshakePayload, told(start, input)), PROTOCOL.INITIATION_PAYLOAD)
    const { state: noise, parts } = writeMessage(start, payloadOfStart, env, made)
    const [ephemeral, kemKey, payload] = parts as [Uint8Array, Uint8Array, Uint8Array]
    const kept = noiseSecrets(noise)
    return {
      state: unprintable('handshake state', { noise, ownStatic: input.ownStatic }),
      message: encode(HandshakeInitiation, { ephemeral, kemKey, payload }),
      spent: made.filter((secret) => !kept.includes(secret)),
    }
  })
}

/**
 * Opens message 1, makes message 2. Takes random bytes for the ratchet keys (32, 64), the ephemeral (32) and the encapsulation (32).
 * Throws `handshake_failed` for what does not open; `wrong_size`, `malformed`, `not_canonical`, `bad_padding`,
 * `invalid_key` for the bytes.
 */
export function respond(input: HandshakeInput, message: Uint8Array, env: Env): Responded {
  const { ephemeral, kemKey, payload } = decodeMessage(HandshakeInitiation, message)
  const { mlkemPublicKey, x25519, aeadTag } = SIZES
  ensureLength(ephemeral, x25519, 'malformed', 'the ephemeral key')
  ensureLength(kemKey, mlkemPublicKey + aeadTag, 'malformed', 'the sealed ML-KEM key')
  ensureLength(payload, PROTOCOL.INITIATION_PAYLOAD + aeadTag, 'malformed', 'the sealed payload')
  return guarded((made) => {
    const start = startTunnel(input, false, env)
    const read = readMessage(start, [ephemeral, kemKey, payload], env, made)
    const opened = decodeCanonical(HandshakePayload, unpad(read.payload))
    ensure(opened.ratchetKeys === undefined, 'malformed', 'message 1 carries no ratchet keys')
    const peer = peerDeviceKey(start, opened, input.ownStatic, env)

    const ownKeys = newHybridKeys(env)
    const keys = { ...told(start, input), ratchetKeys: { key: ownKeys.key, kemKey: ownKeys.kemKey } }
    const answer = pad(encode(HandshakePayload, keys), PROTOCOL.RESPONSE_PAYLOAD)
    const { state: noise, parts } = writeMessage(read.state, answer, env, made)
    const [ownEphemeral, kemCiphertext, ownPayload] = parts as [Uint8Array, Uint8Array, Uint8Array]
    return {
      message: encode(HandshakeResponse, { ephemeral: ownEphemeral, kemCiphertext, payload: ownPayload }),
      result: unprintable('handshake result', { ...deriveResult(noise, env.primitives, made), ...peer, ownKeys }),
      spent: made,
    }
  })
}

/** Opens message 2. Throws as `respond` does. */
export function finish(state: AwaitingResponse, message: Uint8Array, env: Env): Finished {
  const { ephemeral, kemCiphertext, payload } = decodeMessage(HandshakeResponse, message)
  const { mlkemCiphertext, x25519, aeadTag } = SIZES
  ensureLength(ephemeral, x25519, 'malformed', 'the ephemeral key')
  ensureLength(kemCiphertext, mlkemCiphertext + aeadTag, 'malformed', 'the sealed ML-KEM ciphertext')
  ensureLength(payload, PROTOCOL.RESPONSE_PAYLOAD + aeadTag, 'malformed', 'the sealed payload')
  return guarded((made) => {
    const read = readMessage(state.noise, [ephemeral, kemCiphertext, payload], env, made)
    const opened = decodeCanonical(HandshakePayload, unpad(read.payload))
    const { ratchetKeys: peerKeys } = opened
    ensure(
      peerKeys?.key.length === x25519 && peerKeys.kemKey.length === SIZES.mlkemPublicKey,
      'malformed',
      "message 2 carries the responder's ratchet keys",
    )
    ensureHybridKeys(peerKeys, env)
    const peer = peerDeviceKey(state.noise, opened, state.ownStatic, env)
    return {
      result: unprintable('handshake result', { ...deriveResult(read.state, env.primitives, made), ...peer, peerKeys }),
      spent: [...noiseSecrets(state.noise), ...made],
    }
  })
}

/** R: the rendezvous root that a pair's tunnel leaves (spec/06), 32 bytes. */
export function rendezvousRoot(exporter: Uint8Array, env: Env): Uint8Array {
  return hkdfExpand(env.primitives, exporter, LABELS.rendezvous, SIZES.hash)
}

/** psk0 of the tunnel to which this one moves; `nonce` is that of the initiator's Hello in the move. 32 bytes. */
export function movePsk(exporter: Uint8Array, nonce: Uint8Array, env: Env): Uint8Array {
  ensureLength(nonce, PROTOCOL.ID_SIZE, 'invalid_argument', 'a nonce')
  return hkdfExpand(env.primitives, exporter, concat(LABELS.move, nonce), SIZES.hash)
}

function startTunnel(input: HandshakeInput, initiator: boolean, env: Env): NoiseState {
  const { prologue, ownStatic, peerStatic, psk0 } = input
  ensureLength(psk0, SIZES.hash, 'invalid_argument', 'a psk')
  if (peerStatic === undefined) return startNoise(LINK_PATTERN, { initiator, prologue, psks: [psk0] }, env)
  return startNoise(TUNNEL_PATTERN, { initiator, prologue, psks: [psk0], s: ownStatic, rs: peerStatic }, env)
}

/** What a payload says in each message: in a link the own device key, otherwise nothing. */
function told({ pattern }: NoiseState, { ownStatic }: HandshakeInput): HandshakePayload {
  const deviceKey = pattern === LINK_PATTERN ? ownStatic.publicKey : new Uint8Array(0)
  return { ratchetKeys: undefined, deviceKey }
}

/** Throws `malformed` for a key where none belongs or the other way round, `invalid_key` for a bad one. */
function peerDeviceKey(
  { pattern }: NoiseState,
  { deviceKey }: HandshakePayload,
  own: StaticKeyPair,
  env: Env,
): Pick<HandshakeResult, 'peerDeviceKey'> {
  ensureLength(deviceKey, pattern === LINK_PATTERN ? SIZES.x25519 : 0, 'malformed', 'a device key')
  if (pattern !== LINK_PATTERN) return {}
  wipe(env.primitives.x25519(own.secret, deviceKey))
  return { peerDeviceKey: deviceKey }
}

/** RK_0 ‖ continuity ‖ exporter = HKDF(salt = h, k1 ‖ k2, "Solo2 v1 tunnel keys", 96) (spec/07 section 7). */
function deriveResult(noise: NoiseState, primitives: Primitives, made: Made): HandshakeResult {
  const { h: hash } = noise.symmetric
  const inputKey = concat(...split(primitives, noise.symmetric, made))
  const output = hkdf(primitives, inputKey, LABELS.tunnelKeys, 3 * SIZES.hash, hash)
  made.push(inputKey, output)
  // Each by itself too, since they part ways: into the ratchet, into the vault, into a move.
  return {
    rootKey: unprintable('root key', output.slice(0, 32)),
    continuity: unprintable('continuity', output.slice(32, 64)),
    exporter: unprintable('exporter', output.slice(64)),
    hash,
  }
}

function decodeMessage<T>(codec: Codec<T>, message: Uint8Array): T {
  ensure(message.length === PROTOCOL.FRAME_SIZE, 'wrong_size', 'a handshake message has FRAME_SIZE bytes')
  return decodeCanonical(codec, message)
}

/** Runs a step; if it fails, what it made is wiped, and what did not open is a failed handshake. */
function guarded<T>(step: (made: Made) => T): T {
  const made: Made = []
  try {
    return step(made)
  } catch (error) {
    wipe(...made)
    if (error instanceof Solo2Error && error.code === 'open_failed') {
      throw new Solo2Error('handshake_failed', 'a handshake message does not open', { cause: error })
    }
    throw error
  }
}
