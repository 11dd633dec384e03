/** What a meeting does with a delivered signal; signals.test.ts has what somebody can do to one on its way. */
import { beforeEach, describe, expect, it } from 'vitest'
import {
  deliver,
  introduce,
  introducing,
  type MeetingScene,
  meetingScene,
  opened,
  ownNonce,
  sealed,
  strangeHello,
} from '../../test/fixtures/meeting-scene.js'
import {
  ANSWER_SDP,
  type Device,
  OFFER_SDP,
  person,
  refusals,
  signals,
  step,
} from '../../test/fixtures/meeting-world.js'
import { toHex } from '../bytes/bytes.js'
import { PROTOCOL } from '../limits.js'
import { meetingDeadline } from './meeting.js'
import { type AnySignal, ByeReason, parseSignal, sealSignal } from './signal.js'
import type { MeetingTopic } from './topics.js'

let s: MeetingScene
let contact: MeetingTopic
let nextContact: MeetingTopic
let pairing: MeetingTopic
let nextPairing: MeetingTopic

beforeEach(() => {
  s = meetingScene('receive')
  const [first, second, third, fourth] = s.topics as [MeetingTopic, MeetingTopic, MeetingTopic, MeetingTopic]
  contact = first
  nextContact = second
  pairing = third
  nextPairing = fourth
  expect(s.topics.map(({ kind }) => kind)).toEqual(['contact', 'contact', 'pairing', 'pairing'])
})

/** What comes of a signal of the other person. */
function give(to: Device, signal: AnySignal, topic = contact) {
  const [from, own] = to.name === 'a' ? [s.b, s.a] : [s.a, s.b]
  return deliver(to, topic, sealed(from, own, topic, signal, s.env), s.env)
}

/** A device with another context, in the same state. */
function like(at: Device, context: Partial<Device['context']>): Device {
  return { ...at, context: { ...at.context, ...context } }
}

describe('a signal that is refused', () => {
  const tampered = () => {
    const bytes = signals(s.offerer.outputs)[0]?.signal as Uint8Array
    return bytes.with(4_095, (bytes[4_095] as number) ^ 1)
  }
  const codes = (signal: Uint8Array, times = 1) => {
    const all = Array.from({ length: times }, () => refusals(deliver(s.answerer, contact, signal, s.env)))
    return [...new Set(all.flat())]
  }

  it('for its form, by somebody who can seal, is no failure to open it', () => {
    const channel = {
      kind: 'contact',
      topic: contact.topic,
      own: s.a,
      peer: s.b,
      psk: contact.psk as Uint8Array,
    } as const
    const { bytes } = sealSignal(s.env, channel, new Uint8Array(PROTOCOL.SIGNAL_PLAINTEXT))
    expect(codes(bytes, 20)).toEqual(['malformed'])
  })

  it('does not hide a fault of ours', () => {
    const broken = () => {
      throw new TypeError('ours')
    }
    const at = like(s.answerer, { pinnedVersion: broken })
    expect(() => give(at, strangeHello(s.env))).toThrowError(TypeError)
  })

  it('counts in the minute that the first one began, and the next one begins its own', () => {
    expect(codes(tampered())).toEqual(['open_failed'])
    s.env.clock += 59_999
    expect(codes(tampered(), 15)).toEqual(['open_failed'])
    expect(codes(tampered())).toEqual(['too_many_failures'])
    s.env.clock += 1
    expect(codes(tampered(), 16)).toEqual(['open_failed'])
    expect(codes(tampered())).toEqual(['too_many_failures'])
  })

  it('is named by the first eight other contacts only', () => {
    const others = Array.from({ length: 9 }, () => person(s.env))
    const at = like(s.answerer, { others })
    const named = others.map((other) => {
      const signal = sealed(other, s.b, contact, strangeHello(s.env), s.env)
      return refusals(deliver(at, contact, signal, s.env))[0]
    })
    expect(named).toEqual([...new Array(8).fill('foreign_contact'), 'open_failed'])
  })

  it('is told as a reflection of one of the last 64 that were sent', () => {
    while (signals(s.offerer.outputs).length < 68) {
      s.env.clock = meetingDeadline(s.offerer.state) as number
      step(s.offerer, { type: 'tick' }, s.env)
    }
    const back = [-65, -64, -1].map((at) => {
      const { topic, signal } = signals(s.offerer.outputs).at(at) as { topic: Uint8Array; signal: Uint8Array }
      return refusals(step(s.offerer, { type: 'delivered', topic, signal }, s.env))
    })
    expect(back.flat()).toEqual(['open_failed', 'reflected', 'reflected'])
  })
})

describe('a Hello', () => {
  it('of the version that its device had before is welcome', () => {
    const at = like(s.answerer, { pinnedVersion: () => 1 })
    expect(give(at, strangeHello(s.env)).map(({ type }) => type)).toEqual(['send'])
  })

  it('has one answer of the answerer, which then waits', () => {
    expect(give(s.answerer, strangeHello(s.env)).map(({ type }) => type)).toEqual(['send'])
    expect(s.answerer.state.phase.stage).toBe('waiting')
  })

  it('of a ninth device makes the first one forgotten', () => {
    const hellos = Array.from({ length: 9 }, () => strangeHello(s.env))
    for (const hello of hellos) give(s.answerer, hello)
    const told = signals(step(s.answerer, { type: 'leave' }, s.env)).map(({ topic, signal }) => {
      expect(topic).toBe(contact.topic)
      return opened(s.a, s.b, contact, signal, s.env)
    })
    expect(told.map((bye) => (bye.$case === 'bye' ? toHex(bye.value.to) : bye.$case))).toEqual(
      hellos.slice(1).map(({ value }) => toHex(value.device)),
    )
  })
})

describe('the same Hello on another topic', () => {
  const topicOf = {
    contact: () => contact,
    nextContact: () => nextContact,
    pairing: () => pairing,
    nextPairing: () => nextPairing,
  }
  type Name = keyof typeof topicOf

  describe.each<[Name, Name, Name]>([
    ['pairing', 'contact', 'contact'],
    ['contact', 'pairing', 'contact'],
    ['contact', 'nextContact', 'contact'],
    ['pairing', 'nextPairing', 'pairing'],
  ])('%s, then %s: the two meet on %s', (first, second, kept) => {
    it('while the answerer waits', () => {
      const hello = strangeHello(s.env)
      give(s.answerer, hello, topicOf[first]())
      expect(give(s.answerer, hello, topicOf[second]())).toEqual([])
      expect(s.answerer.state.phase.stage).toBe('waiting')
      expect(refusals(give(s.answerer, hello, topicOf[kept]()))).toEqual(['replayed'])
      const outputs = step(s.answerer, { type: 'leave' }, s.env)
      expect(signals(outputs).map(({ topic }) => topic)).toEqual([topicOf[kept]().topic])
      expect(outputs.at(-1)?.type).toBe('leave')
    })

    it('while the offerer makes its Offer', () => {
      const hello = strangeHello(s.env)
      give(s.offerer, hello, topicOf[first]())
      expect(give(s.offerer, hello, topicOf[second]())).toEqual([])
      const outputs = step(s.offerer, { type: 'localOffer', attempt: 1, sdp: OFFER_SDP }, s.env)
      expect(signals(outputs).map(({ topic }) => topic)).toEqual([topicOf[kept]().topic])
    })
  })

  it('moves nothing once the Offer is made', () => {
    const hello = strangeHello(s.env)
    give(s.offerer, hello, pairing)
    step(s.offerer, { type: 'localOffer', attempt: 1, sdp: OFFER_SDP }, s.env)
    const { phase } = s.offerer.state
    expect(give(s.offerer, hello, contact)).toEqual([])
    expect(s.offerer.state.phase).toBe(phase)
  })

  it('of a device that was turned away moves its own topic, not that of the try', () => {
    give(s.offerer, strangeHello(s.env), pairing)
    const other = strangeHello(s.env)
    expect(refusals(give(s.offerer, other, pairing))).toEqual(['busy'])
    expect(give(s.offerer, other, contact)).toEqual([])
    const outputs = step(s.offerer, { type: 'localOffer', attempt: 1, sdp: OFFER_SDP }, s.env)
    expect(signals(outputs).map(({ topic }) => topic)).toEqual([pairing.topic])
    const byes = signals(step(s.offerer, { type: 'leave' }, s.env))
    expect(byes.map(({ topic }) => topic)).toEqual([pairing.topic, contact.topic])
  })
})

describe('a device with which this one has no role', () => {
  it('gets nothing, whatever it says', () => {
    const at = like(s.answerer, { role: () => undefined })
    expect(refusals(give(at, strangeHello(s.env)))).toEqual(['unknown_device'])
    const own = s.answerer.context.own.device
    const value = {
      from: s.env.random(16),
      to: own,
      peerNonce: ownNonce(s.answerer),
      ownNonce: s.env.random(16),
      sdp: OFFER_SDP,
    }
    expect(refusals(give(at, { $case: 'offer', value }))).toEqual(['unknown_device'])
    expect(signals(at.outputs)).toEqual(signals(s.answerer.outputs))
  })
})

describe('an Answer', () => {
  it('with an SDP that no data channel needs is refused, and the right one is taken after it', () => {
    introduce(s, 'answer')
    const { offerHash } = s.offerer.state.phase as { offerHash: Uint8Array }
    const addressed = { from: s.answerer.context.own.device, to: s.offerer.context.own.device, offerHash }
    const sdp = `${ANSWER_SDP}a=ice-lite\r\n`
    expect(give(s.offerer, { $case: 'answer', value: { ...addressed, sdp } })).toEqual([
      { type: 'refused', code: 'bad_sdp' },
    ])
    expect(s.offerer.state.phase.stage).toBe('offered')
    expect(introducing.takeAnswer(s).map(({ type }) => type)).toEqual(['acceptAnswer', 'introduced'])
  })

  it('introduces both sides with the Hello of each in its place', () => {
    introduce(s, 'takeAnswer')
    for (const at of [s.offerer, s.answerer]) {
      const { helloI, helloR } = at.introduction?.introduction ?? {}
      expect(parseSignal(helloI as Uint8Array)).toMatchObject({ value: { device: s.offerer.context.own.device } })
      expect(parseSignal(helloR as Uint8Array)).toMatchObject({ value: { device: s.answerer.context.own.device } })
    }
  })
})

describe('a Bye while waiting', () => {
  it('makes the Hello of its device forgotten, and of no other', () => {
    const [one, two] = [strangeHello(s.env).value, strangeHello(s.env).value] as const
    for (const value of [one, two]) give(s.answerer, { $case: 'hello', value })
    const own = { to: s.answerer.context.own.device, peerNonce: ownNonce(s.answerer) }
    const bye = (from: Uint8Array): AnySignal => ({ $case: 'bye', value: { ...own, from, reason: ByeReason.LEAVING } })
    for (const from of [one.device, s.env.random(16)]) {
      expect(give(s.answerer, bye(from))).toEqual([{ type: 'refused', code: 'peer_left' }])
    }
    const offer = ({ device, nonce }: { device: Uint8Array; nonce: Uint8Array }): AnySignal => ({
      $case: 'offer',
      value: { ...own, from: device, ownNonce: nonce, sdp: OFFER_SDP },
    })
    expect(refusals(give(s.answerer, offer(one)))).toEqual(['stale_nonce'])
    expect(give(s.answerer, offer(two))).toEqual([{ type: 'acceptOffer', attempt: 1, sdp: OFFER_SDP }])
  })
})
