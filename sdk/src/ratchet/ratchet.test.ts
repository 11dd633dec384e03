import { describe, expect, it } from 'vitest'
import { newPair, pass, receive, send, testEnv } from '../../test/fixtures/ratchet-pair.js'
import { codeOf } from '../../test/vectors/published.js'
import { PROTOCOL } from '../limits.js'
import {
  createInitiatorRatchet,
  createResponderRatchet,
  newRatchetKeys,
  ratchetFacts,
  ratchetSecrets,
  type TurnSent,
  turnDue,
} from './ratchet.js'

describe('turnDue', () => {
  it('asks for a turn with the first frame of each side, urgent or not', () => {
    const env = testEnv('first')
    const pair = newPair(env)
    expect(turnDue(pair.initiator, env.now(), false)).toBe(true)
    pass(pair, 'initiator', true, env)
    expect(turnDue(pair.responder, env.now(), false)).toBe(true)
  })

  it('allows none before the other side answered: neither to the responder at first, nor after an own turn', () => {
    const env = testEnv('none')
    const pair = newPair(env)
    expect(turnDue(pair.responder, env.now(), true)).toBe(false)
    pass(pair, 'initiator', true, env)
    env.clock += 10 * PROTOCOL.TURN_DELAY_MS
    expect(turnDue(pair.initiator, env.now(), true)).toBe(false)
  })

  it('turns at once for what is urgent, and lets file data wait 1,000 ms', () => {
    const env = testEnv('delay')
    const pair = newPair(env)
    pass(pair, 'initiator', true, env)
    pass(pair, 'responder', true, env)
    const start = env.now()
    expect(turnDue(pair.initiator, start, true)).toBe(true)
    expect(turnDue(pair.initiator, start, false)).toBe(false)
    expect(turnDue(pair.initiator, start + PROTOCOL.TURN_DELAY_MS - 1, false)).toBe(false)
    expect(turnDue(pair.initiator, start + PROTOCOL.TURN_DELAY_MS, false)).toBe(true)
    expect(turnDue(pair.initiator, start - 1, false), 'a clock that went back').toBe(true)
  })

  it('counts the delay from the own last turn, not from the key that arrived', () => {
    const env = testEnv('own')
    const pair = newPair(env)
    pass(pair, 'initiator', true, env)
    env.clock += PROTOCOL.TURN_DELAY_MS
    pass(pair, 'responder', true, env)
    expect(turnDue(pair.initiator, env.now(), false)).toBe(true)
  })

  it('lets file data wait for 1,024 frames on the old chain', () => {
    const env = testEnv('frames')
    const pair = newPair(env)
    pass(pair, 'initiator', true, env)
    pass(pair, 'responder', true, env)
    for (let frames = 1; frames < PROTOCOL.TURN_DELAY_FRAMES; frames++) {
      if (turnDue(pair.initiator, env.now(), false)) expect.fail(`due after ${frames} frames`)
      send(pair, 'initiator', false, env)
    }
    expect(ratchetFacts(pair.initiator).framesSinceOwnTurn).toBe(PROTOCOL.TURN_DELAY_FRAMES)
    expect(turnDue(pair.initiator, env.now(), false)).toBe(true)
  })
})

describe('ratchetFacts', () => {
  it('counts turns and frames and remembers the own last turn', () => {
    const env = testEnv('facts')
    const pair = newPair(env)
    expect(ratchetFacts(pair.initiator)).toEqual({
      turns: 0,
      ownTurnAt: undefined,
      framesSinceOwnTurn: 0,
      framesSincePeerTurn: 0,
    })
    const first = env.clock
    pass(pair, 'initiator', true, env)
    env.clock += 5
    pass(pair, 'responder', true, env)
    env.clock += 5
    pass(pair, 'responder', false, env)
    const facts = { turns: 2, ownTurnAt: first, framesSinceOwnTurn: 1, framesSincePeerTurn: 2 }
    expect(ratchetFacts(pair.initiator)).toEqual(facts)
    expect(ratchetFacts(pair.responder)).toEqual({
      turns: 2,
      ownTurnAt: first + 5,
      framesSinceOwnTurn: 2,
      framesSincePeerTurn: 1,
    })
  })
})

describe('start', () => {
  it('refuses a root key of another length', () => {
    const env = testEnv('start')
    const ownKeys = newRatchetKeys(env)
    const rootKey = new Uint8Array(31)
    expect(codeOf(() => createInitiatorRatchet({ rootKey, peerKeys: ownKeys }))).toBe('invalid_argument')
    expect(codeOf(() => createResponderRatchet({ rootKey, ownKeys }))).toBe('invalid_argument')
  })

  it('gives the responder nothing to seal with before the first frame of the initiator', () => {
    const env = testEnv('responder')
    const pair = newPair(env)
    for (const turn of [true, false]) {
      expect(() => send(pair, 'responder', turn, env)).toThrow(expect.objectContaining({ code: 'wrong_state' }))
    }
    receive(pair, 'responder', send(pair, 'initiator', true, env), env)
    expect(() => send(pair, 'responder', false, env), 'a first frame is a turn').toThrow(
      expect.objectContaining({ code: 'wrong_state' }),
    )
    send(pair, 'responder', true, env)
  })
})

describe('ratchetSecrets', () => {
  it('are the root key, the chain keys that are there, and the own secrets while they wait for a turn', () => {
    const env = testEnv('secrets')
    const pair = newPair(env)
    expect(ratchetSecrets(pair.initiator)).toEqual([pair.initiator.root])
    const { own } = pair.responder as TurnSent
    expect(ratchetSecrets(pair.responder)).toEqual([pair.responder.root, own.secret, own.kemSeed])
    pass(pair, 'initiator', true, env)
    pass(pair, 'responder', true, env)
    const { root, sending, receiving } = pair.initiator
    expect(ratchetSecrets(pair.initiator)).toEqual([root, sending?.key, receiving?.key])
  })
})
