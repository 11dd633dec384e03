/**
 * [T7] by memory: after each step, and after its caller wiped what it was told to, no array that ever held a secret holds
 * one that is not in the new state.
 */
import { describe, expect, it } from 'vitest'
import { wipe } from '../../src/bytes/bytes.js'
import { finish, initiate, respond } from '../../src/handshake/handshake.js'
import type { RatchetMessage } from '../../src/ratchet/header.js'
import { open } from '../../src/ratchet/open.js'
import type { RatchetState } from '../../src/ratchet/ratchet.js'
import { seal } from '../../src/ratchet/seal.js'
import { filled, flip, newPair, other, type Side } from '../fixtures/ratchet-pair.js'
import { codeOf } from '../vectors/published.js'
import { watch } from './watch.js'

describe('[T7] ratchet', () => {
  it('leaves nothing behind: message keys, chain keys, root keys, shared secrets, own secrets after their turn', () => {
    const { env, leftovers, secrets, copying } = watch('ratchet')
    const pair = newPair(env)
    const states = () => [pair.initiator, pair.responder]
    const step = (side: Side, { state, spent }: { state: RatchetState; spent: readonly Uint8Array[] }) => {
      pair[side] = state
      wipe(...spent)
    }
    const say = (side: Side, turn: boolean) => {
      const { message, ...sealed } = copying(() => seal(pair[side], filled(1, turn), turn, env))
      step(side, sealed)
      expect(leftovers(states()), `${side} sealed`).toEqual([])
      const { plaintext, ...opened } = copying(() => open(pair[other(side)], message, env))
      expect(plaintext).toEqual(filled(1, turn))
      step(other(side), opened)
      expect(leftovers(states()), `${side}'s frame opened`).toEqual([])
    }
    expect(leftovers(states())).toEqual([])
    for (let round = 0; round < 3; round++) {
      say('initiator', true)
      say('initiator', false)
      if (round > 0) say('responder', false)
      say('responder', true)
      say('initiator', false)
      say('responder', false)
    }
    expect(secrets.size, 'the watch has seen them').toBeGreaterThan(60)
    // After the last turn of the responder the initiator has no secret of its own but root and chains.
    const { kind, root, sending, receiving } = pair.initiator
    expect(kind).toBe('turnDue')
    const kept = [root, sending?.key, receiving?.key]
    wipe(...(kept as Uint8Array[]))
    expect(leftovers([pair.responder])).toEqual([])
  })

  it('leaves nothing behind of a message that it refuses', () => {
    const { env, leftovers, forget, copying } = watch('refused')
    const pair = newPair(env)
    const first = seal(pair.initiator, filled(1, true), true, env)
    pair.initiator = first.state
    const refuse = (side: Side, { header, ciphertext }: RatchetMessage) => {
      for (const message of [
        { header, ciphertext: flip(ciphertext, 9) },
        { header: flip(header, header.length - 1), ciphertext },
      ]) {
        const before = structuredClone({ ...pair[side] })
        forget()
        expect(codeOf(() => copying(() => open(pair[side], message, env)))).toMatch(/open_failed|out_of_order/)
        expect(leftovers([pair.initiator, pair.responder])).toEqual([])
        expect({ ...pair[side] }).toEqual(before)
      }
    }
    refuse('responder', first.message)
    pair.responder = open(pair.responder, first.message, env).state
    const second = seal(pair.initiator, filled(1, false), false, env)
    refuse('responder', second.message)
  })

  it('gives what it spent: the old chain key, with a turn the old root key, with an answer the own secrets', () => {
    const { env } = watch('spent')
    const pair = newPair(env)
    const root = pair.initiator.root
    const first = seal(pair.initiator, filled(1, true), true, env)
    expect(first.spent).toEqual([root])
    const chain = first.state.sending?.key
    expect(seal(first.state, filled(1, false), false, env).spent).toEqual([chain])
    const { responder } = pair
    const own = responder.kind === 'turnSent' ? responder.own : undefined
    const opened = open(responder, first.message, env)
    expect(opened.spent).toEqual([responder.root, own?.secret, own?.kemSeed])
    const second = seal(opened.state, filled(1, true), true, env)
    const answered = open(first.state, second.message, env)
    const theirs = first.state.kind === 'turnSent' ? first.state.own : undefined
    expect(answered.spent).toEqual([first.state.root, theirs?.secret, theirs?.kemSeed])
    const third = seal(answered.state, filled(1, true), true, env)
    expect(third.spent).toEqual([answered.state.root, chain])
    expect(open(second.state, third.message, env).spent).toHaveLength(4)
  })
})

describe('[T7] handshake', () => {
  const given = () => {
    const { env, ...rest } = watch('handshake')
    const pair = (secret: Uint8Array) => ({ secret, publicKey: env.primitives.x25519PublicKey(secret) })
    const [i, r] = [pair(env.random(32)), pair(env.random(32))]
    const common = { prologue: env.random(239), psk0: env.random(32) }
    const initiator = { ...common, ownStatic: i, peerStatic: r.publicKey }
    const responder = { ...common, ownStatic: r, peerStatic: i.publicKey }
    return { env, ...rest, initiator, responder }
  }

  it('leaves nothing behind but the results', () => {
    const { env, leftovers, copying, initiator, responder } = given()
    const inputs = [initiator, responder]
    const initiated = copying(() => initiate(initiator, env))
    wipe(...initiated.spent)
    expect(leftovers([...inputs, initiated.state])).toEqual([])
    const responded = copying(() => respond(responder, initiated.message, env))
    wipe(...responded.spent)
    expect(leftovers([...inputs, initiated.state, responded.result])).toEqual([])
    const finished = copying(() => finish(initiated.state, responded.message, env))
    wipe(...finished.spent)
    expect(leftovers([...inputs, responded.result, finished.result])).toEqual([])
    // Nor a second copy of these.
    for (const { rootKey, continuity, exporter } of [responded.result, finished.result]) {
      wipe(rootKey, continuity, exporter)
    }
    wipe(responded.result.ownKeys.secret, responded.result.ownKeys.kemSeed)
    expect(leftovers(inputs)).toEqual([])
  })

  it('leaves nothing behind of a message that it refuses, and the state of before stays whole', () => {
    const { env, leftovers, forget, copying, initiator, responder } = given()
    const inputs = [initiator, responder]
    const { state, message } = initiate(initiator, env)
    forget()
    for (const index of [10, 1000, 4000]) {
      expect(codeOf(() => copying(() => respond(responder, flip(message, index), env)))).toBe('handshake_failed')
      expect(leftovers([...inputs, state])).toEqual([])
    }
    const answer = respond(responder, message, env)
    wipe(...answer.spent)
    forget()
    for (const index of [10, 1000, 4000]) {
      expect(codeOf(() => copying(() => finish(state, flip(answer.message, index), env)))).toBe('handshake_failed')
      expect(leftovers([...inputs, state, answer.result])).toEqual([])
    }
    expect(finish(state, answer.message, env).result.hash).toEqual(answer.result.hash)
  })
})
