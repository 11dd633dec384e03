import { Signal } from '@solo2/proto/introduction'
import { beforeEach, describe, expect, it } from 'vitest'
import { ANSWER_SDP, OFFER_SDP, type TestEnv, testEnv } from '../../test/fixtures/meeting-world.js'
import { type Mover, move, movePair, pass, refusals, settle } from '../../test/fixtures/move-pair.js'
import { decodeCanonical, encode } from '../bytes/canonical.js'
import { PROTOCOL } from '../limits.js'
import { moveDeadline, stepMove } from './move.js'
import { ByeReason } from './signal.js'

let env: TestEnv
let i: Mover
let r: Mover

beforeEach(() => {
  env = testEnv('move')
  const ends = movePair(env)
  i = ends.i
  r = ends.r
})

/** Up to the Offer that is on its way. */
function offered(): void {
  move(i, { type: 'start' }, env)
  pass(i, r, env)
  pass(r, i, env)
}

/** The next signal of `from` with another content. */
function changed(from: Mover, change: (signal: Signal) => void): Uint8Array {
  const signal = decodeCanonical(Signal, from.sent.shift() as Uint8Array)
  change(signal)
  return encode(Signal, signal)
}

describe('a move', () => {
  it('goes Hello, Hello, Offer, Answer, and both ends see the same four signals', () => {
    move(i, { type: 'start' }, env)
    settle(i, r, env)
    expect(i.introduced?.introduction).toEqual(r.introduced?.introduction)
    expect(i.introduced?.introduction.helloI).toHaveLength(PROTOCOL.SIGNAL_PLAINTEXT)
    move(r, { type: 'confirmed', attempt: 1 }, env)
    move(i, { type: 'confirmed', attempt: 1 }, env)
    expect([i.state.phase.stage, r.state.phase.stage]).toEqual(['moved', 'moved'])
    expect(move(i, { type: 'start' }, env)).toEqual([])
  })

  it('has the connection take each description, and ends quietly where it is confirmed', () => {
    offered()
    expect(move(r, { type: 'signal', signal: i.sent.shift() as Uint8Array }, env)).toEqual([
      { type: 'acceptOffer', attempt: 1, sdp: OFFER_SDP },
    ])
    const answer = move(i, { type: 'signal', signal: r.sent.shift() as Uint8Array }, env)
    expect(answer.map(({ type }) => type)).toEqual(['acceptAnswer', 'introduced'])
    expect(answer[0]).toEqual({ type: 'acceptAnswer', attempt: 1, sdp: ANSWER_SDP })
    expect(move(i, { type: 'confirmed', attempt: 1 }, env)).toEqual([])
  })

  it('is given up without a word where a new Hello or a Bye says so', () => {
    const types = (outputs: ReturnType<typeof move>) => outputs.map(({ type }) => type)
    offered()
    expect(types(move(i, { type: 'start' }, env))).toEqual(['abandoned', 'send'])
    pass(i, r, env)
    expect(types(move(r, { type: 'signal', signal: i.sent.shift() as Uint8Array }, env))).toEqual(['abandoned', 'send'])
    settle(i, r, env)
    expect(types(move(i, { type: 'stop' }, env))).toEqual(['abandoned', 'send'])
    const bye = i.sent.shift() as Uint8Array
    expect(move(r, { type: 'signal', signal: bye }, env)).toEqual([{ type: 'abandoned', attempt: 2 }])
  })

  it('is asked for by R, and begun by I', () => {
    expect(move(r, { type: 'start' }, env)).toEqual([{ type: 'request' }])
    expect(r.state.phase.stage).toBe('idle')
  })

  it('has random tags and a nonce of its own each time', () => {
    const tags = new Set<string>()
    for (let round = 0; round < 3; round++) {
      move(i, { type: 'start' }, env)
      const { signal } = decodeCanonical(Signal, i.sent.pop() as Uint8Array)
      if (signal?.$case !== 'hello') throw new Error('no Hello')
      for (const bytes of [signal.value.nonce, ...signal.value.tags]) tags.add(bytes.join())
      expect(move(i, { type: 'start' }, env), 'its answer is awaited').toEqual([])
      move(i, { type: 'stop' }, env)
    }
    expect(tags.size).toBe(3 * 17)
  })

  it('ends when a new Hello of I begins another', () => {
    offered()
    move(i, { type: 'start' }, env)
    expect(i.open.size).toBe(0)
    settle(i, r, env)
    expect(r.outputs.filter(({ type }) => type === 'abandoned')).toHaveLength(1)
    expect(i.introduced?.attempt).toBe(2)
    expect(i.introduced?.introduction).toEqual(r.introduced?.introduction)
  })

  it('is over after its time, and the other end is told', () => {
    offered()
    const deadline = moveDeadline(i.state) as number
    expect(deadline - env.clock).toBe(PROTOCOL.MOVE_MS)
    env.clock = deadline - 1
    expect(move(i, { type: 'tick' }, env)).toEqual([])
    env.clock = deadline
    move(i, { type: 'tick' }, env)
    settle(i, r, env)
    expect([i.state.phase.stage, r.state.phase.stage]).toEqual(['idle', 'idle'])
    expect([...i.open, ...r.open]).toEqual([])
    expect(refusals(r), 'it is a Bye, and no fault').toEqual([])
  })

  it('is ended by a connection that fails, of this move only', () => {
    move(i, { type: 'start' }, env)
    settle(i, r, env)
    expect(move(i, { type: 'failed', attempt: 7 }, env)).toEqual([])
    move(i, { type: 'failed', attempt: 1 }, env)
    settle(i, r, env)
    expect(r.state.phase.stage).toBe('idle')
    expect(move(r, { type: 'confirmed', attempt: 1 }, env)).toEqual([])
  })

  it('may be begun anew after one that failed', () => {
    offered()
    move(i, { type: 'stop' }, env)
    settle(i, r, env)
    move(i, { type: 'start' }, env)
    settle(i, r, env)
    expect(i.introduced?.introduction).toEqual(r.introduced?.introduction)
  })
})

describe('a signal that is refused ends the move, and the move only', () => {
  const refusedBy = (at: Mover, code: string) => {
    expect(refusals(at)).toEqual([code])
    expect(at.state.phase.stage).toBe('idle')
    expect(at.open.size).toBe(0)
  }

  it('an Offer to I, and a Hello by which R would start a move', () => {
    move(r, { type: 'signal', signal: encode(Signal, { signal: undefined }) }, env)
    expect(refusals(r)).toEqual(['malformed'])
    const stranger = movePair(env).i
    move(stranger, { type: 'start' }, env)
    const hello = changed(stranger, ({ signal }) => {
      if (signal?.$case === 'hello') signal.value.device = i.context.peer
    })
    move(i, { type: 'signal', signal: hello }, env)
    refusedBy(i, 'wrong_role')
  })

  it('an Offer that names another nonce', () => {
    offered()
    const offer = changed(i, ({ signal }) => {
      if (signal?.$case === 'offer') signal.value.peerNonce = env.random(16)
    })
    move(r, { type: 'signal', signal: offer }, env)
    refusedBy(r, 'stale_nonce')
  })

  it('an Offer with an SDP that no data channel needs', () => {
    offered()
    const offer = changed(i, ({ signal }) => {
      if (signal?.$case === 'offer') signal.value.sdp = `${OFFER_SDP}a=ice-lite\r\n`
    })
    move(r, { type: 'signal', signal: offer }, env)
    refusedBy(r, 'bad_sdp')
  })

  it('an Answer to another Offer', () => {
    offered()
    pass(i, r, env)
    const answer = changed(r, ({ signal }) => {
      if (signal?.$case === 'answer') signal.value.offerHash = env.random(32)
    })
    move(i, { type: 'signal', signal: answer }, env)
    refusedBy(i, 'stale_nonce')
    settle(i, r, env)
    expect(r.state.phase.stage, 'R is told').toBe('idle')
  })

  it('an Answer before there was an Offer, and an Offer that comes twice', () => {
    offered()
    const offer = i.sent[0] as Uint8Array
    pass(i, r, env)
    const answer = r.sent[0] as Uint8Array
    move(r, { type: 'signal', signal: offer }, env)
    refusedBy(r, 'out_of_order')
    move(i, { type: 'stop' }, env)
    move(i, { type: 'signal', signal: answer }, env)
    refusedBy(i, 'out_of_order')
  })

  it('an Answer to R, an Offer to I', () => {
    offered()
    const offer = changed(i, ({ signal }) => {
      if (signal?.$case === 'offer') Object.assign(signal.value, { from: r.context.own, to: i.context.own })
    })
    move(i, { type: 'signal', signal: offer }, env)
    refusedBy(i, 'wrong_role')
  })

  it('a Hello of another device, a repeated Hello, and one without a common version', () => {
    move(i, { type: 'start' }, env)
    const hello = i.sent[0] as Uint8Array
    pass(i, r, env)
    move(r, { type: 'signal', signal: hello }, env)
    refusedBy(r, 'replayed')
    const other = changed(r, ({ signal }) => {
      if (signal?.$case === 'hello') signal.value.device = env.random(16)
    })
    move(i, { type: 'signal', signal: other }, env)
    refusedBy(i, 'unknown_device')
    const { i: newer, r: older } = movePair(env)
    move(newer, { type: 'start' }, env)
    const upgraded = changed(newer, ({ signal }) => {
      if (signal?.$case === 'hello') signal.value.versions = [2]
    })
    move(older, { type: 'signal', signal: upgraded }, env)
    refusedBy(older, 'unsupported_version')
  })

  it('the own Hello and the own Offer that come back', () => {
    move(i, { type: 'start' }, env)
    move(i, { type: 'signal', signal: i.sent.shift() as Uint8Array }, env)
    refusedBy(i, 'reflected')
    offered()
    move(i, { type: 'signal', signal: i.sent.shift() as Uint8Array }, env)
    expect(refusals(i)).toEqual(['reflected', 'reflected'])
  })

  it('an Offer while the Hello of R is awaited', () => {
    move(i, { type: 'start' }, env)
    const nonces = { peerNonce: env.random(16), ownNonce: env.random(16) }
    const value = { from: i.context.peer, to: i.context.own, ...nonces, sdp: OFFER_SDP }
    move(i, { type: 'signal', signal: encode(Signal, { signal: { $case: 'offer', value } }) }, env)
    refusedBy(i, 'wrong_role')
  })

  it('and no fault of ours', () => {
    offered()
    pass(i, r, env)
    const sha256 = () => {
      throw new TypeError('ours')
    }
    const broken: TestEnv = { ...env, primitives: { ...env.primitives, sha256 } }
    expect(() => pass(r, i, broken)).toThrowError(TypeError)
  })

  it('a second Hello of R, and an Answer to R', () => {
    move(i, { type: 'start' }, env)
    pass(i, r, env)
    const hello = r.sent[0] as Uint8Array
    pass(r, i, env)
    move(i, { type: 'signal', signal: hello }, env)
    refusedBy(i, 'out_of_order')
    const { r: other } = movePair(env)
    const value = { from: other.context.peer, to: other.context.own, offerHash: env.random(32), sdp: OFFER_SDP }
    move(other, { type: 'signal', signal: encode(Signal, { signal: { $case: 'answer', value } }) }, env)
    refusedBy(other, 'wrong_role')
  })

  it.each(['from', 'to'] as const)('an Offer %s another device', (end) => {
    offered()
    const offer = changed(i, ({ signal }) => {
      if (signal?.$case === 'offer') signal.value[end] = env.random(16)
    })
    move(r, { type: 'signal', signal: offer }, env)
    refusedBy(r, 'readdressed')
  })

  it('a Bye where no move is under way, and one to another move', () => {
    const bye = (at: Mover, peerNonce: Uint8Array): Uint8Array => {
      const value = { from: at.context.peer, to: at.context.own, peerNonce, reason: ByeReason.LEAVING }
      return encode(Signal, { signal: { $case: 'bye', value } })
    }
    move(r, { type: 'signal', signal: bye(r, env.random(16)) }, env)
    refusedBy(r, 'out_of_order')
    const { i: other, r: far } = movePair(env)
    move(other, { type: 'start' }, env)
    pass(other, far, env)
    move(far, { type: 'signal', signal: bye(far, env.random(16)) }, env)
    refusedBy(far, 'stale_nonce')
  })
})

describe('a report of another try, or at another stage, changes nothing', () => {
  it.each(['localOffer', 'localAnswer', 'confirmed', 'failed'] as const)('%s', (type) => {
    const unchanged = (at: Mover, attempt: number) => {
      const before = at.state
      const step = stepMove(before, { type, attempt, sdp: OFFER_SDP }, at.context, env)
      expect(step).toEqual({ state: before, outputs: [], spent: [] })
    }
    unchanged(i, 1)
    move(i, { type: 'start' }, env)
    if (type !== 'failed') unchanged(i, 1)
    settle(i, r, env)
    expect([i.state.phase.stage, r.state.phase.stage]).toEqual(['connecting', 'connecting'])
    for (const at of [i, r]) {
      unchanged(at, 7)
      if (type === 'localOffer' || type === 'localAnswer') unchanged(at, 1)
    }
  })

  it('nor one of another try at its own stage', () => {
    // Without a platform, which would report at once.
    const halfway = (at: Mover, signal: Uint8Array, type: 'localOffer' | 'localAnswer') => {
      const { state } = stepMove(at.state, { type: 'signal', signal }, at.context, env)
      const late = stepMove(state, { type, attempt: 7, sdp: OFFER_SDP }, at.context, env)
      expect(late).toEqual({ state, outputs: [], spent: [] })
      return state.phase.stage
    }
    move(i, { type: 'start' }, env)
    pass(i, r, env)
    expect(halfway(i, r.sent[0] as Uint8Array, 'localOffer')).toBe('offering')
    pass(r, i, env)
    expect(halfway(r, i.sent[0] as Uint8Array, 'localAnswer')).toBe('answering')
  })

  it('and R has as long as I', () => {
    move(i, { type: 'start' }, env)
    pass(i, r, env)
    expect(moveDeadline(r.state)).toBe(env.clock + PROTOCOL.MOVE_MS)
  })
})
