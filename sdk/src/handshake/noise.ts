/**
 * Noise's HandshakeState (Noise Protocol Framework, revision 34, section 5.3) with the hybrid tokens `e1` and `ekem1` of
 * its HFS extension: patterns are data, one small interpreter runs them. Not its concern: how messages are encoded. A
 * message is a list of parts, one for each token that sends bytes, the payload last.
 */
import { ensureMlkemKey } from '../crypto/hybrid-keys.js'
import { SIZES } from '../crypto/sizes.js'
import type { Env } from '../env.js'
import { ensure } from '../errors.js'
import {
  decryptAndHash,
  encryptAndHash,
  initializeSymmetric,
  type Made,
  mixHash,
  mixKey,
  mixKeyAndHash,
  type Symmetric,
} from './symmetric.js'

export type Token = 'psk' | 'e' | 's' | 'ee' | 'es' | 'se' | 'ss' | 'e1' | 'ekem1'

export interface Pattern {
  /** The full protocol name. */
  readonly name: string
  /** Whose static key the other side knows before. */
  readonly known: readonly ('initiator' | 'responder')[]
  /** The tokens of each message; the first is the initiator's, then they alternate. */
  readonly messages: readonly (readonly Token[])[]
}

/** The tunnel's pattern (spec/07 section 5). */
export const TUNNEL_PATTERN: Pattern = {
  name: 'Noise_KKhfs+psk0_25519+MLKEM768_ChaChaPoly_SHA256',
  known: ['initiator', 'responder'],
  messages: [
    ['psk', 'e', 'es', 'e1', 'ss'],
    ['e', 'ee', 'ekem1', 'se'],
  ],
}

/** The pattern of the one link that takes an own device in (spec/07 section 12). */
export const LINK_PATTERN: Pattern = {
  name: 'Noise_NNhfs+psk0_25519+MLKEM768_ChaChaPoly_SHA256',
  known: [],
  messages: [
    ['psk', 'e', 'e1'],
    ['e', 'ee', 'ekem1'],
  ],
}

/** An X25519 key pair, 32 bytes each. */
export interface StaticKeyPair {
  /** X25519, 32 bytes each. */
  readonly secret: Uint8Array
  readonly publicKey: Uint8Array
}

export interface NoiseState {
  readonly pattern: Pattern
  readonly initiator: boolean
  /** The number of the next message. */
  readonly next: number
  readonly symmetric: Symmetric
  /** Those that later psk tokens take, 32 bytes each. */
  readonly psks: readonly Uint8Array[]
  readonly s: StaticKeyPair | undefined
  readonly e: StaticKeyPair | undefined
  readonly rs: Uint8Array | undefined
  readonly re: Uint8Array | undefined
  /** Our seed of `e1`, 64 bytes; their key of `e1`, 1,184 bytes. */
  readonly kemSeed: Uint8Array | undefined
  readonly kemKey: Uint8Array | undefined
}

export interface NoiseInput {
  readonly initiator: boolean
  readonly prologue: Uint8Array
  readonly psks: readonly Uint8Array[]
  readonly s?: StaticKeyPair
  readonly rs?: Uint8Array
}

/** Initialize: the protocol's name, the prologue, then the static keys that are known before, the initiator's first. */
export function startNoise(pattern: Pattern, input: NoiseInput, env: Env): NoiseState {
  const { primitives } = env
  const { initiator, psks, s, rs } = input
  let symmetric = mixHash(primitives, initializeSymmetric(primitives, pattern.name), input.prologue)
  for (const side of pattern.known) {
    symmetric = mixHash(primitives, symmetric, present((side === 'initiator') === initiator ? s?.publicKey : rs))
  }
  const none = { e: undefined, re: undefined, kemSeed: undefined, kemKey: undefined }
  return { pattern, initiator, next: 0, symmetric, psks, s, rs, ...none }
}

/** WriteMessage: the parts of the next message. Takes 32 random bytes for `e`, 64 for `e1`, 32 for `ekem1`. */
export function writeMessage(
  state: NoiseState,
  payload: Uint8Array,
  env: Env,
  made: Made,
): { state: NoiseState; parts: Uint8Array[] } {
  const parts: Uint8Array[] = []
  const final = runTokens(state, true, env, made, (now, token) => {
    const { primitives } = env
    const send = (plaintext: Uint8Array): Symmetric => {
      const { state: symmetric, bytes } = encryptAndHash(primitives, now.symmetric, plaintext)
      parts.push(bytes)
      return symmetric
    }
    switch (token) {
      case 'e': {
        const secret = env.random(SIZES.x25519)
        made.push(secret)
        const publicKey = primitives.x25519PublicKey(secret)
        parts.push(publicKey)
        return mixEphemeral({ ...now, e: { secret, publicKey } }, publicKey, env, made)
      }
      case 's':
        return { ...now, symmetric: send(present(now.s).publicKey) }
      case 'e1': {
        const kemSeed = env.random(SIZES.mlkemSeed)
        made.push(kemSeed)
        return { ...now, kemSeed, symmetric: send(primitives.mlkemPublicKey(kemSeed)) }
      }
      case 'ekem1': {
        const randomness = env.random(SIZES.mlkemRandomness)
        const { ciphertext, sharedSecret } = primitives.mlkemEncapsulate(present(now.kemKey), randomness)
        made.push(randomness, sharedSecret)
        return { ...now, symmetric: mixKey(primitives, send(ciphertext), sharedSecret, made) }
      }
      case 'payload':
        return { ...now, symmetric: send(payload) }
    }
  })
  return { state: final, parts }
}

/** ReadMessage: the payload. Throws `invalid_key`, and `open_failed` for what does not open. */
export function readMessage(
  state: NoiseState,
  parts: readonly Uint8Array[],
  env: Env,
  made: Made,
): { state: NoiseState; payload: Uint8Array } {
  let index = 0
  let payload: Uint8Array | undefined
  const final = runTokens(state, false, env, made, (now, token) => {
    const { primitives } = env
    const part = present(parts[index++])
    if (token === 'e') return mixEphemeral({ ...now, re: part }, part, env, made)
    const { state: symmetric, bytes } = decryptAndHash(primitives, now.symmetric, part)
    switch (token) {
      case 's':
        return { ...now, symmetric, rs: bytes }
      case 'e1':
        ensureMlkemKey(bytes)
        return { ...now, symmetric, kemKey: bytes }
      case 'ekem1': {
        const sharedSecret = primitives.mlkemDecapsulate(present(now.kemSeed), bytes)
        made.push(sharedSecret)
        return { ...now, symmetric: mixKey(primitives, symmetric, sharedSecret, made) }
      }
      case 'payload':
        payload = bytes
        return { ...now, symmetric }
    }
  })
  return { state: final, payload: present(payload) }
}

/** Every secret that a state holds of its own; static keys and psks are the caller's. */
export function noiseSecrets(state: NoiseState): Uint8Array[] {
  const { symmetric, e, kemSeed } = state
  return [symmetric.ck, symmetric.key, e?.secret, kemSeed].filter((secret) => secret !== undefined)
}

/** Tokens that put bytes on the wire. */
type Sending = Extract<Token, 'e' | 's' | 'e1' | 'ekem1'> | 'payload'

/** The tokens of the next message in order, then the payload; `transfer` handles those that put bytes on the wire. */
function runTokens(
  state: NoiseState,
  writing: boolean,
  env: Env,
  made: Made,
  transfer: (now: NoiseState, token: Sending) => NoiseState,
): NoiseState {
  const { pattern, initiator } = state
  const tokens = present(pattern.messages[state.next])
  ensure(writing === (initiator === (state.next % 2 === 0)), 'wrong_state', 'not the message of this side')
  let now: NoiseState = { ...state, next: state.next + 1 }
  for (const token of tokens) {
    switch (token) {
      case 'psk': {
        const [psk, ...psks] = now.psks
        now = { ...now, psks, symmetric: mixKeyAndHash(env.primitives, now.symmetric, present(psk), made) }
        break
      }
      case 'ee':
      case 'es':
      case 'se':
      case 'ss': {
        const shared = diffieHellman(now, token, env)
        made.push(shared)
        now = { ...now, symmetric: mixKey(env.primitives, now.symmetric, shared, made) }
        break
      }
      default:
        now = transfer(now, token)
    }
  }
  return transfer(now, 'payload')
}

/** MixHash(e); in patterns with a psk also MixKey(e) (Noise section 9.2). */
function mixEphemeral(now: NoiseState, publicKey: Uint8Array, env: Env, made: Made): NoiseState {
  const hashed = mixHash(env.primitives, now.symmetric, publicKey)
  const pskMode = now.pattern.messages.some((tokens) => tokens.includes('psk'))
  return { ...now, symmetric: pskMode ? mixKey(env.primitives, hashed, publicKey, made) : hashed }
}

/** The first letter of a token is the initiator's key, the second the responder's. */
function diffieHellman(now: NoiseState, token: 'ee' | 'es' | 'se' | 'ss', env: Env): Uint8Array {
  const [ofInitiator, ofResponder] = token
  const own = (now.initiator ? ofInitiator : ofResponder) === 'e' ? now.e : now.s
  const theirs = (now.initiator ? ofResponder : ofInitiator) === 'e' ? now.re : now.rs
  return env.primitives.x25519(present(own).secret, present(theirs))
}

function present<T>(value: T | undefined): T {
  ensure(value !== undefined, 'wrong_state', 'the pattern asks for a key or a message that is not there')
  return value
}
