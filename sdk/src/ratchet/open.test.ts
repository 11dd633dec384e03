import { describe, expect, it } from 'vitest'
import {
  filled,
  flip,
  newPair,
  other,
  type Pair,
  pass,
  receive,
  type Side,
  send,
  testEnv,
} from '../../test/fixtures/ratchet-pair.js'
import { codeOf } from '../../test/vectors/published.js'
import { PROTOCOL } from '../limits.js'
import { decodeHeader, encodeHeader, type RatchetMessage, type TurnFields } from './header.js'
import { open } from './open.js'
import { type Chain, ratchetFacts, type SendingChainKey, type TurnDue, type TurnSent } from './ratchet.js'
import { seal } from './seal.js'

/** Opening must be refused with `code`; the state must be as before, and must still open what comes next. */
function refused(pair: Pair, side: Side, message: RatchetMessage, code: string): void {
  const env = testEnv('refused')
  const before = structuredClone({ ...pair[side] })
  expect(codeOf(() => open(pair[side], message, env))).toBe(code)
  expect({ ...pair[side] }).toEqual(before)
}

/** A pair in which both sides have turned: the initiator's turn 3 is due. */
function talking(env = testEnv('talking')): { pair: Pair; env: ReturnType<typeof testEnv> } {
  const pair = newPair(env)
  pass(pair, 'initiator', true, env)
  pass(pair, 'initiator', false, env)
  pass(pair, 'responder', true, env)
  return { pair, env }
}

function withFields(message: RatchetMessage, change: (fields: TurnFields) => TurnFields): RatchetMessage {
  const header = decodeHeader(message.header)
  return { ...message, header: encodeHeader({ ...header, fields: change(header.fields as TurnFields) }) }
}

describe('seal and open', () => {
  it('carry a conversation, each frame in the size of its kind', () => {
    const env = testEnv('conversation')
    const pair = newPair(env)
    let fill = 0
    const say = (side: Side, turn: boolean) => {
      const message = send(pair, side, turn, env, ++fill)
      expect([message.header.length, message.ciphertext.length]).toEqual(turn ? [2327, 1763] : [10, 4081])
      expect(receive(pair, other(side), message, env)).toEqual(filled(fill, turn))
    }
    say('initiator', true)
    say('initiator', false)
    for (let round = 0; round < 3; round++) {
      say('responder', true)
      say('initiator', false)
      say('responder', false)
      say('initiator', true)
      say('responder', false)
      say('initiator', false)
    }
  })

  it('count frames from 0 on each chain, turns alternating, and tell how many the chain before had', () => {
    const env = testEnv('count')
    const pair = newPair(env)
    const numbers = (message: RatchetMessage) => {
      const { turn, n, fields } = decodeHeader(message.header)
      return [turn, n, fields?.pn]
    }
    expect(numbers(pass(pair, 'initiator', true, env))).toEqual([1, 0, 0])
    expect(numbers(pass(pair, 'initiator', false, env))).toEqual([1, 1, undefined])
    expect(numbers(pass(pair, 'initiator', false, env))).toEqual([1, 2, undefined])
    expect(numbers(pass(pair, 'responder', true, env))).toEqual([2, 0, 0])
    expect(numbers(pass(pair, 'initiator', true, env))).toEqual([3, 0, 3])
    expect(numbers(pass(pair, 'responder', true, env))).toEqual([4, 0, 1])
    expect(numbers(pass(pair, 'responder', false, env))).toEqual([4, 1, undefined])
  })

  it('seal the same plaintext differently each time', () => {
    const { pair, env } = talking()
    const seen = new Set<string>()
    for (const turn of [false, false, true, false, false]) {
      seen.add(Buffer.from(send(pair, 'initiator', turn, env).ciphertext.subarray(0, 1763)).toString('hex'))
    }
    expect(seen.size).toBe(5)
  })

  it('take only a plaintext that fills the frame', () => {
    const { pair, env } = talking()
    for (const [length, turn] of [
      [PROTOCOL.FRAME_PLAINTEXT, true],
      [PROTOCOL.TURN_FRAME_PLAINTEXT, false],
      [PROTOCOL.FRAME_PLAINTEXT - 1, false],
      [PROTOCOL.FRAME_PLAINTEXT + 1, false],
      [0, false],
    ] as const) {
      expect(codeOf(() => seal(pair.initiator, new Uint8Array(length), turn, env))).toBe('invalid_argument')
    }
  })

  it('turn once for each turn of the other side', () => {
    const { pair, env } = talking()
    send(pair, 'initiator', true, env)
    expect(codeOf(() => send(pair, 'initiator', true, env))).toBe('wrong_state')
  })

  it('end a chain before its number would not fit', () => {
    const { pair, env } = talking()
    const at = (n: number) => {
      const state = pair.initiator as TurnDue
      return { ...state, sending: { ...(state.sending as Chain<SendingChainKey>), n } }
    }
    expect(decodeHeader(seal(at(0xffff_ffff), filled(1, false), false, env).message.header).n).toBe(0xffff_ffff)
    expect(codeOf(() => seal(at(0x1_0000_0000), filled(1, false), false, env))).toBe('wrong_state')
    const turn = (number: number) => seal({ ...(pair.initiator as TurnDue), turn: number }, filled(1, true), true, env)
    expect(decodeHeader(turn(0xffff_fffe).message.header).turn).toBe(0xffff_ffff)
    expect(codeOf(() => turn(0xffff_ffff))).toBe('wrong_state')
  })
})

it.each([true, false])(
  'open may put the plaintext where the ciphertext lies, in a frame that is a turn: %s',
  (turn) => {
    const { pair, env } = turn ? { pair: newPair(testEnv('in place')), env: testEnv('in place') } : talking()
    const { primitives } = env
    const inPlace: typeof primitives = {
      ...primitives,
      aeadOpen(key, nonce, associatedData, ciphertext, into) {
        into?.set(primitives.aeadOpen(key, nonce, associatedData, ciphertext))
        if (into === undefined) throw new Error('a place was given')
        return into
      },
    }
    const side = turn ? 'initiator' : 'responder'
    const message = send(pair, side, turn, env, 7)
    const place = message.ciphertext.subarray(0, filled(7, turn).length)
    expect(open(pair[other(side)], message, { ...env, primitives: inPlace }, place).plaintext).toBe(place)
    expect(place).toEqual(filled(7, turn))
  },
)

describe('open refuses, and stays as it was', () => {
  it('a repeat, a gap, a swapped order', () => {
    const { pair, env } = talking()
    const first = send(pair, 'responder', false, env)
    const second = send(pair, 'responder', false, env)
    refused(pair, 'initiator', second, 'out_of_order')
    receive(pair, 'initiator', first, env)
    refused(pair, 'initiator', first, 'out_of_order')
    receive(pair, 'initiator', second, env)
    refused(pair, 'initiator', first, 'out_of_order')
  })

  it('a repeated turn, and frames of a chain that is over', () => {
    const env = testEnv('over')
    const pair = newPair(env)
    const first = pass(pair, 'initiator', true, env)
    refused(pair, 'responder', first, 'out_of_order')
    const old = pass(pair, 'initiator', false, env)
    pass(pair, 'responder', true, env)
    refused(pair, 'responder', first, 'out_of_order')
    pass(pair, 'initiator', true, env)
    refused(pair, 'responder', first, 'out_of_order')
    refused(pair, 'responder', old, 'out_of_order')
  })

  it('what comes back to its sender', () => {
    const { pair, env } = talking()
    refused(pair, 'initiator', send(pair, 'initiator', false, env), 'out_of_order')
    const turn = send(pair, 'initiator', true, env)
    refused(pair, 'initiator', turn, 'out_of_order')
    const fresh = newPair(env)
    refused(fresh, 'initiator', send(fresh, 'initiator', true, env), 'out_of_order')
  })

  it('a turn before the own turn between was sent', () => {
    const { pair, env } = talking()
    // The initiator's turn 3 is due and not sent: turn 4 can't be there yet, and turn 3 is not theirs, whatever keys it has.
    const { own, ...state } = pair.responder as TurnSent
    for (const turn of [2, 3]) {
      const ahead: TurnDue = { ...state, kind: 'turnDue', turn, peer: own }
      const { message } = seal(ahead, filled(1, true), true, env)
      expect(decodeHeader(message.header).turn).toBe(turn + 1)
      refused(pair, 'initiator', message, 'out_of_order')
    }
  })

  it('a turn when frames of the chain before are missing at its end', () => {
    const { pair, env } = talking()
    pass(pair, 'initiator', true, env)
    send(pair, 'responder', false, env)
    const turn = send(pair, 'responder', true, env)
    expect(decodeHeader(turn.header).fields?.pn).toBe(2)
    refused(pair, 'initiator', turn, 'out_of_order')
  })

  it('a wrong count of the chain before, too small or too large, though truly sealed', () => {
    for (const change of [-1, 1]) {
      const { pair, env } = talking()
      pass(pair, 'initiator', true, env)
      const state = pair.responder as TurnDue
      const sending = state.sending as Chain<SendingChainKey>
      const { message } = seal({ ...state, sending: { ...sending, n: sending.n + change } }, filled(1, true), true, env)
      refused(pair, 'initiator', message, 'out_of_order')
      // The same with the right count opens.
      pass(pair, 'responder', true, env)
    }
  })

  it('every kind of changed byte, in header and ciphertext', () => {
    const { pair, env } = talking()
    pass(pair, 'initiator', true, env)
    const plain = send({ ...pair }, 'responder', false, env)
    const turn = send({ ...pair }, 'responder', true, env)
    const code = (message: RatchetMessage) => codeOf(() => open(pair.initiator, message, env))
    for (let i = 0; i < plain.header.length; i++) {
      expect(code({ ...plain, header: flip(plain.header, i) }), `header byte ${i}`).toMatch(
        /^(malformed|not_canonical|out_of_order)$/,
      )
    }
    for (const i of [0, 1, 4064, 4065, 4080]) {
      expect(code({ ...plain, ciphertext: flip(plain.ciphertext, i) }), `ciphertext byte ${i}`).toBe('open_failed')
    }
    for (let i = 0; i < turn.header.length; i += i < 64 || i > 1230 ? 5 : 97) {
      expect(code({ ...turn, header: flip(turn.header, i) }), `turn header byte ${i}`).toMatch(
        /^(malformed|not_canonical|out_of_order|invalid_key|open_failed)$/,
      )
    }
    for (const i of [0, 1746, 1747, 1762]) {
      expect(code({ ...turn, ciphertext: flip(turn.ciphertext, i) }), `turn ciphertext byte ${i}`).toBe('open_failed')
    }
    expect(code({ ...turn, ciphertext: turn.ciphertext.slice(0, -1) })).toBe('malformed')
    expect(code({ ...plain, ciphertext: new Uint8Array(0) })).toBe('malformed')
    expect(code({ header: plain.header, ciphertext: turn.ciphertext })).toBe('malformed')
    receive(pair, 'initiator', plain, env)
  })

  it('keys that are none', () => {
    const { pair, env } = talking()
    pass(pair, 'initiator', true, env)
    const turn = send({ ...pair }, 'responder', true, env)
    const keys: [string, Partial<TurnFields>][] = [
      ['zero', { key: new Uint8Array(32) }],
      ['one, of order 1', { key: flip(new Uint8Array(32), 0) }],
      ['p, not canonical', { key: flip(flip(new Uint8Array(32).fill(255), 0, 0x12), 31, 0x80) }],
      ['a set highest bit', { key: flip(decodeHeader(turn.header).fields?.key as Uint8Array, 31, 0x80) }],
      ['an even coefficient of q', { kemKey: new Uint8Array(1184).fill(0).with(0, 0x01).with(1, 0x0d) }],
      ['an odd coefficient of q', { kemKey: new Uint8Array(1184).fill(0).with(1, 0x10).with(2, 0xd0) }],
      ['a last coefficient of 4095', { kemKey: new Uint8Array(1184).fill(0).with(1150, 0xf0).with(1151, 0xff) }],
    ]
    for (const [name, change] of keys) {
      const message = withFields(turn, (fields) => ({ ...fields, ...change }))
      expect(
        codeOf(() => open(pair.initiator, message, env)),
        name,
      ).toBe('invalid_key')
    }
    // Coefficients of q - 1 are keys, only not these.
    const kemKey = new Uint8Array(1184).fill(0).with(0, 0x00).with(1, 0x0d)
    refused(
      pair,
      'initiator',
      withFields(turn, (fields) => ({ ...fields, kemKey })),
      'open_failed',
    )
    receive(pair, 'initiator', turn, env)
  })

  it('[T7] frame 2,049 on a chain that the own turn made old', () => {
    const { pair, env } = talking()
    pass(pair, 'responder', false, env)
    pass(pair, 'initiator', true, env)
    pass(pair, 'responder', false, env)
    // What this side says meanwhile is no reason to begin the count anew.
    pass(pair, 'initiator', false, env)
    for (let frames = 1; frames < PROTOCOL.OLD_CHAIN_FRAMES; frames++) pass(pair, 'responder', false, env)
    const message = send({ ...pair }, 'responder', false, env)
    refused(pair, 'initiator', message, 'chain_too_long')
    // A turn ends the old chain and the count.
    pass(pair, 'responder', true, env)
    expect(ratchetFacts(pair.initiator).framesSincePeerTurn).toBe(1)
    pass(pair, 'responder', false, env)
    pass(pair, 'initiator', true, env)
    pass(pair, 'responder', false, env)
  })

  it('nothing for a long chain that is not old', () => {
    const { pair, env } = talking()
    for (let frames = 0; frames <= PROTOCOL.OLD_CHAIN_FRAMES; frames++) pass(pair, 'responder', false, env)
    expect(ratchetFacts(pair.initiator).framesSincePeerTurn).toBe(PROTOCOL.OLD_CHAIN_FRAMES + 2)
  })
})
