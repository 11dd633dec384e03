import { describe, expect, it } from 'vitest'
import { flip, testEnv } from '../../test/fixtures/ratchet-pair.js'
import { codeOf } from '../../test/vectors/published.js'
import { concat, toHex } from '../bytes/bytes.js'
import { createInitiatorRatchet, createResponderRatchet } from '../ratchet/ratchet.js'
import { finish, type HandshakeInput, initiate, movePsk, rendezvousRoot, respond } from './handshake.js'

const env = testEnv('handshake')

function keyPair() {
  const secret = env.random(32)
  return { secret, publicKey: env.primitives.x25519PublicKey(secret) }
}

const [alice, bob, eve] = [keyPair(), keyPair(), keyPair()]
const prologue = env.random(239)
const psk0 = env.random(32)
const ofInitiator: HandshakeInput = { prologue, ownStatic: alice, peerStatic: bob.publicKey, psk0 }
const ofResponder: HandshakeInput = { prologue, ownStatic: bob, peerStatic: alice.publicKey, psk0 }

describe('handshake', () => {
  it('gives both sides the same keys, in two messages of 4,096 bytes', () => {
    const { state, message } = initiate(ofInitiator, env)
    const responded = respond(ofResponder, message, env)
    const { result } = finish(state, responded.message, env)
    expect([message.length, responded.message.length]).toEqual([4096, 4096])
    const { ownKeys, ...secrets } = responded.result
    const { peerKeys, ...same } = result
    expect(same).toEqual(secrets)
    expect(peerKeys).toEqual({ key: ownKeys.key, kemKey: ownKeys.kemKey })
    const all = [result.rootKey, result.continuity, result.exporter, result.hash].map(toHex)
    expect(new Set(all).size).toBe(4)
    expect(all.every((hex) => hex.length === 64)).toBe(true)
    createInitiatorRatchet({ rootKey: result.rootKey, peerKeys })
    createResponderRatchet({ rootKey: responded.result.rootKey, ownKeys })
  })

  it('gives other keys and other bytes each time', () => {
    const seen = new Set<string>()
    for (let i = 0; i < 3; i++) {
      const { state, message } = initiate(ofInitiator, env)
      const { message: answer } = respond(ofResponder, message, env)
      const { rootKey, continuity, exporter, hash, peerKeys } = finish(state, answer, env).result
      for (const part of [message, answer, rootKey, continuity, exporter, hash, peerKeys.key]) seen.add(toHex(part))
    }
    expect(seen.size).toBe(3 * 7)
  })

  it('draws the ratchet keys for themselves: they are not the ephemeral', () => {
    const { message } = initiate(ofInitiator, env)
    const { message: answer, result } = respond(ofResponder, message, env)
    expect(toHex(answer)).not.toContain(toHex(result.ownKeys.key))
  })

  it.each<[string, HandshakeInput, HandshakeInput]>([
    ['another psk', ofInitiator, { ...ofResponder, psk0: env.random(32) }],
    ['no psk on one side', { ...ofInitiator, psk0: new Uint8Array(32) }, ofResponder],
    ['another prologue', ofInitiator, { ...ofResponder, prologue: flip(prologue, 200) }],
    ['a longer prologue', ofInitiator, { ...ofResponder, prologue: concat(prologue, new Uint8Array(32)) }],
    ['another initiator', { ...ofInitiator, ownStatic: eve }, ofResponder],
    ['another responder', { ...ofInitiator, peerStatic: eve.publicKey }, ofResponder],
    ['the roles exchanged', ofInitiator, { ...ofInitiator }],
    ['a foreign recipient', ofInitiator, { ...ofResponder, ownStatic: eve }],
  ])('fails with %s', (_, initiator, responder) => {
    const { message } = initiate(initiator, env)
    expect(codeOf(() => respond(responder, message, env))).toBe('handshake_failed')
  })

  it('fails for the answer to another initiation, and for one’s own message', () => {
    const first = initiate(ofInitiator, env)
    const second = initiate(ofInitiator, env)
    const answer = respond(ofResponder, first.message, env)
    expect(codeOf(() => finish(second.state, answer.message, env))).toBe('handshake_failed')
    expect(codeOf(() => finish(first.state, first.message, env))).toBe('malformed')
    expect(codeOf(() => respond(ofResponder, answer.message, env))).toBe('malformed')
    expect(finish(first.state, answer.message, env).result.hash).toEqual(answer.result.hash)
  })

  it('fails for every changed byte, by a typed code, and leaves the state usable', () => {
    // Which code it is depends on the key that is changed.
    const env = testEnv('changed bytes')
    const { state, message } = initiate(ofInitiator, env)
    const { message: answer, result } = respond(ofResponder, message, env)
    const places = [0, 1, 2, 17, 33, 34, 35, 36, 37, 600, 1236, 1237, 1238, 1239, 1240, 1241, 2500, 4079, 4080, 4095]
    const codes = new Set<string | undefined>()
    for (const at of places) {
      codes.add(codeOf(() => respond(ofResponder, flip(message, at), env)))
      codes.add(codeOf(() => finish(state, flip(answer, at, 0x80), env)))
    }
    expect([...codes].sort()).toEqual(['handshake_failed', 'invalid_key', 'malformed', 'not_canonical'])
    for (const length of [0, 1, 4095]) {
      expect(codeOf(() => respond(ofResponder, message.subarray(0, length), env))).toBe('wrong_size')
      expect(codeOf(() => finish(state, answer.subarray(0, length), env))).toBe('wrong_size')
    }
    expect(finish(state, answer, env).result.hash).toEqual(result.hash)
  })

  it('says what did not open', () => {
    const { message } = initiate(ofInitiator, env)
    const failed = expect.objectContaining({
      code: 'handshake_failed',
      cause: expect.objectContaining({ code: 'open_failed' }),
    })
    expect(() => respond({ ...ofResponder, psk0: env.random(32) }, message, env)).toThrow(failed)
  })

  it('asks for a psk of 32 bytes and a good key of the other side', () => {
    expect(codeOf(() => initiate({ ...ofInitiator, psk0: new Uint8Array(31) }, env))).toBe('invalid_argument')
    expect(codeOf(() => initiate({ ...ofInitiator, peerStatic: new Uint8Array(32) }, env))).toBe('invalid_key')
  })
})

describe('a link', () => {
  const link = (own: typeof alice): HandshakeInput => ({ prologue, ownStatic: own, psk0 })

  it('tells each side the device key of the other', () => {
    const { state, message } = initiate(link(alice), env)
    const responded = respond(link(bob), message, env)
    const { result } = finish(state, responded.message, env)
    expect(result.peerDeviceKey).toEqual(bob.publicKey)
    expect(responded.result.peerDeviceKey).toEqual(alice.publicKey)
    expect(result.rootKey).toEqual(responded.result.rootKey)
  })

  it('needs the same psk0 and refuses a device key that is none', () => {
    const other = initiate({ ...link(alice), psk0: env.random(32) }, env)
    expect(codeOf(() => respond(link(bob), other.message, env))).toBe('handshake_failed')
    const bad = initiate(link({ ...alice, publicKey: new Uint8Array(32) }), env)
    expect(codeOf(() => respond(link(bob), bad.message, env))).toBe('invalid_key')
    const short = initiate(link({ ...alice, publicKey: new Uint8Array(0) }), env)
    expect(codeOf(() => respond(link(bob), short.message, env))).toBe('malformed')
  })

  it('is no tunnel', () => {
    expect(codeOf(() => respond(link(bob), initiate(ofInitiator, env).message, env))).toBe('handshake_failed')
  })
})

describe('what a tunnel derives', () => {
  const exporter = env.random(32)
  const nonce = env.random(16)

  it('differs by purpose and nonce', () => {
    const all = [rendezvousRoot(exporter, env), movePsk(exporter, nonce, env), movePsk(exporter, flip(nonce, 0), env)]
    expect(new Set(all.map(toHex)).size).toBe(3)
  })

  it('asks for a nonce of 16 bytes', () => {
    expect(codeOf(() => movePsk(exporter, new Uint8Array(15), env))).toBe('invalid_argument')
  })
})
