import { describe, expect, it } from 'vitest'
import { flip, testEnv } from '../../test/fixtures/ratchet-pair.js'
import { codeOf } from '../../test/vectors/published.js'
import { toHex } from '../bytes/bytes.js'
import { noiseSecrets, type Pattern, readMessage, startNoise, TUNNEL_PATTERN, writeMessage } from './noise.js'
import { encryptAndHash, initializeSymmetric, mixKey, noiseNonce, split } from './symmetric.js'

const env = testEnv('noise')
const { primitives } = env
const psk = env.random(32)

/** The pattern by which a new device is linked: no static keys. */
const LINK: Pattern = {
  name: 'Noise_NNhfs+psk0_25519+MLKEM768_ChaChaPoly_SHA256',
  known: [],
  messages: [
    ['psk', 'e', 'e1'],
    ['e', 'ee', 'ekem1'],
  ],
}

function start(initiator: boolean, pattern = LINK) {
  return startNoise(pattern, { initiator, prologue: env.random(0), psks: [psk] }, env)
}

describe('noise', () => {
  it('has only the secrets that are there', () => {
    const begun = start(true)
    expect(noiseSecrets(begun)).toEqual([begun.symmetric.ck])
    const { state } = writeMessage(begun, env.random(40), env, [])
    const { symmetric, e, kemSeed } = state
    expect(noiseSecrets(state)).toEqual([symmetric.ck, symmetric.key, e?.secret, kemSeed])
  })

  it('runs the hybrid tokens of other patterns too', () => {
    const payload = env.random(40)
    const first = writeMessage(start(true), payload, env, [])
    expect(first.parts.map(({ length }) => length)).toEqual([32, 1184 + 16, 40 + 16])
    const read = readMessage(start(false), first.parts, env, [])
    expect(read.payload).toEqual(payload)
    const second = writeMessage(read.state, payload, env, [])
    expect(second.parts.map(({ length }) => length)).toEqual([32, 1088 + 16, 40 + 16])
    const done = readMessage(first.state, second.parts, env, [])
    expect(done.payload).toEqual(payload)
    const keys = split(primitives, done.state.symmetric, [])
    expect(split(primitives, second.state.symmetric, [])).toEqual(keys)
    expect(done.state.symmetric.h).toEqual(second.state.symmetric.h)
  })

  it('lets the ML-KEM secret matter: with another one the payload does not open', () => {
    const first = writeMessage(start(true), env.random(0), env, [])
    const read = readMessage(start(false), first.parts, env, [])
    const second = writeMessage(read.state, env.random(0), env, [])
    const other = { ...first.state, kemSeed: env.random(64) }
    expect(codeOf(() => readMessage(other, second.parts, env, []))).toBe('open_failed')
  })

  it('refuses the turn of the other side, messages beyond the pattern, and missing keys', () => {
    const initiator = start(true)
    expect(codeOf(() => readMessage(initiator, [], env, []))).toBe('wrong_state')
    expect(codeOf(() => writeMessage(start(false), env.random(0), env, []))).toBe('wrong_state')
    const { state } = writeMessage(initiator, env.random(0), env, [])
    expect(codeOf(() => writeMessage(state, env.random(0), env, []))).toBe('wrong_state')
    expect(codeOf(() => writeMessage({ ...state, next: 2 }, env.random(0), env, []))).toBe('wrong_state')
    expect(codeOf(() => start(true, TUNNEL_PATTERN))).toBe('wrong_state')
    const unkeyed = startNoise(LINK, { initiator: true, prologue: env.random(0), psks: [] }, env)
    expect(codeOf(() => writeMessage(unkeyed, env.random(0), env, []))).toBe('wrong_state')
  })

  it('refuses an ML-KEM key that is none, though truly sealed', () => {
    const bad = { ...primitives, mlkemPublicKey: (seed: Uint8Array) => primitives.mlkemPublicKey(seed).fill(255, 3, 6) }
    const { parts } = writeMessage(start(true), env.random(0), { ...env, primitives: bad, random: env.random }, [])
    expect(codeOf(() => readMessage(start(false), parts, env, []))).toBe('invalid_key')
  })

  it('notes every secret that it makes', () => {
    const made: Uint8Array[] = []
    const { state } = writeMessage(start(true), env.random(0), env, made)
    for (const secret of [state.symmetric.ck, state.symmetric.key, state.e?.secret, state.kemSeed]) {
      expect(made).toContain(secret)
    }
  })
})

describe('symmetric state', () => {
  it('counts nonces under one key and starts anew with the next', () => {
    let state = mixKey(primitives, initializeSymmetric(primitives, 'name'), psk, [])
    const seen = new Set<string>()
    for (let n = 0; n < 3; n++) {
      expect(state.n).toBe(n)
      const sealed = encryptAndHash(primitives, { ...state, h: psk }, new Uint8Array(16))
      seen.add(toHex(sealed.bytes))
      state = sealed.state
    }
    expect(seen.size).toBe(3)
    expect(mixKey(primitives, state, psk, []).n).toBe(0)
  })

  it('writes nonces as four zeros and a little-endian counter of 64 bits', () => {
    expect(toHex(noiseNonce(1))).toBe('000000000100000000000000')
    expect(toHex(noiseNonce(2 ** 40 + 2))).toBe('000000000200000000010000')
  })

  it('fills up a name of at most 32 bytes and hashes a longer one', () => {
    const name = 'x'.repeat(32)
    expect(initializeSymmetric(primitives, name).h).toEqual(new TextEncoder().encode(name))
    const long = new TextEncoder().encode(`${name}x`)
    expect(initializeSymmetric(primitives, `${name}x`).h).toEqual(primitives.sha256(long))
    expect(initializeSymmetric(primitives, 'xy').h).toEqual(Uint8Array.of(120, 121, ...new Array(30).fill(0)))
  })

  it('binds each ciphertext to the hash of all before', () => {
    const state = mixKey(primitives, initializeSymmetric(primitives, 'name'), psk, [])
    const one = encryptAndHash(primitives, state, psk)
    const two = encryptAndHash(primitives, { ...state, h: flip(state.h, 3) }, psk)
    expect(toHex(one.bytes)).not.toBe(toHex(two.bytes))
    expect(one.state.h).not.toEqual(state.h)
  })
})
