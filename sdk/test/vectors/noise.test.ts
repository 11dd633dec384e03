/**
 * The Noise interpreter against cacophony's vectors: every published pattern with X25519, ChaChaPoly and SHA-256. The
 * tunnel's own pattern runs on the same code; what they do not cover are its two hybrid tokens.
 */
import { describe, expect, it } from 'vitest'
import { concat, toHex } from '../../src/bytes/bytes.js'
import { noblePrimitives } from '../../src/crypto/primitives-noble.js'
import {
  type NoiseState,
  type Pattern,
  readMessage,
  type StaticKeyPair,
  startNoise,
  type Token,
  writeMessage,
} from '../../src/handshake/noise.js'
import { noiseNonce, split } from '../../src/handshake/symmetric.js'
import { testEnv } from '../fixtures/ratchet-pair.js'
import { bytes, published } from './published.js'

interface Vector {
  readonly protocol_name: string
  readonly init_prologue: string
  readonly init_psks?: readonly string[]
  readonly init_static?: string
  readonly init_ephemeral: string
  readonly init_remote_static?: string
  readonly resp_prologue: string
  readonly resp_psks?: readonly string[]
  readonly resp_static?: string
  readonly resp_ephemeral?: string
  readonly resp_remote_static?: string
  readonly handshake_hash: string
  readonly messages: readonly { readonly payload: string; readonly ciphertext: string }[]
}

/** Noise sections 7.4, 7.5 and 18.1: pre-messages, then messages. One-way, interactive, deferred. */
const PATTERNS: { readonly [name: string]: string } = {
  N: '<-s | e es',
  K: '->s <-s | e es ss',
  X: '<-s | e es s ss',
  NN: '| e | e ee',
  NK: '<-s | e es | e ee',
  NX: '| e | e ee s es',
  KN: '->s | e | e ee se',
  KK: '->s <-s | e es ss | e ee se',
  KX: '->s | e | e ee se s es',
  XN: '| e | e ee | s se',
  XK: '<-s | e es | e ee | s se',
  XX: '| e | e ee s es | s se',
  IN: '| e s | e ee se',
  IK: '<-s | e es s ss | e ee se',
  IX: '| e s | e ee se s es',
  NK1: '<-s | e | e ee es',
  NX1: '| e | e ee s | es',
  X1N: '| e | e ee | s | se',
  X1K: '<-s | e es | e ee | s | se',
  XK1: '<-s | e | e ee es | s se',
  X1K1: '<-s | e | e ee es | s | se',
  X1X: '| e | e ee s es | s | se',
  XX1: '| e | e ee s | es s se',
  X1X1: '| e | e ee s | es s | se',
  K1N: '->s | e | e ee | se',
  K1K: '->s <-s | e es | e ee | se',
  KK1: '->s <-s | e | e ee se es',
  K1K1: '->s <-s | e | e ee es | se',
  K1X: '->s | e | e ee s es | se',
  KX1: '->s | e | e ee se s | es',
  K1X1: '->s | e | e ee s | se es',
  I1N: '| e s | e ee | se',
  I1K: '<-s | e es s | e ee | se',
  IK1: '<-s | e s | e ee se es',
  I1K1: '<-s | e s | e ee es | se',
  I1X: '| e s | e ee s es | se',
  IX1: '| e s | e ee se s | es',
  I1X1: '| e s | e ee s | se es',
}

/** `psk0` stands before message 1's tokens, `pskN` after message N's (Noise section 9.4). */
function patternOf(protocolName: string): Pattern {
  const [, name = '', modifiers = ''] = /^Noise_([A-Z0-9]+?)((?:psk\d\+?)*)_/.exec(protocolName) ?? []
  const [known = '', ...messages] = (PATTERNS[name] ?? `no pattern ${name}`).split('|')
  const tokens = messages.map((message) => message.trim().split(' ') as Token[])
  for (const [, at] of modifiers.matchAll(/psk(\d)/g)) {
    if (at === '0') tokens[0]?.unshift('psk')
    else tokens[Number(at) - 1]?.push('psk')
  }
  const sides: Pattern['known'][number][] = []
  if (known.includes('->s')) sides.push('initiator')
  if (known.includes('<-s')) sides.push('responder')
  return { name: protocolName, known: sides, messages: tokens }
}

function sideOf(vector: Vector, side: 'init' | 'resp', pattern: Pattern): { state: NoiseState; ephemeral: string } {
  const secret = vector[`${side}_static`]
  const remote = vector[`${side}_remote_static`]
  const pair: StaticKeyPair | undefined = secret === undefined ? undefined : keyPair(secret)
  const input = {
    initiator: side === 'init',
    prologue: bytes(vector[`${side}_prologue`]),
    psks: (vector[`${side}_psks`] ?? []).map(bytes),
    ...(pair && { s: pair }),
    ...(remote !== undefined && { rs: bytes(remote) }),
  }
  const state = startNoise(pattern, input, testEnv('noise'))
  return { state, ephemeral: vector[`${side}_ephemeral`] ?? '' }
}

function keyPair(secret: string): StaticKeyPair {
  return { secret: bytes(secret), publicKey: noblePrimitives.x25519PublicKey(bytes(secret)) }
}

/** A message's parts by the tokens' lengths; a static key has a tag once there is a key. */
function partsOf(message: Uint8Array, tokens: readonly Token[], encrypted: boolean, psk: boolean): Uint8Array[] {
  const parts: Uint8Array[] = []
  let offset = 0
  let key = encrypted
  for (const token of tokens) {
    const length = token === 'e' ? 32 : token === 's' ? 32 + (key ? 16 : 0) : 0
    if (length > 0) parts.push(message.subarray(offset, offset + length))
    offset += length
    if (token !== 's' && (token !== 'e' || psk)) key = true
  }
  return [...parts, message.subarray(offset)]
}

const vectors = published<{ vectors: Vector[] }>('noise/cacophony-25519-chachapoly.json').vectors.filter(
  ({ protocol_name }) => protocol_name.endsWith('_25519_ChaChaPoly_SHA256'),
)

describe('Noise', () => {
  it('finds every published pattern', () => {
    expect(vectors).toHaveLength(59)
  })

  it.each(vectors.map((vector) => [vector.protocol_name, vector] as const))('%s', (name, vector) => {
    const pattern = patternOf(name)
    const psk = pattern.messages.some((tokens) => tokens.includes('psk'))
    const init = sideOf(vector, 'init', pattern)
    const resp = sideOf(vector, 'resp', pattern)
    const sides = [init, resp]
    pattern.messages.forEach((tokens, i) => {
      const [writer, reader] = (i % 2 === 0 ? sides : sides.toReversed()) as [typeof init, typeof init]
      const { payload, ciphertext } = vector.messages[i] as Vector['messages'][number]
      const env = { ...testEnv('noise'), random: () => bytes(writer.ephemeral) }
      const encrypted = writer.state.symmetric.key !== undefined
      const written = writeMessage(writer.state, bytes(payload), env, [])
      expect(toHex(concat(...written.parts)), `message ${i + 1}`).toBe(ciphertext)
      const read = readMessage(reader.state, partsOf(bytes(ciphertext), tokens, encrypted, psk), env, [])
      expect(toHex(read.payload)).toBe(payload)
      writer.state = written.state
      reader.state = read.state
    })
    for (const { state } of sides) expect(toHex(state.symmetric.h)).toBe(vector.handshake_hash)

    const keys = split(noblePrimitives, init.state.symmetric, [])
    expect(split(noblePrimitives, resp.state.symmetric, [])).toEqual(keys)
    const oneWay = pattern.messages.length === 1
    const sent = [0, 0]
    vector.messages.slice(pattern.messages.length).forEach(({ payload, ciphertext }, i) => {
      const direction = oneWay ? 0 : (pattern.messages.length + i) % 2
      const n = sent[direction] as number
      sent[direction] = n + 1
      const key = keys[direction] as Uint8Array
      const sealed = noblePrimitives.aeadSeal(key, noiseNonce(n), new Uint8Array(0), bytes(payload))
      expect(toHex(sealed)).toBe(ciphertext)
    })
  })
})
