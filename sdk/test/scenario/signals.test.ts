/**
 * What a server, or somebody else, can do to a signal on its way (spec/06 section 11). Each deviation changes nothing, is
 * not answered, and has one code. The honest signal is taken afterwards, which shows that the case was a real one.
 */
import { SealedSignal } from '@solo2/proto/introduction'
import { beforeEach, describe, expect, it } from 'vitest'
import { decodeCanonical, encode } from '../../src/bytes/canonical.js'
import { type AnySignal, ByeReason, parseSignal } from '../../src/introduction/signal.js'
import type { MeetingTopic } from '../../src/introduction/topics.js'
import { type MeetingScene, meetingScene, opened, sealed, strangeHello } from '../fixtures/meeting-scene.js'
import {
  ANSWER_SDP,
  type Device,
  device,
  OFFER_SDP,
  person,
  refusals,
  signals,
  step,
  type TestEnv,
  testEnv,
  topicsOf,
} from '../fixtures/meeting-world.js'

/** A deviation reaches a device: nothing but one refusal comes of it. */
function expectRefused(at: Device, topic: Uint8Array, signal: Uint8Array, code: string, env: TestEnv): void {
  const before = at.state
  const outputs = step(at, { type: 'delivered', topic, signal }, env)
  expect(outputs).toEqual([{ type: 'refused', code }])
  const { failures: _, ...rest } = at.state
  const { failures: __, ...restBefore } = before
  expect(rest).toEqual(restBefore)
  expect(at.state.phase).toBe(before.phase)
}

describe.each(['pairing', 'contact'] as const)('a signal on a %s topic', (kind) => {
  const scene = () => meetingScene(`signals ${kind}`, { withRoot: kind === 'contact' })
  let s: MeetingScene
  let first: MeetingTopic
  let second: MeetingTopic
  /** The offerer's Hello on the first topic, as it left. */
  let hello: Uint8Array
  beforeEach(() => {
    s = scene()
    first = s.topics[0] as MeetingTopic
    second = s.topics[1] as MeetingTopic
    expect(first.kind).toBe(kind)
    expect(second.kind).toBe(kind)
    expect(first.epoch).not.toBe(second.epoch)
    hello = signals(s.offerer.outputs)[0]?.signal as Uint8Array
  })

  /** An honest Hello is answered. */
  function expectAccepted(at: Device, signal: Uint8Array): void {
    const outputs = step(at, { type: 'delivered', topic: first.topic, signal }, s.env)
    expect(refusals(outputs)).toEqual([])
    expect(signals(outputs)).toHaveLength(1)
  }

  /** Runs the honest introduction up to the Offer that is on its way. */
  function offered(): Uint8Array {
    step(s.answerer, { type: 'delivered', topic: first.topic, signal: hello }, s.env)
    const back = signals(s.answerer.outputs).at(-1)?.signal as Uint8Array
    step(s.offerer, { type: 'delivered', topic: first.topic, signal: back }, s.env)
    const outputs = step(s.offerer, { type: 'localOffer', attempt: 1, sdp: OFFER_SDP }, s.env)
    return signals(outputs)[0]?.signal as Uint8Array
  }

  /** Further, up to the Answer that is on its way. */
  function answered(): Uint8Array {
    step(s.answerer, { type: 'delivered', topic: first.topic, signal: offered() }, s.env)
    const outputs = step(s.answerer, { type: 'localAnswer', attempt: 1, sdp: ANSWER_SDP }, s.env)
    return signals(outputs)[0]?.signal as Uint8Array
  }

  function offerBody() {
    const signal = parseSignal((s.offerer.state.phase as { offer: Uint8Array }).offer)
    if (signal.$case !== 'offer') throw new Error('not an offer')
    return signal.value
  }

  it('[T6] has 4,096 bytes, whatever it is', () => {
    const answer = answered()
    step(s.offerer, { type: 'leave' }, s.env)
    const all = [...signals(s.offerer.outputs), ...signals(s.answerer.outputs)]
    expect(all.length).toBeGreaterThanOrEqual(9)
    expect(new Set(all.map(({ signal }) => signal.length))).toEqual(new Set([4_096]))
    expect(answer).toHaveLength(4_096)
  })

  it('[T6] tampered with: each byte counts', () => {
    // The protobuf heads of both fields, then bytes of the encapsulated key, of the ciphertext and of its tag.
    const heads = [0, 1, 34, 35, 36]
    const sealedBytes = [2, 17, 33, 37, 38, 1_000, 2_000, 3_000, 4_079, 4_080, 4_095]
    for (const at of [...heads, ...sealedBytes]) {
      const { answerer, env } = scene()
      const changed = hello.slice()
      changed[at] = (changed[at] as number) ^ 1
      const before = answerer.state.phase
      const outputs = step(answerer, { type: 'delivered', topic: first.topic, signal: changed }, env)
      const codes = heads.includes(at) ? ['malformed', 'not_canonical', 'wrong_size'] : ['open_failed']
      expect(outputs).toHaveLength(1)
      expect(codes).toContain(refusals(outputs)[0])
      expect(answerer.state.phase).toBe(before)
    }
    expectAccepted(s.answerer, hello)
  })

  it('[T6] truncated', () => {
    for (const length of [0, 1, 2_048, 4_095]) {
      expectRefused(s.answerer, first.topic, hello.slice(0, length), 'wrong_size', s.env)
    }
    const { enc, ciphertext } = decodeCanonical(SealedSignal, hello)
    const short = encode(SealedSignal, { enc, ciphertext: ciphertext.slice(1) })
    expectRefused(s.answerer, first.topic, short, 'wrong_size', s.env)
    const moved = encode(SealedSignal, { enc: enc.slice(1), ciphertext: new Uint8Array([0, ...ciphertext]) })
    expectRefused(s.answerer, first.topic, moved, 'wrong_size', s.env)
    expectAccepted(s.answerer, hello)
  })

  it('[T6] replayed', () => {
    const offer = offered()
    expectRefused(s.answerer, first.topic, hello, 'replayed', s.env)
    step(s.answerer, { type: 'delivered', topic: first.topic, signal: offer }, s.env)
    expectRefused(s.answerer, first.topic, offer, 'replayed', s.env)
    const outputs = step(s.answerer, { type: 'localAnswer', attempt: 1, sdp: ANSWER_SDP }, s.env)
    expectRefused(s.answerer, first.topic, offer, 'replayed', s.env)
    const answer = signals(outputs)[0]?.signal as Uint8Array
    step(s.offerer, { type: 'delivered', topic: first.topic, signal: answer }, s.env)
    expectRefused(s.offerer, first.topic, answer, 'replayed', s.env)
  })

  it('[T6] replayed in a later meeting of the same epoch', () => {
    const offer = offered()
    step(s.answerer, { type: 'delivered', topic: first.topic, signal: offer }, s.env)
    const answer = signals(step(s.answerer, { type: 'localAnswer', attempt: 1, sdp: ANSWER_SDP }, s.env))[0]
      ?.signal as Uint8Array
    for (const at of [s.offerer, s.answerer]) {
      step(at, { type: 'failed', attempt: 1 }, s.env)
      expect(at.state.phase.stage).toBe('waiting')
    }
    expectRefused(s.answerer, first.topic, offer, 'stale_nonce', s.env)
    expectRefused(s.offerer, first.topic, answer, 'stale_nonce', s.env)
  })

  it('[T6] re-addressed to another topic of the two', () => {
    const other = kind === 'pairing' ? undefined : s.topics.find((topic) => topic.kind === 'pairing')
    if (other !== undefined) expectRefused(s.answerer, other.topic, hello, 'readdressed', s.env)
    expectRefused(s.answerer, s.env.random(16), hello, 'readdressed', s.env)
  })

  it('[T6] re-addressed to another device of the recipient', () => {
    const offer = offered()
    const sibling = device(s.env, 'b2', s.b, s.a)
    step(sibling, { type: 'start', topics: s.topics }, s.env)
    step(sibling, { type: 'joined', topics: s.topics.map(({ topic }) => topic) }, s.env)
    expectRefused(sibling, first.topic, offer, 'readdressed', s.env)
    const nonce = (sibling.state.phase as { own: { nonce: Uint8Array } }).own.nonce
    const bye = { from: s.env.random(16), to: s.env.random(16), peerNonce: nonce, reason: ByeReason.BUSY }
    const signal = sealed(s.a, s.b, first, { $case: 'bye', value: bye }, s.env)
    expectRefused(sibling, first.topic, signal, 'readdressed', s.env)
  })

  it('[T6] re-addressed to another person', () => {
    const stranger = person(s.env)
    const at = device(s.env, 'c', stranger, s.a)
    step(at, { type: 'start', topics: s.topics }, s.env)
    expectRefused(at, first.topic, hello, 'open_failed', s.env)
  })

  it('[T6] reflected', () => {
    expectRefused(s.offerer, first.topic, hello, 'reflected', s.env)
    // Sealed anew by somebody who holds the contact's key and shows our device as theirs.
    const own = s.offerer.context.own.device
    const nonce = (s.offerer.state.phase as { own: { nonce: Uint8Array } }).own.nonce
    const addressed = { from: own, to: own, sdp: OFFER_SDP }
    const claims: AnySignal[] = [
      strangeHello(s.env, { device: own }),
      { $case: 'offer', value: { ...addressed, peerNonce: nonce, ownNonce: nonce } },
      { $case: 'answer', value: { ...addressed, offerHash: s.env.random(32) } },
      { $case: 'bye', value: { from: own, to: own, peerNonce: nonce, reason: ByeReason.BUSY } },
    ]
    for (const claim of claims) {
      expectRefused(s.offerer, first.topic, sealed(s.b, s.a, first, claim, s.env), 'reflected', s.env)
    }
  })

  it('[T6] of a foreign contact', () => {
    const foreign = person(s.env)
    const signal = sealed(foreign, s.b, first, strangeHello(s.env), s.env)
    expectRefused(s.answerer, first.topic, signal, 'open_failed', s.env)
    const knowing: Device = { ...s.answerer, context: { ...s.answerer.context, others: [foreign] } }
    expectRefused(knowing, first.topic, signal, 'foreign_contact', s.env)
  })

  it('[T6] with swapped roles', () => {
    offered()
    const body = offerBody()
    const [mine, theirs] = [s.offerer.context.own.device, s.answerer.context.own.device]
    const reversed = { ...body, from: theirs, to: mine, ownNonce: body.peerNonce, peerNonce: body.ownNonce }
    const offer = sealed(s.b, s.a, first, { $case: 'offer', value: reversed }, s.env)
    expectRefused(s.offerer, first.topic, offer, 'wrong_role', s.env)
    const value = { from: mine, to: theirs, offerHash: s.env.random(32), sdp: ANSWER_SDP }
    const answer = sealed(s.a, s.b, first, { $case: 'answer', value }, s.env)
    expectRefused(s.answerer, first.topic, answer, 'wrong_role', s.env)
  })

  it('[T6] of another epoch', () => {
    expectRefused(s.answerer, second.topic, hello, 'wrong_epoch', s.env)
    const tomorrow = testEnv('later', s.env.now() + 2 * 86_400_000)
    const later = topicsOf(tomorrow, s.a, s.b)[0] as MeetingTopic
    const signal = sealed(s.a, s.b, later, strangeHello(s.env), s.env)
    expectRefused(s.answerer, first.topic, signal, 'open_failed', s.env)
    expectAccepted(s.answerer, hello)
  })

  it('[T6] with other nonces than those of the two Hellos', () => {
    offered()
    const body = offerBody()
    for (const change of [
      { peerNonce: s.env.random(16) },
      { ownNonce: s.env.random(16) },
      { from: s.env.random(16) },
    ]) {
      const offer = sealed(s.a, s.b, first, { $case: 'offer', value: { ...body, ...change } }, s.env)
      expectRefused(s.answerer, first.topic, offer, 'stale_nonce', s.env)
    }
    const [mine, theirs] = [s.offerer.context.own.device, s.answerer.context.own.device]
    const value = { from: theirs, to: mine, offerHash: s.env.random(32), sdp: ANSWER_SDP }
    const answer = sealed(s.b, s.a, first, { $case: 'answer', value }, s.env)
    expectRefused(s.offerer, first.topic, answer, 'stale_nonce', s.env)
    const bye = { from: theirs, to: mine, peerNonce: s.env.random(16), reason: ByeReason.LEAVING }
    const stale = sealed(s.b, s.a, first, { $case: 'bye', value: bye }, s.env)
    expectRefused(s.offerer, first.topic, stale, 'stale_nonce', s.env)
  })

  it('[T6] with an SDP of more than one data channel', () => {
    offered()
    const sdp = `${OFFER_SDP}m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n`
    const offer = sealed(s.a, s.b, first, { $case: 'offer', value: { ...offerBody(), sdp } }, s.env)
    expectRefused(s.answerer, first.topic, offer, 'bad_sdp', s.env)
  })

  it('[T6] over the limit of failures: the topic is ignored for the rest of the minute', () => {
    const changed = hello.slice()
    changed[4_095] = (changed[4_095] as number) ^ 1
    for (let i = 0; i < 16; i++) expectRefused(s.answerer, first.topic, changed, 'open_failed', s.env)
    expectRefused(s.answerer, first.topic, changed, 'too_many_failures', s.env)
    expectRefused(s.answerer, first.topic, hello, 'too_many_failures', s.env)
    expectRefused(s.answerer, second.topic, changed, 'open_failed', s.env)
    s.env.clock += 60_000
    expectAccepted(s.answerer, hello)
  })

  it('of a device with no common tunnel version, or an older one than it had, is told so once', () => {
    for (const [changes, versions] of [
      [{ versions: [2] }, [1]],
      [{ versions: [1, 2], pinnedVersion: () => 2 }, [1]],
    ] as const) {
      const { env, offerer, topics } = scene()
      const at: Device = { ...offerer, context: { ...offerer.context, ...changes } }
      const nonce = env.random(16)
      const signal = sealed(
        s.b,
        s.a,
        topics[0] as MeetingTopic,
        strangeHello(env, { versions: [...versions], nonce }),
        env,
      )
      const topic = (topics[0] as MeetingTopic).topic
      const outputs = step(at, { type: 'delivered', topic, signal }, env)
      expect(refusals(outputs)).toEqual(['unsupported_version'])
      const bye = opened(s.b, s.a, topics[0] as MeetingTopic, signals(outputs)[0]?.signal as Uint8Array, env)
      expect(bye).toMatchObject({ $case: 'bye', value: { peerNonce: nonce, reason: ByeReason.VERSION } })
      expect(at.state.phase.stage).toBe('waiting')
      expectRefused(at, topic, signal, 'replayed', env)
    }
  })

  it('to a busy device is answered once with a Bye, and changes nothing', () => {
    offered()
    const hello = strangeHello(s.env)
    const signal = sealed(s.b, s.a, first, hello, s.env)
    const outputs = step(s.offerer, { type: 'delivered', topic: first.topic, signal }, s.env)
    expect(refusals(outputs)).toEqual(['busy'])
    const bye = opened(s.b, s.a, first, signals(outputs)[0]?.signal as Uint8Array, s.env)
    expect(bye).toMatchObject({ $case: 'bye', value: { to: hello.value.device, reason: ByeReason.BUSY } })
    expect(s.offerer.state.phase.stage).toBe('offered')
    expectRefused(s.offerer, first.topic, signal, 'replayed', s.env)
  })

  it('[T6] of a device that started anew begins the negotiation again, and its former one is a replay', () => {
    answered()
    const again = device(s.env, 'a', s.a, s.b, { own: s.offerer.context.own })
    step(again, { type: 'start', topics: s.topics }, s.env)
    const outputs = step(again, { type: 'joined', topics: [first.topic] }, s.env)
    const signal = signals(outputs)[0]?.signal as Uint8Array
    const reaction = step(s.answerer, { type: 'delivered', topic: first.topic, signal }, s.env)
    expect(reaction[0]).toEqual({ type: 'abandoned', attempt: 1, reason: 'restarted' })
    expectRefused(s.answerer, first.topic, hello, 'replayed', s.env)
    expect(s.answerer.state.phase.stage).toBe('waiting')
    const back = signals(reaction)[0]?.signal as Uint8Array
    expect(step(again, { type: 'delivered', topic: first.topic, signal: back }, s.env).at(-1)).toEqual({
      type: 'createOffer',
      attempt: 1,
    })
    expectRefused(s.answerer, first.topic, signal, 'replayed', s.env)
  })

  it('of a device that leaves ends the negotiation with it', () => {
    answered()
    const outputs = step(s.answerer, { type: 'leave' }, s.env)
    expect(outputs.map(({ type }) => type)).toEqual(['abandoned', 'send', 'leave'])
    const bye = signals(outputs)[0]?.signal as Uint8Array
    const reaction = step(s.offerer, { type: 'delivered', topic: first.topic, signal: bye }, s.env)
    expect(reaction).toEqual([
      { type: 'abandoned', attempt: 1, reason: 'left' },
      { type: 'refused', code: 'peer_left' },
    ])
    expect(s.offerer.state.phase.stage).toBe('waiting')
  })
})
