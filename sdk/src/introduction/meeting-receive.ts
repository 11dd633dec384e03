/**
 * What a meeting does with a delivered signal (spec/06 section 11), in this order: the topic, the limit on failures, the
 * seal, the form, the addresses, the role, the nonces, the SDP. What is refused has one code and no other effect.
 */
import { equal, toHex } from '../bytes/bytes.js'
import type { Env, Primitives } from '../env.js'
import { type ErrorCode, Solo2Error } from '../errors.js'
import { CHOSEN, PROTOCOL } from '../limits.js'
import {
  andThen,
  announce,
  channelOf,
  type Introduction,
  type MeetingContext,
  type MeetingRole,
  type MeetingState,
  type Move,
  type Negotiation,
  type OwnHello,
  type PeerHello,
  type Phase,
  refused,
  remember,
  retryLater,
  roleWith,
  send,
  sendSignal,
  withPeer,
} from './meeting-state.js'
import { checkSdp, type SdpType } from './sdp.js'
import {
  type Answer,
  type Bye,
  ByeReason,
  decodeSealed,
  diagnose,
  type Hello,
  highestCommonVersion,
  type Offer,
  openSealed,
  parseSignal,
} from './signal.js'
import type { MeetingTopic } from './topics.js'

const FAILURE_WINDOW_MS = 60_000
const OTHERS_TRIED = 8

type Gathered = Extract<Phase, { readonly own: OwnHello }>

export function receiveSignal(
  state: MeetingState,
  topic: Uint8Array,
  bytes: Uint8Array,
  context: MeetingContext,
  env: Env,
): Move {
  const { phase } = state
  const at = state.topics.find((candidate) => equal(candidate.topic, topic))
  if (at === undefined || phase.stage === 'away' || phase.stage === 'met') return refused(state, 'readdressed')
  if (failuresOf(state, at, env).count >= PROTOCOL.FAILED_OPENS_PER_MINUTE) return refused(state, 'too_many_failures')

  let padded: Uint8Array
  try {
    padded = openAt(state, at, bytes, context, env.primitives)
  } catch (error) {
    return refused(countFailure(state, at, env), codeOf(error))
  }
  try {
    const signal = parseSignal(padded)
    switch (signal.$case) {
      case 'hello':
        return receiveHello(state, phase, signal.value, padded, at, context, env)
      case 'offer':
        return receiveOffer(state, phase, signal.value, padded, at, context, env)
      case 'answer':
        return receiveAnswer(state, phase, signal.value, padded, at, context, env)
      case 'bye':
        return receiveBye(state, phase, signal.value, context, env)
    }
  } catch (error) {
    return refused(state, codeOf(error))
  }
}

function codeOf(error: unknown): ErrorCode {
  if (error instanceof Solo2Error) return error.code
  throw error
}

// Opening

function openAt(
  state: MeetingState,
  at: MeetingTopic,
  bytes: Uint8Array,
  context: MeetingContext,
  primitives: Primitives,
): Uint8Array {
  const sealed = decodeSealed(bytes)
  if (state.sent.includes(toHex(sealed.enc))) throw new Solo2Error('reflected', 'our own signal came back')
  try {
    return openSealed(primitives, channelOf(context, at), sealed)
  } catch {
    const elsewhere = state.topics
      .filter((topic) => topic !== at)
      .map((topic) => {
        const code: ErrorCode = topic.kind === at.kind ? 'wrong_epoch' : 'readdressed'
        return { code, channel: channelOf(context, topic) }
      })
    const foreign = (context.others ?? []).slice(0, OTHERS_TRIED).map((other) => {
      const code: ErrorCode = 'foreign_contact'
      return { code, channel: channelOf(context, at, other) }
    })
    const code = diagnose(primitives, sealed, [...elsewhere, ...foreign])
    throw new Solo2Error(code, 'the signal does not open')
  }
}

/** A minute begins with a topic's first failure, and the next one with the first failure after it. */
function failuresOf(
  state: MeetingState,
  at: MeetingTopic,
  env: Env,
): { readonly since: number; readonly count: number } {
  const now = env.now()
  const minute = state.failures.get(toHex(at.topic))
  return minute === undefined || now - minute.since >= FAILURE_WINDOW_MS ? { since: now, count: 0 } : minute
}

function countFailure(state: MeetingState, at: MeetingTopic, env: Env): MeetingState {
  const { since, count } = failuresOf(state, at, env)
  return { ...state, failures: new Map(state.failures).set(toHex(at.topic), { since, count: count + 1 }) }
}

// Hello

function receiveHello(
  state: MeetingState,
  phase: Gathered,
  hello: Hello,
  padded: Uint8Array,
  at: MeetingTopic,
  context: MeetingContext,
  env: Env,
): Move {
  if (equal(hello.device, context.own.device)) return refused(state, 'reflected')
  if (roleWith(context, hello.device) === undefined) return refused(state, 'unknown_device')
  const known = phase.peers.find((peer) => equal(peer.device, hello.device))
  if (known !== undefined && equal(known.nonce, hello.nonce)) return repeatedHello(state, phase, known, at)
  if (state.retired.includes(toHex(hello.nonce))) return refused(state, 'replayed')

  const version = highestCommonVersion(context.versions, hello.versions)
  if (version === undefined || version < context.pinnedVersion(hello.device)) {
    const told = sayBye({ ...state, retired: remember(state.retired, hello.nonce) }, hello, at, 'VERSION', context, env)
    return andThen(told, (next) => refused(next, 'unsupported_version'))
  }
  const fresh: PeerHello = {
    device: hello.device,
    nonce: hello.nonce,
    tags: hello.tags,
    version,
    padded,
    topic: at,
    turnedAway: false,
  }
  const retired = known === undefined ? state.retired : remember(state.retired, known.nonce)
  return newHello({ ...state, retired }, phase, fresh, context, env)
}

function newHello(state: MeetingState, phase: Gathered, fresh: PeerHello, context: MeetingContext, env: Env): Move {
  if (phase.stage === 'waiting') {
    const answered = send(state, [fresh.topic], phase.own.padded, context, env)
    return andThen(answered, (next) => met(next, phase, fresh, context, env))
  }
  if (!equal(fresh.device, phase.peer.device)) return turnAway(state, phase, fresh, context, env)
  if (phase.stage === 'offering') {
    // The Offer is not made yet: it will quote the newer nonce.
    const peers = withPeer(phase.peers, fresh)
    return send({ ...state, phase: { ...phase, peers, peer: fresh } }, [fresh.topic], phase.own.padded, context, env)
  }
  // The other side started anew: so do we, since it cannot go on with what it forgot.
  const announced = announce(state, 0, context, env)
  const outputs = [{ type: 'abandoned', attempt: phase.attempt, reason: 'restarted' } as const, ...announced.outputs]
  return andThen({ state: announced.state, outputs }, (next) => {
    const waiting = next.phase as Extract<Phase, { stage: 'waiting' }>
    return met(next, waiting, fresh, context, env)
  })
}

/** A device of the contact is there: the offerer makes its offer, the answerer waits for one. */
function met(
  state: MeetingState,
  waiting: Extract<Phase, { stage: 'waiting' }>,
  peer: PeerHello,
  context: MeetingContext,
  env: Env,
): Move {
  const peers = withPeer(waiting.peers, peer)
  if (roleWith(context, peer.device) === 'answerer') {
    // If no offer follows, a fresh Hello asks for it again.
    const announceAt = env.now() + CHOSEN.ANSWER_MS + CHOSEN.GATHERING_MS
    return { state: { ...state, phase: { ...waiting, peers, announceAt } }, outputs: [] }
  }
  const attempt = state.attempts + 1
  const deadline = env.now() + CHOSEN.ANSWER_MS
  const phase: Phase = { stage: 'offering', own: waiting.own, peers, peer, attempt, deadline }
  return { state: { ...state, attempts: attempt, phase }, outputs: [{ type: 'createOffer', attempt }] }
}

/** The same Hello on another topic is no replay: the other side says it on all of its topics. Contact topics are better. */
function repeatedHello(state: MeetingState, phase: Gathered, known: PeerHello, at: MeetingTopic): Move {
  if (equal(known.topic.topic, at.topic)) return refused(state, 'replayed')
  const better = at.kind === 'contact' && known.topic.kind === 'pairing'
  if (!better || (phase.stage !== 'waiting' && phase.stage !== 'offering')) return { state, outputs: [] }
  const moved = { ...known, topic: at }
  const peers = withPeer(phase.peers, moved)
  if (phase.stage === 'waiting') return { state: { ...state, phase: { ...phase, peers } }, outputs: [] }
  const peer = equal(phase.peer.device, known.device) ? moved : phase.peer
  return { state: { ...state, phase: { ...phase, peers, peer } }, outputs: [] }
}

/** The first device wins: a further one is told once that we are busy. */
function turnAway(state: MeetingState, phase: Negotiation, other: PeerHello, context: MeetingContext, env: Env): Move {
  // However many come, the one of the negotiation stays among those that are told when we leave.
  const peers = withPeer(withPeer(phase.peers, phase.peer), { ...other, turnedAway: true })
  const told = sayBye({ ...state, phase: { ...phase, peers } }, other, other.topic, 'BUSY', context, env)
  return andThen(told, (next) => refused(next, 'busy'))
}

function sayBye(
  state: MeetingState,
  to: { readonly device: Uint8Array; readonly nonce: Uint8Array },
  at: MeetingTopic,
  reason: 'BUSY' | 'VERSION',
  context: MeetingContext,
  env: Env,
): Move {
  const value: Bye = { from: context.own.device, to: to.device, peerNonce: to.nonce, reason: ByeReason[reason] }
  return sendSignal(state, at, { $case: 'bye', value }, context, env)
}

// Offer and Answer

function receiveOffer(
  state: MeetingState,
  phase: Gathered,
  offer: Offer,
  padded: Uint8Array,
  at: MeetingTopic,
  context: MeetingContext,
  env: Env,
): Move {
  const misplaced = address(offer, context) ?? roleFault(offer.from, 'answerer', context)
  if (misplaced !== undefined) return refused(state, misplaced)
  const hash = env.primitives.sha256(padded)
  if (isLastSignal(phase, hash)) return refused(state, 'replayed')
  const peer = phase.peers.find(({ device }) => equal(device, offer.from))
  const fresh = equal(offer.peerNonce, phase.own.nonce) && peer !== undefined && equal(offer.ownNonce, peer.nonce)
  if (!fresh) return refused(state, 'stale_nonce')
  if (phase.stage !== 'waiting') {
    const turned = peer.turnedAway || equal(peer.device, phase.peer.device)
    return turned ? refused(state, 'replayed') : turnAway(state, phase, { ...peer, topic: at }, context, env)
  }
  const bad = sdpFault(offer.sdp, 'offer')
  if (bad !== undefined) return refused(state, bad)
  const attempt = state.attempts + 1
  const answering: Phase = {
    stage: 'answering',
    own: phase.own,
    peers: phase.peers,
    peer: { ...peer, topic: at },
    attempt,
    deadline: env.now() + CHOSEN.ANSWER_MS,
    offer: padded,
    offerHash: hash,
  }
  return {
    state: { ...state, attempts: attempt, phase: answering },
    outputs: [{ type: 'acceptOffer', attempt, sdp: offer.sdp }],
  }
}

function receiveAnswer(
  state: MeetingState,
  phase: Gathered,
  answer: Answer,
  padded: Uint8Array,
  at: MeetingTopic,
  context: MeetingContext,
  env: Env,
): Move {
  const misplaced = address(answer, context) ?? roleFault(answer.from, 'offerer', context)
  if (misplaced !== undefined) return refused(state, misplaced)
  const hash = env.primitives.sha256(padded)
  if (isLastSignal(phase, hash)) return refused(state, 'replayed')
  const fresh =
    phase.stage === 'offered' && equal(answer.offerHash, phase.offerHash) && equal(answer.from, phase.peer.device)
  if (!fresh) return refused(state, 'stale_nonce')
  if (!equal(at.topic, phase.peer.topic.topic)) return refused(state, 'readdressed')
  const bad = sdpFault(answer.sdp, 'answer')
  if (bad !== undefined) return refused(state, bad)
  const { attempt } = phase
  const introduction = introductionOf('offerer', phase, phase.offer, padded)
  return {
    state: { ...state, phase: connecting(phase, hash, env) },
    outputs: [
      { type: 'acceptAnswer', attempt, sdp: answer.sdp },
      { type: 'introduced', attempt, introduction },
    ],
  }
}

/** Both signals are exchanged. `lastHash` tells a replay of the last one that came. */
export function connecting(phase: Negotiation, lastHash: Uint8Array, env: Env): Phase {
  const { own, peers, peer, attempt } = phase
  return { stage: 'connecting', own, peers, peer, attempt, lastHash, deadline: env.now() + CHOSEN.CONNECT_MS }
}

export function introductionOf(
  role: MeetingRole,
  { own, peer }: Negotiation,
  offer: Uint8Array,
  answer: Uint8Array,
): Introduction {
  const [helloI, helloR] = role === 'offerer' ? [own.padded, peer.padded] : [peer.padded, own.padded]
  return {
    role,
    version: peer.version,
    peerDevice: peer.device,
    topicKind: peer.topic.kind,
    epoch: peer.topic.epoch,
    helloI,
    helloR,
    offer,
    answer,
    ownNonce: own.nonce,
    peerNonce: peer.nonce,
    peerTags: peer.tags,
  }
}

/** Why a signal is not for us, if so. */
function address(
  signal: { readonly from: Uint8Array; readonly to: Uint8Array },
  context: MeetingContext,
): ErrorCode | undefined {
  if (equal(signal.from, context.own.device)) return 'reflected'
  return equal(signal.to, context.own.device) ? undefined : 'readdressed'
}

/** Why a signal is not for our role with that device, if so. */
function roleFault(from: Uint8Array, role: MeetingRole, context: MeetingContext): ErrorCode | undefined {
  const own = roleWith(context, from)
  if (own === undefined) return 'unknown_device'
  return own === role ? undefined : 'wrong_role'
}

function isLastSignal(phase: Phase, hash: Uint8Array): boolean {
  if (phase.stage === 'answering') return equal(hash, phase.offerHash)
  return phase.stage === 'connecting' && equal(hash, phase.lastHash)
}

function sdpFault(sdp: string, type: SdpType): ErrorCode | undefined {
  try {
    checkSdp(sdp, type)
    return undefined
  } catch (error) {
    return codeOf(error)
  }
}

// Bye

function receiveBye(state: MeetingState, phase: Gathered, bye: Bye, context: MeetingContext, env: Env): Move {
  const misplaced = address(bye, context)
  if (misplaced !== undefined) return refused(state, misplaced)
  if (!equal(bye.peerNonce, phase.own.nonce)) return refused(state, 'stale_nonce')
  const [code, reason] = BYE_MEANS[bye.reason as keyof typeof BYE_MEANS]
  if (phase.stage === 'waiting') {
    const peers = phase.peers.filter(({ device }) => !equal(device, bye.from))
    return refused({ ...state, phase: { ...phase, peers } }, code)
  }
  if (!equal(bye.from, phase.peer.device)) return refused(state, code)
  return andThen(retryLater(state, phase, reason, context, env), (next) => refused(next, code))
}

const BYE_MEANS = {
  [ByeReason.BUSY]: ['busy', 'busy'],
  [ByeReason.LEAVING]: ['peer_left', 'left'],
  [ByeReason.VERSION]: ['unsupported_version', 'version'],
} as const
