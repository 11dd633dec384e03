/** What each input does at each stage; meeting.test.ts follows whole meetings, meeting-receive.test.ts what is delivered. */
import { beforeEach, describe, expect, it } from 'vitest'
import {
  begin,
  deliver,
  introduce,
  introducing,
  type MeetingScene,
  meetingScene,
  namesOf,
  opened,
  ownNonce,
  sealed,
  strangeHello,
} from '../../test/fixtures/meeting-scene.js'
import {
  ANSWER_SDP,
  type Device,
  device,
  OFFER_SDP,
  refusals,
  signals,
  step,
} from '../../test/fixtures/meeting-world.js'
import { codeOf } from '../../test/vectors/published.js'
import { createMeeting, type MeetingInput, meetingDeadline, stepMeeting } from './meeting.js'
import { ByeReason } from './signal.js'
import type { MeetingTopic } from './topics.js'

let s: MeetingScene
let contact: MeetingTopic
let nextContact: MeetingTopic
let pairing: MeetingTopic

beforeEach(() => {
  s = meetingScene('steps')
  const [first, second, third] = s.topics as [MeetingTopic, MeetingTopic, MeetingTopic]
  contact = first
  nextContact = second
  pairing = third
  expect([first, second, third].map(({ kind }) => kind)).toEqual(['contact', 'contact', 'pairing'])
})

/** The same topic with a key of its own, as a caller derives it anew. */
function copy(topic: MeetingTopic): MeetingTopic {
  return { ...topic, psk: topic.psk?.slice() } as MeetingTopic
}

function expectUnchanged(at: Device, input: MeetingInput): void {
  const { state } = at
  const moved = stepMeeting(state, input, at.context, s.env)
  expect(moved.outputs).toEqual([])
  expect(moved.state).toBe(state)
}

describe('start', () => {
  it('joins the topics, from away and from met, and is a fault while the meeting runs', () => {
    const at = device(s.env, 'a', s.a, s.b)
    const start = { type: 'start', topics: s.topics } as const
    const join = [{ type: 'join', topics: namesOf(s.topics) }]
    expect(step(at, start, s.env)).toEqual(join)
    expect(codeOf(() => step(at, start, s.env))).toBe('wrong_state')
    introduce(s, 'meet')
    expect(step(s.offerer, start, s.env)).toEqual(join)
    expect(s.offerer.state.phase.stage).toBe('waiting')
  })
})

describe('changed topics', () => {
  const change = (topics: readonly MeetingTopic[], at = s.offerer) => step(at, { type: 'topics', topics }, s.env)

  it('join what is new and leave what is not wanted, and nothing else', () => {
    const fresh: MeetingTopic = { topic: s.env.random(16), kind: 'pairing', epoch: 1 }
    expect(change(s.topics)).toEqual([])
    expect(change([contact, nextContact])).toEqual([{ type: 'leave', topics: namesOf(s.topics.slice(2)) }])
    expect(change([contact, nextContact, fresh])).toEqual([{ type: 'join', topics: [fresh.topic] }])
    expect(change([contact])).toEqual([{ type: 'leave', topics: [nextContact.topic, fresh.topic] }])
    const signal = sealed(s.b, s.a, nextContact, strangeHello(s.env), s.env)
    expect(refusals(deliver(s.offerer, nextContact, signal, s.env)), 'it is none of its topics').toEqual([
      'readdressed',
    ])
    expect(step(s.offerer, { type: 'leave' }, s.env)).toEqual([{ type: 'leave', topics: [contact.topic] }])
  })

  it('change nothing where no topic is joined', () => {
    expectUnchanged(device(s.env, 'a', s.a, s.b), { type: 'topics', topics: s.topics })
    introduce(s, 'meet')
    expectUnchanged(s.offerer, { type: 'topics', topics: s.topics })
  })

  it('that come back are not joined before the server says so again', () => {
    change([contact, pairing])
    change([contact, nextContact])
    s.env.clock = meetingDeadline(s.offerer.state) as number
    const again = signals(step(s.offerer, { type: 'tick' }, s.env))
    expect(again.map(({ topic }) => topic)).toEqual([contact.topic])
    const nonce = ownNonce(s.offerer)
    const joined = step(s.offerer, { type: 'joined', topics: [nextContact.topic] }, s.env)
    expect(signals(joined).map(({ topic }) => topic)).toEqual([nextContact.topic])
    expect(ownNonce(s.offerer), 'the socket is the same').toBe(nonce)
  })

  it('keep the failures of a topic that stays, and forget those of one that goes', () => {
    const bad = sealed(s.a, s.b, contact, strangeHello(s.env), s.env)
    for (const topic of [contact, nextContact]) {
      for (let i = 0; i < 16; i++) deliver(s.offerer, topic, bad, s.env)
      expect(refusals(deliver(s.offerer, topic, bad, s.env))).toEqual(['too_many_failures'])
    }
    change([contact])
    change([contact, nextContact])
    expect(refusals(deliver(s.offerer, contact, bad, s.env))).toEqual(['too_many_failures'])
    expect(refusals(deliver(s.offerer, nextContact, bad, s.env))).toEqual(['open_failed'])
  })
})

describe('the keys of topics', () => {
  const spentBy = (at: Device, input: MeetingInput) => {
    const { state, spent } = stepMeeting(at.state, input, at.context, s.env)
    at.state = state
    return spent
  }

  it('[V18] are given back to be wiped when their topics go, each once', () => {
    expect(spentBy(s.offerer, { type: 'topics', topics: [contact] })).toEqual([nextContact.psk])
    expect(spentBy(s.offerer, { type: 'leave' })).toEqual([contact.psk])
    expect(spentBy(s.offerer, { type: 'leave' })).toEqual([])
  })

  it('[V18] come back at once where a topic has one already, or nobody wants the topic', () => {
    const again = s.topics.map(copy)
    const [first, second] = again as [MeetingTopic, MeetingTopic]
    const same = (spent: readonly Uint8Array[], ...keys: (Uint8Array | undefined)[]) => {
      expect(spent).toHaveLength(keys.length)
      spent.forEach((key, i) => {
        expect(key).toBe(keys[i])
      })
    }
    same(spentBy(s.offerer, { type: 'topics', topics: again }), first.psk, second.psk)
    same(spentBy(s.offerer, { type: 'leave' }), contact.psk, nextContact.psk)
    same(spentBy(s.offerer, { type: 'topics', topics: again }), first.psk, second.psk)
    same(spentBy(s.offerer, { type: 'start', topics: again }))
    same(spentBy(s.offerer, { type: 'leave' }), first.psk, second.psk)
  })
})

describe('joined', () => {
  it('of one topic that was joined before is a new socket, whatever else is new', () => {
    const at = device(s.env, 'a', s.a, s.b)
    step(at, { type: 'start', topics: s.topics }, s.env)
    step(at, { type: 'joined', topics: [contact.topic] }, s.env)
    const nonce = ownNonce(at)
    const outputs = step(at, { type: 'joined', topics: [contact.topic, nextContact.topic] }, s.env)
    expect(signals(outputs).map(({ topic }) => topic)).toEqual([contact.topic, nextContact.topic])
    expect(ownNonce(at)).not.toEqual(nonce)
  })
})

describe('a try', () => {
  it('has 10 s for each of its descriptions and 20 s for its connection', () => {
    const left = (at: Device) => (meetingDeadline(at.state) as number) - s.env.clock
    introduce(s, 'offer')
    expect(left(s.offerer)).toBe(10_000)
    introducing.takeOffer(s)
    expect(left(s.answerer)).toBe(10_000)
    introducing.answer(s)
    introducing.takeAnswer(s)
    expect([left(s.offerer), left(s.answerer)]).toEqual([20_000, 20_000])
  })

  it('takes each report at its own stage only, and none of another try', () => {
    const types = ['localOffer', 'localAnswer', 'connected', 'failed'] as const
    const report = (type: (typeof types)[number], attempt: number): MeetingInput => ({ type, attempt, sdp: OFFER_SDP })
    const check = (at: Device, stage: string, ...due: readonly string[]) => {
      expect(at.state.phase.stage).toBe(stage)
      for (const type of types) {
        if (!due.includes(type)) expectUnchanged(at, report(type, at.state.attempts))
        expectUnchanged(at, report(type, at.state.attempts + 1))
      }
    }
    check(s.offerer, 'waiting')
    introducing.greet(s)
    check(s.offerer, 'offering', 'localOffer', 'failed')
    introducing.offer(s)
    check(s.offerer, 'offered', 'failed')
    introducing.takeOffer(s)
    check(s.answerer, 'answering', 'localAnswer', 'failed')
    introducing.answer(s)
    check(s.answerer, 'connecting', 'connected', 'failed')
    introducing.takeAnswer(s)
    check(s.offerer, 'connecting', 'connected', 'failed')
    introducing.meet(s)
    check(s.offerer, 'met')
  })

  it('asks the connection for what is due, and to take what came', () => {
    introduce(s, 'offer')
    expect(introducing.takeOffer(s)).toEqual([{ type: 'acceptOffer', attempt: 1, sdp: OFFER_SDP }])
    introducing.answer(s)
    const [taken, told, ...rest] = introducing.takeAnswer(s)
    expect(taken).toEqual({ type: 'acceptAnswer', attempt: 1, sdp: ANSWER_SDP })
    expect(told).toMatchObject({ type: 'introduced', attempt: 1 })
    expect(rest).toEqual([])
  })

  it('that fails is told as failed', () => {
    introduce(s, 'takeAnswer')
    const outputs = step(s.offerer, { type: 'failed', attempt: 1 }, s.env)
    expect(outputs).toEqual([{ type: 'abandoned', attempt: 1, reason: 'failed' }])
  })

  it('ends with the device that was met: off all topics, and failures in a row are over', () => {
    const fail = () => {
      introduce(s, 'greet')
      step(s.offerer, { type: 'failed', attempt: s.offerer.state.attempts }, s.env)
      return (meetingDeadline(s.offerer.state) as number) - s.env.clock
    }
    const pauses = Array.from({ length: 6 }, fail)
    expect(Math.max(...pauses)).toBeGreaterThan(500)
    introduce(s, 'takeAnswer')
    const outputs = step(s.offerer, { type: 'connected', attempt: s.offerer.state.attempts }, s.env)
    expect(outputs).toEqual([{ type: 'leave', topics: namesOf(s.topics) }])
    expect(s.offerer.state.phase).toEqual({ stage: 'met', device: s.answerer.context.own.device })
    expect(s.offerer.state.topics).toEqual([])
    expect(s.offerer.state.failed).toBe(0)
    begin(s.offerer, s.topics, s.env)
    step(s.answerer, { type: 'leave' }, s.env)
    begin(s.answerer, s.topics, s.env)
    expect(fail()).toBeLessThanOrEqual(500)
  })
})

describe('leave', () => {
  const leave = (at: Device) => step(at, { type: 'leave' }, s.env)

  it('has nothing to do where the meeting is on no topic', () => {
    const away = { ...s.offerer, state: createMeeting() }
    expect(leave(away)).toEqual([])
    expect(leave(s.offerer)).toEqual([{ type: 'leave', topics: namesOf(s.topics) }])
    expect(leave(s.offerer)).toEqual([])
    const other = meetingScene('met')
    introduce(other, 'meet')
    expect(leave(other.offerer)).toEqual([])
  })

  it('says Bye to whom it heard, and gives up no try where there is none', () => {
    introducing.greet(s)
    const outputs = leave(s.answerer)
    expect(outputs.map(({ type }) => type)).toEqual(['send', 'leave'])
    expect(opened(s.a, s.b, contact, signals(outputs)[0]?.signal as Uint8Array, s.env)).toEqual({
      $case: 'bye',
      value: {
        from: s.answerer.context.own.device,
        to: s.offerer.context.own.device,
        peerNonce: ownNonce(s.offerer),
        reason: ByeReason.LEAVING,
      },
    })
  })

  it('says it on no topic that it left before', () => {
    introducing.greet(s)
    step(s.answerer, { type: 'topics', topics: [pairing] }, s.env)
    expect(leave(s.answerer)).toEqual([{ type: 'leave', topics: [pairing.topic] }])
  })

  it('gives up the try that is under way', () => {
    introduce(s, 'takeOffer')
    expect(leave(s.answerer)[0]).toEqual({ type: 'abandoned', attempt: 1, reason: 'left' })
  })

  it('tells the device of the try, however many others were turned away since', () => {
    introduce(s, 'offer')
    for (let i = 0; i < 8; i++) {
      const outputs = deliver(s.offerer, contact, sealed(s.b, s.a, contact, strangeHello(s.env), s.env), s.env)
      expect(refusals(outputs)).toEqual(['busy'])
    }
    const told = signals(leave(s.offerer)).map(({ signal }) => opened(s.b, s.a, contact, signal, s.env))
    expect(told).toHaveLength(8)
    expect(told).toContainEqual({
      $case: 'bye',
      value: expect.objectContaining({ to: s.answerer.context.own.device, reason: ByeReason.LEAVING }),
    })
  })
})
