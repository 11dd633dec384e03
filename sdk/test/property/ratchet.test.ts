/** Random conversations over ratchet and frames, by the policy of spec/08, with hostile messages in between. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '../../../tools/cases.js'
import { equal } from '../../src/bytes/bytes.js'
import { decodeFrame, encodeFrame } from '../../src/frame/frame.js'
import { PROTOCOL } from '../../src/limits.js'
import { decodeHeader } from '../../src/ratchet/header.js'
import { open } from '../../src/ratchet/open.js'
import { ratchetFacts, turnDue } from '../../src/ratchet/ratchet.js'
import { seal } from '../../src/ratchet/seal.js'
import { flip, newPair, other, type Pair, type Side, type TestEnv, testEnv } from '../fixtures/ratchet-pair.js'
import { codeOf } from '../vectors/published.js'

type Action =
  | { readonly do: 'send'; readonly side: Side; readonly count: number; readonly urgent: boolean }
  | { readonly do: 'deliver'; readonly side: Side; readonly count: number }
  | { readonly do: 'wait'; readonly ms: number }

const side = fc.constantFrom<Side>('initiator', 'responder')
const action: fc.Arbitrary<Action> = fc.oneof(
  fc.record({
    do: fc.constant('send' as const),
    side,
    count: fc.integer({ min: 1, max: 4 }),
    urgent: fc.boolean(),
  }),
  fc.record({ do: fc.constant('deliver' as const), side, count: fc.integer({ min: 1, max: 6 }) }),
  fc.record({ do: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 1_500 }) }),
)

interface Conversation {
  readonly env: TestEnv
  readonly pair: Pair
  /** Frames on their way to a side. */
  readonly wires: Record<Side, { frame: Uint8Array; plaintext: Uint8Array }[]>
}

function begin(seed: number): Conversation {
  const env = testEnv(seed)
  return { env, pair: newPair(env), wires: { initiator: [], responder: [] } }
}

function sendOne({ env, pair, wires }: Conversation, side: Side, urgent: boolean): void {
  const state = pair[side]
  if (state.kind === 'turnSent' && state.sending === undefined) return
  const turn = turnDue(state, env.now(), urgent)
  const plaintext = env.random(turn ? PROTOCOL.TURN_FRAME_PLAINTEXT : PROTOCOL.FRAME_PLAINTEXT)
  const sealed = seal(state, plaintext, turn, env)
  pair[side] = sealed.state
  const frame = encodeFrame(sealed.message)
  expect(frame.length).toBe(PROTOCOL.FRAME_SIZE)
  wires[other(side)].push({ frame, plaintext })
}

function deliverOne({ env, pair, wires }: Conversation, side: Side): void {
  const next = wires[side].shift()
  if (next === undefined) return
  const { state, plaintext } = open(pair[side], decodeFrame(next.frame), env)
  expect(equal(plaintext, next.plaintext)).toBe(true)
  pair[side] = state
}

function perform(conversation: Conversation, action: Action): void {
  switch (action.do) {
    case 'send':
      for (let i = 0; i < action.count; i++) sendOne(conversation, action.side, action.urgent)
      return
    case 'deliver':
      for (let i = 0; i < action.count; i++) deliverOne(conversation, action.side)
      return
    case 'wait':
      conversation.env.clock += action.ms
  }
}

describe('conversations', () => {
  it('deliver every frame in order, however sending and delivery alternate', () => {
    fc.assert(
      fc.property(fc.array(action, { minLength: 5, maxLength: 30 }), fc.nat(), (actions, seed) => {
        const conversation = begin(seed)
        for (const step of actions) perform(conversation, step)
        for (const side of ['initiator', 'responder'] as const) {
          while (conversation.wires[side].length > 0) deliverOne(conversation, side)
        }
        const { initiator, responder } = conversation.pair
        expect(initiator.turn).toBe(responder.turn)
        expect(initiator.root).toEqual(responder.root)
        expect(initiator.sending?.key).toEqual(responder.receiving?.key)
        expect(initiator.receiving?.key).toEqual(responder.sending?.key)
      }),
      { numRuns: cases('property.run') },
    )
  })

  it('[T7] turn within one answer in chat, and within a second in bulk', () => {
    const conversation = begin(7)
    const { env, pair } = conversation
    // Chat: each answer is a new turn.
    for (let round = 0; round < 4; round++) {
      for (const side of ['initiator', 'responder'] as const) {
        sendOne(conversation, side, true)
        deliverOne(conversation, other(side))
      }
    }
    expect(ratchetFacts(pair.initiator).turns).toBe(8)
    // Bulk both ways, a frame each every 10 ms: no turn within a second, but one each second and side.
    const before = ratchetFacts(pair.initiator).turns
    for (let ms = 0; ms < 3_000; ms += 10) {
      for (const side of ['initiator', 'responder'] as const) {
        sendOne(conversation, side, false)
        deliverOne(conversation, other(side))
        const { ownTurnAt } = ratchetFacts(pair[side])
        expect(env.now() - (ownTurnAt as number)).toBeLessThanOrEqual(PROTOCOL.TURN_DELAY_MS)
      }
      env.clock += 10
    }
    const turns = ratchetFacts(pair.initiator).turns - before
    expect(turns).toBeGreaterThanOrEqual(4)
    expect(turns).toBeLessThanOrEqual(8)
  })

  it('never use a key twice', () => {
    const conversation = begin(8)
    const keys = new Set<string>()
    let sealed = 0
    const { primitives } = conversation.env
    const env: TestEnv = Object.assign(testEnv(9), {
      primitives: {
        ...primitives,
        aeadSeal(key: Uint8Array, nonce: Uint8Array, header: Uint8Array, plaintext: Uint8Array) {
          keys.add(Buffer.from(key).toString('hex'))
          sealed++
          return primitives.aeadSeal(key, nonce, header, plaintext)
        },
      },
    })
    const watched = { ...conversation, env }
    for (let round = 0; round < 3; round++) {
      for (const side of ['initiator', 'responder'] as const) {
        for (let i = 0; i < 4; i++) sendOne(watched, side, i === 0)
        for (let i = 0; i < 4; i++) deliverOne(watched, other(side))
      }
    }
    expect(sealed).toBe(24)
    expect(keys.size).toBe(24)
  })
})

describe('hostile messages', () => {
  it('are refused by a typed code, change nothing, and what is true still opens', () => {
    const conversation = begin(11)
    const { env, pair, wires } = conversation
    // Both have chains, a turn is due to one, and frames of all kinds are under way.
    for (const side of ['initiator', 'responder', 'initiator', 'responder'] as const) {
      sendOne(conversation, side, true)
      sendOne(conversation, side, false)
      deliverOne(conversation, other(side))
      if (side === 'initiator') deliverOne(conversation, other(side))
    }
    sendOne(conversation, 'initiator', true)
    sendOne(conversation, 'responder', false)
    const captured = [...wires.initiator, ...wires.responder].map(({ frame }) => frame)
    expect(captured.map((frame) => decodeHeader(decodeFrame(frame).header).fields !== undefined)).toContain(true)

    const index = fc.nat(captured.length - 1)
    const place = fc.oneof(fc.nat(40), fc.integer({ min: 2_320, max: 2_345 }), fc.nat(4_095))
    const hostile = fc.oneof(
      fc
        .tuple(index, place, fc.integer({ min: 1, max: 255 }))
        .map(([i, at, mask]) => flip(captured[i] as Uint8Array, at, mask)),
      fc.tuple(index, fc.nat(4_095)).map(([i, length]) => (captured[i] as Uint8Array).subarray(0, length)),
      fc.uint8Array({ maxLength: 64 }),
      fc.nat(255).map((fill) => new Uint8Array(PROTOCOL.FRAME_SIZE).fill(fill)),
    )
    const before = structuredClone([{ ...pair.initiator }, { ...pair.responder }])
    // The responder's: it comes next to the initiator.
    const turn = wires.initiator
      .map(({ frame }) => frame)
      .find((frame) => decodeHeader(decodeFrame(frame).header).fields) as Uint8Array
    // The highest bit of X_t is at byte 51: 3 + 17 before it, 31 within it.
    const examples: [Side, Uint8Array][] = [
      ['initiator', flip(turn, 51, 0x80)],
      ['initiator', flip(turn, 4_095)],
      ['responder', turn],
      ['initiator', new Uint8Array(PROTOCOL.FRAME_SIZE)],
      ['initiator', new Uint8Array(PROTOCOL.FRAME_SIZE).fill(255)],
      ['initiator', new Uint8Array(5)],
    ]
    const codes = new Set<string | undefined>()
    fc.assert(
      fc.property(side, hostile, (side, frame) => {
        const code = codeOf(() => open(pair[side], decodeFrame(frame), env))
        codes.add(code)
        expect(code).toMatch(/^(wrong_size|malformed|not_canonical|out_of_order|invalid_key|open_failed)$/)
      }),
      { numRuns: cases('hostile.machine'), examples },
    )
    expect(codes.size).toBe(6)
    expect([{ ...pair.initiator }, { ...pair.responder }]).toEqual(before)
    for (const side of ['initiator', 'responder'] as const) {
      while (wires[side].length > 0) deliverOne(conversation, side)
    }
  })
})
