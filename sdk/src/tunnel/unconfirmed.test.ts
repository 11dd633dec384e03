/** From the channel's opening to the confirmation (spec/07 section 10), on two tunnel machines. */
import { beforeEach, expect, it } from 'vitest'
import { type TestEnv, testEnv } from '../../test/fixtures/ratchet-pair.js'
import { begin, deadline, expired, pump, queueContent, receive, type TunnelOutput, type TunnelState } from './tunnel.js'

let env: TestEnv
let ana: TunnelState
let ben: TunnelState
let initiation: Uint8Array

beforeEach(() => {
  env = testEnv('unconfirmed')
  const key = () => {
    const secret = env.random(32)
    return { secret, publicKey: env.primitives.x25519PublicKey(secret) }
  }
  const [a, b] = [key(), key()]
  const common = { prologue: env.random(239), psk0: new Uint8Array(32) }
  const begun = begin('initiator', { ...common, ownStatic: a, peerStatic: b.publicKey }, env)
  ana = begun.state
  initiation = only(begun.outputs)
  ben = begin('responder', { ...common, ownStatic: b, peerStatic: a.publicKey }, env).state
})

function messages(outputs: readonly TunnelOutput[]): Uint8Array[] {
  return outputs.flatMap((output) => (output.type === 'send' ? [output.message] : []))
}

function only(outputs: readonly TunnelOutput[]): Uint8Array {
  const [message, ...more] = messages(outputs)
  if (message === undefined || more.length > 0) throw new Error('not one message')
  return message
}

function kinds(outputs: readonly TunnelOutput[]): string[] {
  return outputs.map(({ type }) => type)
}

it('the responder takes and sends nothing before the first frame of the initiator opened; then at once', () => {
  const responded = receive(ben, initiation, env)
  const refused = expect.objectContaining({ code: 'wrong_state' })
  expect(() => pump(responded.state, env)).toThrow(refused)
  expect(() => queueContent(responded.state, env.random(100))).toThrow(refused)
  const open = receive(ana, only(responded.outputs), env)
  const first = pump(open.state, env)
  const confirmed = receive(responded.state, only(first.outputs), env)
  expect(kinds(confirmed.outputs)).toEqual(['established'])
  expect(messages(pump(confirmed.state, env).outputs)).toHaveLength(1)
})

it('the initiator says its first frame at once, and is confirmed by the first of the responder', () => {
  const responded = receive(ben, initiation, env)
  const open = receive(ana, only(responded.outputs), env)
  expect(kinds(open.outputs)).not.toContain('confirmed')
  const first = pump(open.state, env)
  const answered = receive(responded.state, only(first.outputs), env)
  const second = pump(answered.state, env)
  expect(kinds(receive(first.state, only(second.outputs), env).outputs)).toContain('confirmed')
})

it('whoever is not confirmed after 10 s ends, at each stage; who is confirmed does not', () => {
  const responded = receive(ben, initiation, env)
  const open = receive(ana, only(responded.outputs), env)
  const first = pump(open.state, env)
  const confirmed = receive(responded.state, only(first.outputs), env)
  const stages = [ana, ben, responded.state, first.state]
  for (const state of stages) expect(deadline(state, env.now(), false)).toBe(env.now() + 10_000)
  env.clock += 9_999
  for (const state of [...stages, confirmed.state]) expect(expired(state, env)).toBeUndefined()
  env.clock += 1
  for (const state of stages) expect(expired(state, env)).toBe('timeout')
  expect(expired(confirmed.state, env)).toBeUndefined()
})
