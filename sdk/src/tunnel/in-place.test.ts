/** A frame whose plaintext takes the message's own memory (`receive` with `inPlace`), on two tunnel machines. */
import { beforeEach, expect, it } from 'vitest'
import { type TestEnv, testEnv } from '../../test/fixtures/ratchet-pair.js'
import type { Primitives } from '../env.js'
import { begin, pump, queueRecord, receive, type TunnelOutput, type TunnelState } from './tunnel.js'

let env: TestEnv
let ana: TunnelState
let ben: TunnelState

beforeEach(() => {
  const base = testEnv('in place')
  const { primitives } = base
  const aeadOpen: Primitives['aeadOpen'] = (key, nonce, associatedData, ciphertext, into) => {
    const plaintext = primitives.aeadOpen(key, nonce, associatedData, ciphertext)
    into?.set(plaintext)
    return into ?? plaintext
  }
  env = Object.assign(base, { primitives: { ...primitives, aeadOpen } })
  const key = () => {
    const secret = env.random(32)
    return { secret, publicKey: primitives.x25519PublicKey(secret) }
  }
  const [a, b] = [key(), key()]
  const common = { prologue: env.random(239), psk0: new Uint8Array(32) }
  const begun = begin('initiator', { ...common, ownStatic: a, peerStatic: b.publicKey }, env)
  const responded = receive(
    begin('responder', { ...common, ownStatic: b, peerStatic: a.publicKey }, env).state,
    sent(begun.outputs),
    env,
  )
  ana = receive(begun.state, sent(responded.outputs), env).state
  ben = responded.state
})

function sent(outputs: readonly TunnelOutput[]): Uint8Array {
  const message = outputs.flatMap((output) => (output.type === 'send' ? [output.message] : []))[0]
  if (message === undefined) throw new Error('nothing was sent')
  return message
}

const DATA = new Uint8Array(1_000).fill(5)

/** Ana's next frame with a chunk. */
function chunk(): Uint8Array {
  const value = { file: new Uint8Array(16).fill(9), offset: 0n, data: DATA }
  const step = pump(queueRecord(ana, { body: { $case: 'fileChunk', value } }, 'bulk'), env)
  ana = step.state
  return sent(step.outputs)
}

function dataOf(outputs: readonly TunnelOutput[]): Uint8Array | undefined {
  for (const output of outputs) {
    if (output.type === 'record' && output.record.body?.$case === 'fileChunk') return output.record.body.value.data
  }
  return undefined
}

it('holds the records of every kind of frame, and other memory does when it may not', () => {
  // The first is a turn's, and opens the tunnel.
  for (const message of [chunk(), chunk()]) {
    const elsewhere = receive(ben, message.slice(), env)
    expect(dataOf(elsewhere.outputs)).toEqual(DATA)
    const step = receive(ben, message, env, true)
    ben = step.state
    expect(dataOf(step.outputs)).toEqual(DATA)
    expect(dataOf(step.outputs)?.buffer).toBe(message.buffer)
    expect(Buffer.from(message).includes(Buffer.from(DATA))).toBe(true)
  }
})

it('is left as it was by a frame that is refused', () => {
  ben = receive(ben, chunk(), env, true).state
  const message = chunk()
  message[100] = (message[100] as number) ^ 1
  const before = message.slice()
  expect(() => receive(ben, message, env, true)).toThrow(expect.objectContaining({ code: 'open_failed' }))
  expect(message).toEqual(before)
})
