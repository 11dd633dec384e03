/**
 * The introduction of one contact, from joining its topics to leaving them (spec/06 section 11). Not its concern: the
 * socket, timers, connections, the handshake; what tags mean; which topics there are.
 *
 *                start                                       connected
 *   away, met ---------> waiting                connecting --------------> met
 *                        | ^  ^                     ^  ^
 *   offerer    Hello     | |  |    Answer           |  |
 *      waiting --------> offering --localOffer--> offered
 *   answerer   Offer     |    |                        |
 *      waiting --------> answering ----localAnswer-----+
 *
 *   offering, offered, answering, connecting --deadline, failed, Bye--> waiting, after a growing pause
 *   offered, answering, connecting --a new Hello of the same device--> waiting with a fresh nonce, Hello again
 *   any --leave--> away
 *
 * Joining is presence: a Hello goes out on every topic that is joined, and is the answer to every Hello whose nonce is
 * new. Nonces decide what is fresh: an Offer quotes both, an Answer the Offer's hash. One meeting at a time: the first
 * device wins. A refused signal changes nothing but the count of failures, is never answered, and has one code.
 */
import { equal, toHex } from '../bytes/bytes.js'
import type { Env } from '../env.js'
import { ensure } from '../errors.js'
import { CHOSEN } from '../limits.js'
import type { Step } from '../step.js'
import { connecting, introductionOf, receiveSignal } from './meeting-receive.js'
import {
  andThen,
  announce,
  type MeetingContext,
  type MeetingOutput,
  type MeetingState,
  type Move,
  type Negotiation,
  type Phase,
  retryLater,
  send,
  sendSignal,
} from './meeting-state.js'
import { checkSdp, fitSdp } from './sdp.js'
import { type Answer, ByeReason, composeSignal, type Offer } from './signal.js'
import type { MeetingTopic } from './topics.js'

export type {
  Introduction,
  MeetingContext,
  MeetingOutput,
  MeetingState,
} from './meeting-state.js'

/** What happened: to be told to the machine, in order (spec/06 section 11). */
export type MeetingInput =
  /** From away or met: wait for the contact on these topics, whose keys are the meeting's from now on. */
  | { readonly type: 'start'; readonly topics: readonly MeetingTopic[] }
  /** The topics changed with the epoch. It has a key for each that it knows: those come back as `spent`. */
  | { readonly type: 'topics'; readonly topics: readonly MeetingTopic[] }
  /** The server says that these are joined: after `join`, and again after each reconnection of the socket. */
  | { readonly type: 'joined'; readonly topics: readonly Uint8Array[] }
  | { readonly type: 'delivered'; readonly topic: Uint8Array; readonly signal: Uint8Array }
  | { readonly type: 'localOffer'; readonly attempt: number; readonly sdp: string }
  | { readonly type: 'localAnswer'; readonly attempt: number; readonly sdp: string }
  /** The tunnel of that attempt stands. */
  | { readonly type: 'connected'; readonly attempt: number }
  /** The connection or handshake of that attempt failed. */
  | { readonly type: 'failed'; readonly attempt: number }
  /** The deadline of `meetingDeadline` came. */
  | { readonly type: 'tick' }
  /** Locks, logs out, closes, or the contact is removed. */
  | { readonly type: 'leave' }

/** Knows nobody and is on no topic. */
export function createMeeting(): MeetingState {
  return {
    phase: { stage: 'away' },
    topics: [],
    joined: new Set(),
    failures: new Map(),
    retired: [],
    sent: [],
    attempts: 0,
    failed: 0,
  }
}

/** Unix milliseconds at which a `tick` is due; undefined if time changes nothing. */
export function meetingDeadline({ phase }: MeetingState): number | undefined {
  if (phase.stage === 'waiting') return phase.announceAt
  return 'deadline' in phase ? phase.deadline : undefined
}

/**
 * One step. Inputs of an attempt that is over have no effect. Throws only for the caller's faults: `wrong_state` (a start
 * while it runs) and `bad_sdp` (an SDP of one's own that spec/06 forbids).
 */
export function stepMeeting(
  state: MeetingState,
  input: MeetingInput,
  context: MeetingContext,
  env: Env,
): Step<MeetingState, MeetingOutput> {
  const move = moveOf(state, input, context, env)
  const held = input.type === 'topics' ? [...state.topics, ...input.topics] : state.topics
  const kept = new Set(move.state.topics.map(({ psk }) => psk))
  const spent = held.flatMap(({ psk }) => (psk === undefined || kept.has(psk) ? [] : [psk]))
  return { ...move, spent }
}

function moveOf(state: MeetingState, input: MeetingInput, context: MeetingContext, env: Env): Move {
  const { phase } = state
  switch (input.type) {
    case 'start':
      return start(state, input.topics, context, env)
    case 'topics':
      return changeTopics(state, input.topics)
    case 'joined':
      return joined(state, input.topics, context, env)
    case 'delivered':
      return receiveSignal(state, input.topic, input.signal, context, env)
    case 'localOffer':
      return phase.stage === 'offering' && phase.attempt === input.attempt
        ? offer(state, phase, input.sdp, context, env)
        : unchanged(state)
    case 'localAnswer':
      return phase.stage === 'answering' && phase.attempt === input.attempt
        ? answer(state, phase, input.sdp, context, env)
        : unchanged(state)
    case 'connected':
      return phase.stage === 'connecting' && phase.attempt === input.attempt
        ? leaveTopics({ ...state, failed: 0 }, { stage: 'met', device: phase.peer.device })
        : unchanged(state)
    case 'failed':
      return isNegotiation(phase) && phase.attempt === input.attempt
        ? retryLater(state, phase, 'failed', context, env)
        : unchanged(state)
    case 'tick':
      return tick(state, context, env)
    case 'leave':
      return leave(state, context, env)
  }
}

function unchanged(state: MeetingState): Move {
  return { state, outputs: [] }
}

function isNegotiation(phase: Phase): phase is Negotiation {
  return 'attempt' in phase
}

function start(state: MeetingState, topics: readonly MeetingTopic[], context: MeetingContext, env: Env): Move {
  ensure(state.phase.stage === 'away' || state.phase.stage === 'met', 'wrong_state', 'the meeting has begun')
  const waiting = announce({ ...state, topics, joined: new Set() }, 0, context, env)
  return { state: waiting.state, outputs: [{ type: 'join', topics: topics.map(({ topic }) => topic) }] }
}

/** Joins what is new and leaves what is not wanted any more, except the topic of a negotiation. */
function changeTopics(state: MeetingState, topics: readonly MeetingTopic[]): Move {
  const { phase } = state
  if (phase.stage === 'away' || phase.stage === 'met') return unchanged(state)
  const inUse = isNegotiation(phase) ? toHex(phase.peer.topic.topic) : undefined
  const old = new Map(state.topics.map((topic) => [toHex(topic.topic), topic]))
  const wanted = new Set(topics.map(({ topic }) => toHex(topic)))
  const kept = [...old].filter(([name]) => wanted.has(name) || name === inUse).map(([, topic]) => topic)
  const added = topics.filter(({ topic }) => !old.has(toHex(topic)))
  const left = [...old].filter(([name]) => !wanted.has(name) && name !== inUse).map(([, { topic }]) => topic)
  const gone = new Set(left.map(toHex))
  const outputs: MeetingOutput[] = []
  if (left.length > 0) outputs.push({ type: 'leave', topics: left })
  if (added.length > 0) outputs.push({ type: 'join', topics: added.map(({ topic }) => topic) })
  return {
    state: {
      ...state,
      topics: [...kept, ...added],
      joined: new Set([...state.joined].filter((name) => !gone.has(name))),
      failures: new Map([...state.failures].filter(([name]) => !gone.has(name))),
    },
    outputs,
  }
}

/** Says Hello where it is there now. Topics that were joined before mean a new socket: what was under way may be lost. */
function joined(state: MeetingState, topics: readonly Uint8Array[], context: MeetingContext, env: Env): Move {
  const names = new Set(topics.map(toHex))
  const ours = state.topics.filter(({ topic }) => names.has(toHex(topic)))
  const again = ours.some(({ topic }) => state.joined.has(toHex(topic)))
  const next = { ...state, joined: new Set([...state.joined, ...ours.map(({ topic }) => toHex(topic))]) }
  if (state.phase.stage !== 'waiting') return { state: next, outputs: [] }
  return again ? announce(next, 0, context, env) : send(next, ours, state.phase.own.padded, context, env)
}

function offer(
  state: MeetingState,
  phase: Extract<Phase, { stage: 'offering' }>,
  localSdp: string,
  context: MeetingContext,
  env: Env,
): Move {
  const sdp = fitSdp(localSdp)
  checkSdp(sdp, 'offer')
  const { own, peer } = phase
  const value: Offer = {
    from: context.own.device,
    to: peer.device,
    peerNonce: peer.nonce,
    ownNonce: own.nonce,
    sdp,
  }
  const padded = composeSignal({ $case: 'offer', value })
  const offered: Phase = {
    ...phase,
    stage: 'offered',
    offer: padded,
    offerHash: env.primitives.sha256(padded),
    deadline: env.now() + CHOSEN.ANSWER_MS,
  }
  return send({ ...state, phase: offered }, [peer.topic], padded, context, env)
}

function answer(
  state: MeetingState,
  phase: Extract<Phase, { stage: 'answering' }>,
  localSdp: string,
  context: MeetingContext,
  env: Env,
): Move {
  const sdp = fitSdp(localSdp)
  checkSdp(sdp, 'answer')
  const { peer, attempt } = phase
  const value: Answer = { from: context.own.device, to: peer.device, offerHash: phase.offerHash, sdp }
  const padded = composeSignal({ $case: 'answer', value })
  const next = { ...state, phase: connecting(phase, phase.offerHash, env) }
  const introduction = introductionOf('answerer', phase, phase.offer, padded)
  return andThen(send(next, [peer.topic], padded, context, env), (sent) => ({
    state: sent,
    outputs: [{ type: 'introduced', attempt, introduction }],
  }))
}

function tick(state: MeetingState, context: MeetingContext, env: Env): Move {
  const { phase } = state
  const deadline = meetingDeadline(state)
  if (deadline === undefined || env.now() < deadline) return unchanged(state)
  if (phase.stage === 'waiting') return announce(state, phase.announces, context, env)
  return isNegotiation(phase) ? retryLater(state, phase, 'timeout', context, env) : unchanged(state)
}

/** Says Bye to the devices that it heard, so that none waits for it in vain. */
function leave(state: MeetingState, context: MeetingContext, env: Env): Move {
  const { phase } = state
  let move: Move = unchanged(state)
  if (isNegotiation(phase)) {
    move = { state, outputs: [{ type: 'abandoned', attempt: phase.attempt, reason: 'left' }] }
  }
  for (const { device, nonce, topic } of 'peers' in phase ? phase.peers : []) {
    const known = state.topics.some((candidate) => equal(candidate.topic, topic.topic))
    const value = { from: context.own.device, to: device, peerNonce: nonce, reason: ByeReason.LEAVING }
    if (known) move = andThen(move, (next) => sendSignal(next, topic, { $case: 'bye', value }, context, env))
  }
  return andThen(move, (next) => leaveTopics(next, { stage: 'away' }))
}

function leaveTopics(state: MeetingState, phase: Phase): Move {
  const topics = state.topics.map(({ topic }) => topic)
  return {
    state: { ...state, phase, topics: [], joined: new Set(), failures: new Map() },
    outputs: topics.length > 0 ? [{ type: 'leave', topics }] : [],
  }
}
