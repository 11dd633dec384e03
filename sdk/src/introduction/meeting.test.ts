import { beforeEach, describe, expect, it } from 'vitest'
import {
  ANSWER_SDP,
  type Device,
  device,
  OFFER_SDP,
  type Person,
  pair,
  refusals,
  signals,
  step,
  type TestEnv,
  testEnv,
  topicsOf,
} from '../../test/fixtures/meeting-world.js'
import { toHex } from '../bytes/bytes.js'
import { Solo2Error } from '../errors.js'
import { meetingDeadline, stepMeeting } from './meeting.js'
import { composeSignal, sealSignal } from './signal.js'
import type { MeetingTopic } from './topics.js'

let env: TestEnv
let a: Person
let b: Person
let offerer: Device
let answerer: Device
let topics: MeetingTopic[]
let first: MeetingTopic
let second: MeetingTopic

beforeEach(() => {
  env = testEnv('meeting')
  const people = pair(env)
  a = people[0]
  b = people[1]
  topics = topicsOf(env, a, b, env.random(32))
  first = topics[0] as MeetingTopic
  second = topics[1] as MeetingTopic
  offerer = begun('a', a, b)
  answerer = begun('b', b, a)
})

function begun(name: string, own: Person, peer: Person): Device {
  const at = device(env, name, own, peer)
  step(at, { type: 'start', topics }, env)
  step(at, { type: 'joined', topics: topics.map(({ topic }) => topic) }, env)
  return at
}

/** The last signal of `from` reaches `to` on the first topic. */
function pass(from: Device, to: Device, pick = -1) {
  const sent = signals(from.outputs).filter(({ topic }) => topic === first.topic)
  return step(to, { type: 'delivered', topic: first.topic, signal: sent.at(pick)?.signal as Uint8Array }, env)
}

function nonceOf(at: Device): string {
  return toHex((at.state.phase as { own: { nonce: Uint8Array } }).own.nonce)
}

/** Up to the Offer that is on its way. */
function offered(from = offerer): void {
  pass(from, answerer)
  pass(answerer, from)
  step(from, { type: 'localOffer', attempt: from.state.attempts, sdp: OFFER_SDP }, env)
}

describe('a meeting', () => {
  it('says one Hello on each topic once it is joined, and not before', () => {
    const at = device(env, 'a', a, b)
    expect(step(at, { type: 'start', topics }, env).map(({ type }) => type)).toEqual(['join'])
    const outputs = step(at, { type: 'joined', topics: [first.topic] }, env)
    expect(signals(outputs).map(({ topic }) => topic)).toEqual([first.topic])
    const rest = step(at, { type: 'joined', topics: [second.topic] }, env)
    expect(signals(rest).map(({ topic }) => topic)).toEqual([second.topic])
    expect(step(at, { type: 'joined', topics: [env.random(16)] }, env)).toEqual([])
  })

  it('says Hello with a fresh nonce when the socket was lost', () => {
    const before = nonceOf(offerer)
    const outputs = step(offerer, { type: 'joined', topics: topics.map(({ topic }) => topic) }, env)
    expect(signals(outputs)).toHaveLength(topics.length)
    expect(nonceOf(offerer)).not.toBe(before)
  })

  it('leaves a negotiation alone when the socket was lost', () => {
    offered()
    const { phase } = offerer.state
    expect(step(offerer, { type: 'joined', topics: topics.map(({ topic }) => topic) }, env)).toEqual([])
    expect(offerer.state.phase).toBe(phase)
  })

  it('says Hello again with a fresh nonce while nobody comes, ever more rarely', () => {
    const pauses: number[] = []
    for (let round = 0; round < 7; round++) {
      const before = nonceOf(offerer)
      const deadline = meetingDeadline(offerer.state) as number
      pauses.push(deadline - env.clock)
      env.clock = deadline - 1
      expect(step(offerer, { type: 'tick' }, env)).toEqual([])
      env.clock = deadline
      expect(signals(step(offerer, { type: 'tick' }, env))).toHaveLength(topics.length)
      expect(nonceOf(offerer)).not.toBe(before)
    }
    const most = [60, 120, 240, 480, 900, 900, 900].map((seconds) => seconds * 1_000)
    pauses.forEach((pause, i) => {
      expect(pause).toBeGreaterThanOrEqual((most[i] as number) / 2)
      expect(pause).toBeLessThanOrEqual(most[i] as number)
    })
  })

  it('asks again when an answerer heard a Hello and no offer follows', () => {
    pass(offerer, answerer)
    const before = nonceOf(answerer)
    expect(meetingDeadline(answerer.state)).toBe(env.clock + 12_000)
    env.clock += 12_000
    expect(signals(step(answerer, { type: 'tick' }, env))).toHaveLength(topics.length)
    expect(nonceOf(answerer)).not.toBe(before)
  })

  it('gives each step its time, then waits with a fresh nonce, longer after each failure', () => {
    const stages: string[] = []
    let longest = 0
    for (let round = 0; round < 12; round++) {
      pass(answerer, offerer)
      stages.push(offerer.state.phase.stage)
      expect(meetingDeadline(offerer.state)).toBe(env.clock + 10_000)
      const before = nonceOf(offerer)
      env.clock += 10_000
      const outputs = step(offerer, { type: 'tick' }, env)
      expect(outputs).toEqual([{ type: 'abandoned', attempt: round + 1, reason: 'timeout' }])
      expect(nonceOf(offerer)).not.toBe(before)
      const pause = (meetingDeadline(offerer.state) as number) - env.clock
      expect(pause).toBeLessThanOrEqual(Math.min(30_000, 500 * 2 ** round))
      longest = Math.max(longest, pause)
    }
    expect(new Set(stages)).toEqual(new Set(['offering']))
    expect(longest).toBeGreaterThan(2_000)
  })

  it('quotes the newest Hello of a device that started anew before the Offer was made', () => {
    pass(answerer, offerer)
    const again = device(env, 'b', b, a, { own: answerer.context.own })
    step(again, { type: 'start', topics }, env)
    step(again, { type: 'joined', topics: [first.topic] }, env)
    expect(pass(again, offerer).map(({ type }) => type)).toEqual(['send'])
    expect(offerer.state.attempts).toBe(1)
    pass(offerer, again)
    step(offerer, { type: 'localOffer', attempt: 1, sdp: OFFER_SDP }, env)
    expect(pass(offerer, again)).toEqual([{ type: 'acceptOffer', attempt: 1, sdp: OFFER_SDP }])
  })

  it('turns a second offerer away once, that it had heard before', () => {
    const sibling = begun('a2', a, b)
    pass(offerer, answerer)
    pass(sibling, answerer)
    for (const at of [offerer, sibling]) {
      pass(answerer, at)
      step(at, { type: 'localOffer', attempt: 1, sdp: OFFER_SDP }, env)
    }
    expect(pass(offerer, answerer).map(({ type }) => type)).toEqual(['acceptOffer'])
    const { phase } = answerer.state
    const outputs = pass(sibling, answerer)
    expect(outputs.map(({ type }) => type)).toEqual(['send', 'refused'])
    expect(refusals(outputs)).toEqual(['busy'])
    expect({ ...answerer.state.phase, peers: [] }).toEqual({ ...phase, peers: [] })
    expect(pass(sibling, answerer)).toEqual([{ type: 'refused', code: 'replayed' }])
    expect(pass(answerer, sibling)).toEqual([
      { type: 'abandoned', attempt: 1, reason: 'busy' },
      { type: 'refused', code: 'busy' },
    ])
  })

  it('is not ended by the Bye of another device of the contact', () => {
    offered()
    const other = { from: env.random(16), to: offerer.context.own.device, reason: 1 as const }
    const peerNonce = (offerer.state.phase as { own: { nonce: Uint8Array } }).own.nonce
    const padded = composeSignal({ $case: 'bye', value: { ...other, peerNonce } })
    const channel = { kind: 'contact', topic: first.topic, own: b, peer: a, psk: first.psk as Uint8Array } as const
    const { phase } = offerer.state
    const outputs = step(
      offerer,
      { type: 'delivered', topic: first.topic, signal: sealSignal(env, channel, padded).bytes },
      env,
    )
    expect(outputs).toEqual([{ type: 'refused', code: 'busy' }])
    expect(offerer.state.phase).toBe(phase)
  })

  it('takes an Answer on the topic of the Offer only', () => {
    offered()
    const { offerHash } = offerer.state.phase as { offerHash: Uint8Array }
    const value = { from: answerer.context.own.device, to: offerer.context.own.device, offerHash, sdp: ANSWER_SDP }
    const padded = composeSignal({ $case: 'answer', value })
    const channel = { kind: 'pairing', topic: second.topic, own: b, peer: a } as const
    expect(second.kind).toBe('pairing')
    const signal = sealSignal(env, channel, padded).bytes
    const outputs = step(offerer, { type: 'delivered', topic: second.topic, signal }, env)
    expect(outputs).toEqual([{ type: 'refused', code: 'readdressed' }])
  })

  it('keeps the topic of a negotiation through an epoch change, and hands over what it no longer needs', () => {
    offered()
    const next = topicsOf(testEnv('tomorrow', env.clock + 86_400_000), a, b, env.random(32))
    const changed = stepMeeting(offerer.state, { type: 'topics', topics: next }, offerer.context, env)
    expect(changed.outputs).toEqual([
      { type: 'leave', topics: [second.topic] },
      { type: 'join', topics: next.map(({ topic }) => topic) },
    ])
    expect(changed.spent).toEqual([])
    const left = stepMeeting(changed.state, { type: 'leave' }, offerer.context, env)
    expect(left.state.phase).toEqual({ stage: 'away' })
    expect(left.spent).toContain(first.psk)
    expect(left.spent).toContain(next[0]?.psk)
  })

  it('ignores reports of a try that is over, and refuses to start twice', () => {
    offered()
    const before = offerer.state
    for (const type of ['localOffer', 'localAnswer', 'connected', 'failed'] as const) {
      step(offerer, { type, attempt: 7, sdp: OFFER_SDP }, env)
      expect(offerer.state.phase).toBe(before.phase)
    }
    const start = () => stepMeeting(offerer.state, { type: 'start', topics }, offerer.context, env)
    expect(start).toThrowError(Solo2Error)
  })

  it('tells the handshake the same on both sides', () => {
    offered()
    pass(offerer, answerer)
    step(answerer, { type: 'localAnswer', attempt: 1, sdp: ANSWER_SDP }, env)
    pass(answerer, offerer)
    const [i, r] = [offerer.introduction?.introduction, answerer.introduction?.introduction]
    expect(i).toMatchObject({ role: 'offerer', version: 1, topicKind: 'contact', epoch: first.epoch })
    expect(r).toMatchObject({ role: 'answerer', version: 1, topicKind: 'contact', epoch: first.epoch })
    for (const name of ['helloI', 'helloR', 'offer', 'answer'] as const) {
      expect(i?.[name]).toHaveLength(4_043)
      expect(i?.[name]).toEqual(r?.[name])
    }
    expect(i?.peerNonce).toEqual(r?.ownNonce)
    expect(i?.ownNonce).toEqual(r?.peerNonce)
    expect(i?.peerTags).toHaveLength(16)
    expect(i?.peerDevice).toEqual(answerer.context.own.device)
    expect(r?.peerDevice).toEqual(offerer.context.own.device)
  })
})
