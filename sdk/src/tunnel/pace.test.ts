/** What the times of frames tell in constant-rate mode, on two tunnel machines and a virtual clock (09-15). */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type TestEnv, testEnv } from '../../test/fixtures/ratchet-pair.js'
import { NORMAL, type Pace } from '../frame/pace.js'
import { CHOSEN } from '../limits.js'
import { begin, deadline, pump, queueContent, queueRecord, receive, setPace, type TunnelState } from './tunnel.js'

const CLOCK: Pace = { kind: 'constant', origin: 1_700_000_000_123 }

type Side = 'ana' | 'ben'

/** Something that a person or an incoming record makes this side want to send. */
interface Wish {
  readonly at: number
  readonly side: Side
  readonly kind: 'content' | 'receipt' | 'chunk'
  readonly bytes: number
}

interface Frame {
  readonly at: number
  readonly side: Side
  readonly length: number
  /** The frame's header shows its turn: equal turns at equal times. */
  readonly head: string
}

const ENDS_AT = 20 * CHOSEN.CONSTANT_RATE_MS

function opened(env: TestEnv): Record<Side, TunnelState> {
  const key = () => {
    const secret = env.random(32)
    return { secret, publicKey: env.primitives.x25519PublicKey(secret) }
  }
  const [a, b] = [key(), key()]
  const common = { prologue: env.random(239), psk0: new Uint8Array(32) }
  const ana = begin('initiator', { ...common, ownStatic: a, peerStatic: b.publicKey }, env)
  const ben = begin('responder', { ...common, ownStatic: b, peerStatic: a.publicKey }, env)
  const responded = receive(ben.state, message(ana.outputs), env)
  const open = receive(ana.state, message(responded.outputs), env)
  const first = pump(setPace(open.state, CLOCK, env), env)
  const answered = receive(responded.state, message(first.outputs), env)
  return { ana: first.state, ben: setPace(answered.state, CLOCK, env) }
}

function message(outputs: readonly { type: string; message?: Uint8Array }[]): Uint8Array {
  const sent = outputs.find(({ type }) => type === 'send')?.message
  if (sent === undefined) throw new Error('nothing was sent')
  return sent
}

function wished(state: TunnelState, { kind, bytes }: Wish, env: TestEnv): TunnelState {
  switch (kind) {
    case 'content':
      return queueContent(state, env.random(bytes))
    case 'receipt':
      return queueRecord(state, { body: { $case: 'receipt', value: { contents: [env.random(16)] } } }, 'control')
    case 'chunk':
      return queueRecord(
        state,
        { body: { $case: 'fileChunk', value: { file: new Uint8Array(16), offset: 0n, data: env.random(bytes) } } },
        'bulk',
      )
  }
}

/** Frames arrive 20 ms after they left. Each side sends whenever anything happened, as the runner does. */
function observed(wishes: readonly Wish[], pace: Pace = CLOCK): Frame[] {
  const env = testEnv('constant rate')
  const start = env.clock
  const tunnels = opened(env)
  for (const side of ['ana', 'ben'] as const) tunnels[side] = setPace(tunnels[side], pace, env)
  const frames: Frame[] = []
  const coming: { at: number; side: Side; message: Uint8Array }[] = []
  const todo = [...wishes].sort((a, b) => a.at - b.at)

  function flush(side: Side): void {
    for (;;) {
      const step = pump(tunnels[side], env)
      if (step.outputs.length === 0) return
      tunnels[side] = step.state
      const sent = message(step.outputs)
      const head = sent.subarray(0, 10).toString()
      frames.push({ at: env.clock - start, side, length: sent.length, head })
      coming.push({ at: env.clock + 20, side: side === 'ana' ? 'ben' : 'ana', message: sent })
    }
  }

  for (;;) {
    const at = Math.min(
      start + (todo[0]?.at ?? Number.POSITIVE_INFINITY),
      coming[0]?.at ?? Number.POSITIVE_INFINITY,
      Math.ceil(deadline(tunnels.ana, env.clock)),
      Math.ceil(deadline(tunnels.ben, env.clock)),
    )
    if (at > start + ENDS_AT) return frames
    env.clock = at
    for (let wish = todo[0]; wish !== undefined && start + wish.at <= at; wish = todo[0]) {
      todo.shift()
      tunnels[wish.side] = wished(tunnels[wish.side], wish, env)
    }
    for (let next = coming[0]; next !== undefined && next.at <= at; next = coming[0]) {
      coming.shift()
      tunnels[next.side] = receive(tunnels[next.side], next.message, env).state
    }
    flush('ana')
    flush('ben')
  }
}

const wishes = fc.array(
  fc.record({
    at: fc.nat(ENDS_AT),
    side: fc.constantFrom<Side>('ana', 'ben'),
    kind: fc.constantFrom<Wish['kind']>('content', 'receipt', 'chunk'),
    bytes: fc.integer({ min: 1, max: 4_000 }),
  }),
  { maxLength: 40 },
)

describe('constant-rate mode', () => {
  it('[T9] sends the same frames at the same instants, with the same turns, whatever there is to say', () => {
    const idle = observed([])
    expect(idle.filter(({ side }) => side === 'ana').length).toBeGreaterThan(15)
    fc.assert(
      fc.property(wishes, (what) => {
        expect(observed(what)).toEqual(idle)
      }),
      { numRuns: 12 },
    )
  })

  it('[T9] differs in the normal mode: what there is to say leaves at once', () => {
    const wish: Wish = { at: 1_234, side: 'ana', kind: 'content', bytes: 5 }
    expect(observed([wish], NORMAL).some(({ at, side }) => side === 'ana' && at === 1_234)).toBe(true)
    expect(observed([wish]).some(({ at }) => at === 1_234)).toBe(false)
  })

  it('delivers a long content, one frame a tick', () => {
    const env = testEnv('delivery')
    const { ana, ben } = opened(env)
    const content = env.random(10_000)
    let [sender, recipient] = [queueContent(ana, content), ben]
    const delivered: Uint8Array[] = []
    for (let frames = 0; frames < 4; frames++) {
      env.clock = deadline(sender, env.clock)
      const step = pump(sender, env)
      sender = step.state
      expect(pump(sender, env).outputs).toHaveLength(0)
      const taken = receive(recipient, message(step.outputs), env)
      recipient = taken.state
      for (const output of taken.outputs) if (output.type === 'content') delivered.push(output.content)
    }
    expect(delivered).toEqual([content])
  })
})
