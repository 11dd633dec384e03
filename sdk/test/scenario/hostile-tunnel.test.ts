/** Hostile messages against a live tunnel machine at every stage (spec/07, 08, 09): one code each, nothing half-applied. */
import { expect, test } from 'vitest'
import { cases } from '../../../tools/cases.js'
import { nodePrimitives } from '../../src/adapters/node/primitives.js'
import type { Env } from '../../src/env.js'
import { ERROR_CODES, Solo2Error } from '../../src/errors.js'
import { PROTOCOL } from '../../src/limits.js'
import { begin, pump, queueContent, receive, type TunnelOutput, type TunnelState } from '../../src/tunnel/tunnel.js'
import { keystream } from '../support/keystream.js'

const random = keystream('hostile tunnel')
const env: Env = { random, now: () => 1_750_000_000_000, primitives: nodePrimitives }
const below = (bound: number) =>
  (((random(1)[0] ?? 0) << 16) | ((random(1)[0] ?? 0) << 8) | (random(1)[0] ?? 0)) % bound

const statics = () => {
  const secret = random(32)
  return { secret, publicKey: nodePrimitives.x25519PublicKey(secret) }
}

interface Pair {
  ana: TunnelState
  ben: TunnelState
}

function sent(outputs: readonly TunnelOutput[]): Uint8Array[] {
  return outputs.flatMap((output) => (output.type === 'send' ? [output.message] : []))
}

function one(messages: Uint8Array[]): Uint8Array {
  const [message] = messages
  if (message === undefined) throw new Error('nothing was sent')
  return message
}

/** A state and the message that it waits for. */
interface Waiting {
  readonly name: string
  readonly state: TunnelState
  readonly due: Uint8Array
}

/** The stages before any message, after message 1, after message 2, and both sides open; with the message due next. */
function stages(): { readonly waiting: readonly Waiting[]; readonly open: Pair } {
  const [a, b] = [statics(), statics()]
  const common = { prologue: random(239), psk0: new Uint8Array(32) }
  const initiator = begin('initiator', { ...common, ownStatic: a, peerStatic: b.publicKey }, env)
  const responder = begin('responder', { ...common, ownStatic: b, peerStatic: a.publicKey }, env)
  const initiation = one(sent(initiator.outputs))
  const responded = receive(responder.state, initiation, env)
  const response = one(sent(responded.outputs))
  const opened = receive(initiator.state, response, env)
  const first = pump(opened.state, env)
  const answered = receive(responded.state, one(sent(first.outputs)), env)
  const second = pump(answered.state, env)
  const last = one(sent(second.outputs))
  return {
    waiting: [
      { name: 'awaitingInitiation', state: responder.state, due: initiation },
      { name: 'awaitingResponse', state: initiator.state, due: response },
      { name: 'awaitingFrame', state: responded.state, due: one(sent(first.outputs)) },
      { name: 'open', state: first.state, due: last },
    ],
    open: { ana: receive(first.state, last, env).state, ben: second.state },
  }
}

/** What deviates, from bytes that are cheap to refuse to those that reach the keys; the last ones are tried less often. */
const DEVIATIONS: readonly { readonly name: string; make(due: Uint8Array): Uint8Array; readonly share: number }[] = [
  { name: 'random bytes', make: () => random(PROTOCOL.FRAME_SIZE), share: 8 },
  { name: 'random length', make: () => random(below(PROTOCOL.FRAME_SIZE)), share: 8 },
  { name: 'truncated', make: (due) => due.subarray(0, below(due.length)), share: 8 },
  { name: 'oversized', make: (due) => new Uint8Array([...due, 0]), share: 2 },
  { name: 'random behind a good head', make: (due) => grafted(due, 16), share: 2 },
  { name: 'an unknown field', make: (due) => patched(due, due.length - 3, [0x7a, 0x01, 0x00]), share: 4 },
  { name: 'the head twice', make: (due) => patched(due, 12, [...due.subarray(0, 12)]), share: 4 },
  { name: 'a head of zeros', make: (due) => patched(due, 0, new Array<number>(12).fill(0)), share: 4 },
  { name: 'one bit of the head', make: (due) => flipped(due, below(20)), share: 3 },
  { name: 'one bit anywhere', make: (due) => flipped(due, below(due.length)), share: 1 },
]

const SHARES = DEVIATIONS.flatMap((deviation) =>
  new Array<(typeof DEVIATIONS)[number]>(deviation.share).fill(deviation),
)

function patched(due: Uint8Array, at: number, bytes: ArrayLike<number>): Uint8Array {
  const out = due.slice()
  out.set(bytes, at)
  return out
}

function grafted(due: Uint8Array, head: number): Uint8Array {
  return patched(random(PROTOCOL.FRAME_SIZE), 0, due.subarray(0, head))
}

function flipped(due: Uint8Array, at: number): Uint8Array {
  const out = due.slice()
  out[at] = (out[at] ?? 0) ^ (1 << below(8))
  return out
}

function codeOf(state: TunnelState, message: Uint8Array): string {
  try {
    receive(state, message, env)
  } catch (error) {
    if (error instanceof Solo2Error) return error.code
    throw error
  }
  return 'taken'
}

/** A word each way. */
function exchange(pair: Pair): Pair {
  let { ana, ben } = pair
  const said = pump(queueContent(ana, Uint8Array.of(1, 2, 3)), env)
  const heard = receive(ben, one(sent(said.outputs)), env)
  expect(heard.outputs).toContainEqual({ type: 'content', content: Uint8Array.of(1, 2, 3) })
  const back = pump(queueContent(heard.state, Uint8Array.of(4)), env)
  const answered = receive(said.state, one(sent(back.outputs)), env)
  expect(answered.outputs).toContainEqual({ type: 'content', content: Uint8Array.of(4) })
  ana = answered.state
  ben = back.state
  return { ana, ben }
}

const residentMiB = () => process.memoryUsage().rss / 1_048_576

test('hostile messages at every stage of a tunnel: one code each, the state stays good, memory stays', () => {
  const total = cases('hostile.socket')
  const seen = new Map<string, number>()
  let pair = stages().open
  let first = 0
  for (let done = 0; done < total; done += 1_000) {
    for (const { name, state, due } of stages().waiting) {
      // Handshake messages cost public keys to judge: a few of each thousand, the rest on frames.
      const count = name === 'open' ? 976 : 8
      for (let n = 0; n < count; n++) {
        const deviation = SHARES[below(SHARES.length)] as (typeof DEVIATIONS)[number]
        const message = deviation.make(due)
        if (Buffer.from(message).equals(due)) continue
        const code = codeOf(state, message)
        expect(code in ERROR_CODES, `${deviation.name} at ${name}: ${code}`).toBe(true)
        seen.set(code, (seen.get(code) ?? 0) + 1)
      }
      // The message that was due is taken as if nothing had come before it.
      expect(codeOf(state, due), name).toBe('taken')
    }
    pair = exchange(pair)
    if (done + 1_000 === 10_000) first = residentMiB()
  }
  const last = residentMiB()
  console.log(`codes ${JSON.stringify(Object.fromEntries(seen))}; ${first.toFixed(1)} MiB, then ${last.toFixed(1)} MiB`)
  expect([...seen.keys()]).toEqual(expect.arrayContaining(['wrong_size', 'malformed', 'not_canonical', 'open_failed']))
  expect(last - first).toBeLessThan(32)
}, 1_200_000)
