/** The end of a tunnel on purpose (09-20, 09-21), and what of it a move takes (spec/07 section 7). */
import { beforeEach, expect, it } from 'vitest'
import { type TestEnv, testEnv } from '../../test/fixtures/ratchet-pair.js'
import type { Record } from '../frame/records.js'
import {
  begin,
  isOver,
  leave,
  moveSecrets,
  pump,
  queueContent,
  queueRecord,
  receive,
  type TunnelOutput,
  type TunnelState,
  tunnelSecrets,
} from './tunnel.js'

let env: TestEnv
let ana: TunnelState
let ben: TunnelState

beforeEach(() => {
  env = testEnv('leaving')
  const key = () => {
    const secret = env.random(32)
    return { secret, publicKey: env.primitives.x25519PublicKey(secret) }
  }
  const [a, b] = [key(), key()]
  const common = { prologue: env.random(239), psk0: new Uint8Array(32) }
  const begun = begin('initiator', { ...common, ownStatic: a, peerStatic: b.publicKey }, env)
  const waiting = begin('responder', { ...common, ownStatic: b, peerStatic: a.publicKey }, env)
  const responded = receive(waiting.state, messages(begun.outputs)[0] as Uint8Array, env)
  const open = receive(begun.state, messages(responded.outputs)[0] as Uint8Array, env)
  const first = pump(open.state, env)
  ana = first.state
  ben = receive(responded.state, messages(first.outputs)[0] as Uint8Array, env).state
})

function messages(outputs: readonly TunnelOutput[]): Uint8Array[] {
  return outputs.flatMap((output) => (output.type === 'send' ? [output.message] : []))
}

/** What Ana's next frame makes of Ben. */
function pass(): readonly TunnelOutput[] {
  const step = pump(ana, env)
  ana = step.state
  const [message] = messages(step.outputs)
  if (message === undefined) return []
  const received = receive(ben, message, env)
  ben = received.state
  return received.outputs
}

function last(frames: bigint): Record {
  return { body: { $case: 'last', value: { frames } } }
}

it('says its last in one frame more, drops what waits, and falls silent', () => {
  ana = leave(queueContent(ana, env.random(9_000)))
  ana = queueContent(ana, env.random(10))
  expect(pass()).toEqual([{ type: 'left' }])
  env.clock += 60_000
  expect(pump(ana, env).outputs).toEqual([])
  expect([isOver(ana), isOver(ben)]).toEqual([false, false])
  ben = leave(ben)
  const answer = pump(ben, env)
  ana = receive(ana, messages(answer.outputs)[0] as Uint8Array, env).state
  expect([isOver(ana), isOver(answer.state)]).toEqual([true, true])
})

it('refuses a last frame that does not count those before it, or has a record behind, and any frame after it', () => {
  const kept = ana
  ana = queueRecord(ana, last(5n), 'control')
  expect(pass).toThrow(expect.objectContaining({ code: 'out_of_order' }))
  ana = queueContent(queueRecord(kept, last(1n), 'control'), env.random(10))
  expect(pass).toThrow(expect.objectContaining({ code: 'out_of_order' }))
  ana = queueRecord(kept, last(1n), 'control')
  expect(pass()).toEqual([{ type: 'left' }])
  ana = queueContent(ana, env.random(10))
  expect(pass).toThrow(expect.objectContaining({ code: 'out_of_order' }))
})

it('gives both sides of a move one key, another for each nonce, and wipes its exporter at the end', () => {
  const nonce = env.random(16)
  expect(moveSecrets(ana, nonce, env)).toEqual(moveSecrets(ben, nonce, env))
  expect(moveSecrets(ana, env.random(16), env).psk0).not.toEqual(moveSecrets(ana, nonce, env).psk0)
  const before = moveSecrets(ana, nonce, env).psk0
  for (const secret of tunnelSecrets(ana)) secret.fill(0)
  expect(moveSecrets(ana, nonce, env).psk0, 'the exporter is among what is wiped').not.toEqual(before)
})
