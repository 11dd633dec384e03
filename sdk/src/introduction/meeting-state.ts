/** The states of a meeting, and the moves that several of its edges share. The drawing is in `meeting.ts`. */
import { toHex } from '../bytes/bytes.js'
import type { Env } from '../env.js'
import type { ErrorCode } from '../errors.js'
import { CHOSEN, PROTOCOL } from '../limits.js'
import { type AnySignal, type Channel, composeSignal, sealSignal } from './signal.js'
import type { MeetingTopic } from './topics.js'

/** What stays the same through a meeting. Ids and keys 32 bytes, devices and nonces 16. */
export interface MeetingContext {
  readonly own: { readonly id: Uint8Array; readonly x25519Secret: Uint8Array; readonly device: Uint8Array }
  readonly peer: Identity
  /**
   * Fixed by the identities' keys (spec/04). Among own devices each pair has its roles; undefined for a device that is to
   * get nothing (spec/07 section 12).
   */
  readonly role: MeetingRole | ((device: Uint8Array) => MeetingRole | undefined)
  /** Tunnel versions, ascending. */
  readonly versions: readonly number[]
  /** The 16 tags of a Hello with that nonce (spec/07). */
  makeTags(nonce: Uint8Array): readonly Uint8Array[]
  /** The highest tunnel version seen from that device of the contact; 0 if it is new. */
  pinnedVersion(device: Uint8Array): number
  /** Other contacts, to name a signal of theirs in the diagnosis; the first eight are tried. */
  readonly others?: readonly Identity[]
}

interface Identity {
  readonly id: Uint8Array
  readonly x25519: Uint8Array
}

/** Who makes the offer (spec/04 section 4). */
export type MeetingRole = 'offerer' | 'answerer'

/** Our Hello: one nonce, one plaintext, however often it is sent. */
export interface OwnHello {
  readonly nonce: Uint8Array
  readonly padded: Uint8Array
}

/** A Hello of one of the contact's devices. */
export interface PeerHello {
  readonly device: Uint8Array
  readonly nonce: Uint8Array
  readonly tags: readonly Uint8Array[]
  /** The highest common one. */
  readonly version: number
  readonly padded: Uint8Array
  /** Where it came. */
  readonly topic: MeetingTopic
  /** It was told that we are busy. */
  readonly turnedAway: boolean
}

interface Heard {
  readonly own: OwnHello
  /** The newest Hello of each device heard since `own.nonce` was made, at most 8. */
  readonly peers: readonly PeerHello[]
}

interface Negotiating extends Heard {
  /** Names this try to the caller, whose connection belongs to it. */
  readonly attempt: number
  readonly peer: PeerHello
  /** Unix milliseconds. */
  readonly deadline: number
}

export type Phase =
  | { readonly stage: 'away' }
  | (Heard & { readonly stage: 'waiting'; readonly announceAt: number; readonly announces: number })
  | (Negotiating & { readonly stage: 'offering' })
  | (Negotiating & { readonly stage: 'offered'; readonly offer: Uint8Array; readonly offerHash: Uint8Array })
  | (Negotiating & { readonly stage: 'answering'; readonly offer: Uint8Array; readonly offerHash: Uint8Array })
  | (Negotiating & { readonly stage: 'connecting'; readonly lastHash: Uint8Array })
  | { readonly stage: 'met'; readonly device: Uint8Array }

export type Negotiation = Extract<Phase, { readonly attempt: number }>

/** One contact, between knowing where to meet and a tunnel. Immutable. */
export interface MeetingState {
  readonly phase: Phase
  readonly topics: readonly MeetingTopic[]
  /** Topics, in hex, of which the server said that they are joined. */
  readonly joined: ReadonlySet<string>
  /** Signals that did not open, by topic in hex. */
  readonly failures: ReadonlyMap<string, { readonly since: number; readonly count: number }>
  /** Nonces, in hex, of the contact's devices that a newer one replaced. */
  readonly retired: readonly string[]
  /** Encapsulated keys, in hex, of our last signals: they tell a reflection. */
  readonly sent: readonly string[]
  /** The number of the last try. */
  readonly attempts: number
  /** Tries that failed in a row. */
  readonly failed: number
}

/** Why a try came to nothing. */
export type AbandonReason = 'timeout' | 'failed' | 'restarted' | 'busy' | 'left' | 'version'

/** What the tunnel's handshake needs of an introduction (spec/07). */
export interface Introduction {
  readonly role: MeetingRole
  readonly version: number
  readonly peerDevice: Uint8Array
  readonly topicKind: MeetingTopic['kind']
  /** Of the topic where the two met: the rendezvous root is agreed for it. */
  readonly epoch: number
  /** Padded plaintexts, 4,043 bytes each, for the prologue. */
  readonly helloI: Uint8Array
  readonly helloR: Uint8Array
  readonly offer: Uint8Array
  readonly answer: Uint8Array
  readonly ownNonce: Uint8Array
  readonly peerNonce: Uint8Array
  /** The 16 tags of the other side's Hello. */
  readonly peerTags: readonly Uint8Array[]
}

/** What the caller does, in order (spec/06 section 11). */
export type MeetingOutput =
  /** Topics to join; the caller reports `joined` when the server has said so, and again after each reconnection. */
  | { readonly type: 'join'; readonly topics: readonly Uint8Array[] }
  | { readonly type: 'leave'; readonly topics: readonly Uint8Array[] }
  | { readonly type: 'send'; readonly topic: Uint8Array; readonly signal: Uint8Array }
  /** Make a connection as the offerer; report `localOffer`. */
  | { readonly type: 'createOffer'; readonly attempt: number }
  /** Make a connection as the answerer; report `localAnswer`. */
  | { readonly type: 'acceptOffer'; readonly attempt: number; readonly sdp: string }
  | { readonly type: 'acceptAnswer'; readonly attempt: number; readonly sdp: string }
  /** Both signals are exchanged: run the handshake on that connection; report `connected` or `failed`. */
  | { readonly type: 'introduced'; readonly attempt: number; readonly introduction: Introduction }
  /** Close that try's connection. */
  | { readonly type: 'abandoned'; readonly attempt: number; readonly reason: AbandonReason }
  /** For the diagnosis: a signal had no effect, and why. */
  | { readonly type: 'refused'; readonly code: ErrorCode }

export interface Move {
  readonly state: MeetingState
  readonly outputs: readonly MeetingOutput[]
}

const REMEMBERED = 64
const TOPIC_DEVICES = PROTOCOL.TOPIC_MEMBERS

export function remember(list: readonly string[], bytes: Uint8Array): readonly string[] {
  return [...list, toHex(bytes)].slice(-REMEMBERED)
}

/** Adds a Hello, in place of an older one of the same device; the oldest goes if there are too many. */
export function withPeer(peers: readonly PeerHello[], hello: PeerHello): readonly PeerHello[] {
  const device = toHex(hello.device)
  return [...peers.filter((peer) => toHex(peer.device) !== device), hello].slice(-TOPIC_DEVICES)
}

export function roleWith({ role }: MeetingContext, device: Uint8Array): MeetingRole | undefined {
  return typeof role === 'function' ? role(device) : role
}

export function channelOf(context: MeetingContext, topic: MeetingTopic, peer: Identity = context.peer): Channel {
  if (topic.kind === 'own') {
    const { id, x25519Secret: secret } = context.own
    return { kind: 'own', topic: topic.topic, id, secret, publicKey: context.peer.x25519, psk: topic.psk }
  }
  const base = { topic: topic.topic, own: context.own, peer }
  return topic.psk === undefined ? { ...base, kind: 'pairing' } : { ...base, kind: 'contact', psk: topic.psk }
}

/** Seals and sends one plaintext on each topic. */
export function send(
  state: MeetingState,
  topics: readonly MeetingTopic[],
  padded: Uint8Array,
  context: MeetingContext,
  env: Env,
): Move {
  let sent = state.sent
  const outputs = topics.map((topic): MeetingOutput => {
    const sealed = sealSignal(env, channelOf(context, topic), padded)
    sent = remember(sent, sealed.enc)
    return { type: 'send', topic: topic.topic, signal: sealed.bytes }
  })
  return { state: { ...state, sent }, outputs }
}

export function sendSignal(
  state: MeetingState,
  topic: MeetingTopic,
  signal: AnySignal,
  context: MeetingContext,
  env: Env,
): Move {
  return send(state, [topic], composeSignal(signal), context, env)
}

export function joinedTopics(state: MeetingState): readonly MeetingTopic[] {
  return state.topics.filter(({ topic }) => state.joined.has(toHex(topic)))
}

export function freshHello(context: MeetingContext, env: Env): OwnHello {
  const nonce = env.random(PROTOCOL.ID_SIZE)
  const value = {
    versions: [...context.versions],
    device: context.own.device,
    nonce,
    tags: [...context.makeTags(nonce)],
  }
  return { nonce, padded: composeSignal({ $case: 'hello', value }) }
}

/** Says Hello with a fresh nonce on every joined topic and waits; whoever is there answers. */
export function announce(state: MeetingState, announces: number, context: MeetingContext, env: Env): Move {
  const own = freshHello(context, env)
  const announceAt = env.now() + announcePause(announces, env)
  const phase: Phase = { stage: 'waiting', own, peers: [], announceAt, announces: announces + 1 }
  return send({ ...state, phase }, joinedTopics(state), own.padded, context, env)
}

/** A try came to nothing: waits with a fresh nonce, and says Hello after a while that grows from try to try. */
export function retryLater(
  state: MeetingState,
  phase: Negotiation,
  reason: AbandonReason,
  context: MeetingContext,
  env: Env,
): Move {
  const announceAt = env.now() + retryPause(state.failed, env)
  const waiting: Phase = { stage: 'waiting', own: freshHello(context, env), peers: [], announceAt, announces: 0 }
  return {
    state: { ...state, phase: waiting, failed: state.failed + 1 },
    outputs: [{ type: 'abandoned', attempt: phase.attempt, reason }],
  }
}

function retryPause(failed: number, env: Env): number {
  return fraction(env) * Math.min(CHOSEN.RETRY_MAX_MS, CHOSEN.RETRY_MIN_MS * 2 ** Math.min(failed, 16))
}

function announcePause(announces: number, env: Env): number {
  const longest = Math.min(CHOSEN.ANNOUNCE_MAX_MS, CHOSEN.ANNOUNCE_MIN_MS * 2 ** Math.min(announces, 16))
  return longest * (0.5 + fraction(env) / 2)
}

/** Uniform in [0, 1). */
function fraction(env: Env): number {
  const bytes = env.random(4)
  return new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0) / 2 ** 32
}

export function refused(state: MeetingState, code: ErrorCode): Move {
  return { state, outputs: [{ type: 'refused', code }] }
}

/** One move after another. */
export function andThen(first: Move, next: (state: MeetingState) => Move): Move {
  const second = next(first.state)
  return { state: second.state, outputs: [...first.outputs, ...second.outputs] }
}
