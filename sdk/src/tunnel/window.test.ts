/** Acknowledged frames on two tunnel machines: what waits for them, and what does not (09-30 to 09-32). */
import { describe, expect, it } from 'vitest'
import { type TestEnv, testEnv } from '../../test/fixtures/ratchet-pair.js'
import { CHOSEN } from '../limits.js'
import {
  begin,
  deadline,
  hasWork,
  leave,
  pump,
  queueContent,
  queueRecord,
  receive,
  type TunnelState,
} from './tunnel.js'

function message(outputs: readonly { type: string; message?: Uint8Array }[]): Uint8Array {
  const sent = outputs.find(({ type }) => type === 'send')?.message
  if (sent === undefined) throw new Error('nothing was sent')
  return sent
}

function opened(env: TestEnv): { ana: TunnelState; ben: TunnelState } {
  const key = () => {
    const secret = env.random(32)
    return { secret, publicKey: env.primitives.x25519PublicKey(secret) }
  }
  const [a, b] = [key(), key()]
  const common = { prologue: env.random(239), psk0: new Uint8Array(32) }
  const ana = begin('initiator', { ...common, ownStatic: a, peerStatic: b.publicKey }, env)
  const ben = begin('responder', { ...common, ownStatic: b, peerStatic: a.publicKey }, env)
  const responded = receive(ben.state, message(ana.outputs), env)
  const first = pump(receive(ana.state, message(responded.outputs), env).state, env)
  const answer = pump(receive(responded.state, message(first.outputs), env).state, env)
  return { ana: receive(first.state, message(answer.outputs), env).state, ben: answer.state }
}

function withFile(state: TunnelState, bytes: number): TunnelState {
  const value = { file: new Uint8Array(16), offset: 0n, data: new Uint8Array(bytes) }
  return queueRecord(state, { body: { $case: 'fileChunk', value } }, 'bulk')
}

/** Pumps until nothing leaves. */
function drain(state: TunnelState, env: TestEnv): { state: TunnelState; messages: Uint8Array[] } {
  const messages: Uint8Array[] = []
  for (let now = state; ; ) {
    const step = pump(now, env)
    if (step.outputs.length === 0) return { state: now, messages }
    messages.push(message(step.outputs))
    now = step.state
  }
}

describe('file data', () => {
  it('waits for acknowledgements once the first window is full, and a message does not', () => {
    const env = testEnv(1)
    const { ana, ben } = opened(env)
    const full = drain(withFile(ana, 1_000_000), env)
    expect(full.messages).toHaveLength(CHOSEN.FIRST_WINDOW_FRAMES - 1)
    expect(hasWork(full.state, env)).toBe(false)
    const text = pump(queueContent(full.state, env.random(40)), env)
    expect(text.outputs).toHaveLength(1)

    const [first = new Uint8Array()] = full.messages
    const acknowledged = drain(receive(ben, first, env).state, env)
    expect(acknowledged.messages).toHaveLength(1)
    const open = receive(text.state, message([{ type: 'send', message: acknowledged.messages[0] as Uint8Array }]), env)
    expect(hasWork(open.state, env)).toBe(true)
  })

  it('leaves at once when the window opened between the last frame and the look at the clock', () => {
    const env = testEnv(4)
    const full = drain(withFile(opened(env).ana, 1_000_000), env)
    const opensAt = deadline(full.state, env.clock)
    expect(opensAt).toBeGreaterThan(env.clock)
    env.clock = opensAt + 1
    expect(deadline(full.state, env.clock), 'nobody else would wake the sender').toBe(env.clock)
    expect(pump(full.state, env).outputs).toHaveLength(1)
  })

  it('is not acknowledged behind the last record', () => {
    const env = testEnv(2)
    const { ana, ben } = opened(env)
    const [chunk = new Uint8Array()] = drain(withFile(ana, 100), env).messages
    const left = drain(receive(leave(ben), chunk, env).state, env)
    expect(left.messages).toHaveLength(1)
    expect(receive(ana, left.messages[0] as Uint8Array, env).outputs.map(({ type }) => type)).toEqual(['left'])
  })

  it('an acknowledgement of frames that were not sent ends the tunnel', () => {
    const env = testEnv(3)
    const { ana, ben } = opened(env)
    const lie = queueRecord(ben, { body: { $case: 'frameAck', value: { frames: 2n } } }, 'control')
    const sent = message(pump(lie, env).outputs)
    expect(() => receive(ana, sent, env)).toThrow(expect.objectContaining({ code: 'out_of_order' }))
  })
})
