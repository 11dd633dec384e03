/**
 * How a live tunnel agrees on the one to which it moves (spec/09 section 8): one machine for each old tunnel and side. Not its
 * concern: when a move is worth it, connections, the handshake, what the two tunnels carry.
 *
 *   offerer (I)    idle --start: Hello--> greeting --Hello--> offering --localOffer: Offer--> offered --Answer--> connecting
 *   answerer (R)   idle --Hello: Hello--> greeted --Offer--> answering --localAnswer: Answer--> connecting
 *
 *   connecting --confirmed--> moved, for ever
 *   any but moved --a refused signal, Bye, failed, deadline--> idle; the old tunnel stays as it was
 *   any but moved --start (I), Hello (R)--> a new move, which ends the one before
 *
 * Signals come through the old tunnel, so they are its peer's: there is nothing to open, and nobody else to tell apart.
 */
import { Signal } from '@solo2/proto/introduction'
import { equal } from '../bytes/bytes.js'
import { encode } from '../bytes/canonical.js'
import { pad } from '../bytes/padding.js'
import type { Env } from '../env.js'
import { type ErrorCode, ensure, Solo2Error } from '../errors.js'
import { PROTOCOL } from '../limits.js'
import type { Step } from '../step.js'
import { checkSdp, fitSdp } from './sdp.js'
import { type AnySignal, ByeReason, composeSignal, highestCommonVersion, parseSignal } from './signal.js'

export interface MoveContext {
  /** Fixed by the old tunnel: its initiator offers. */
  readonly role: 'offerer' | 'answerer'
  /** Devices, 16 bytes. */
  readonly own: Uint8Array
  readonly peer: Uint8Array
  /** Tunnel versions, ascending, and the one of the old tunnel: a move does not go below it. */
  readonly versions: readonly number[]
  readonly version: number
}

/** A Hello: its nonce, and its padded form for the prologue. */
interface Greeting {
  readonly nonce: Uint8Array
  readonly padded: Uint8Array
}

interface Trying {
  /** Names this move to the caller, whose connection belongs to it. */
  readonly attempt: number
  /** Unix milliseconds. */
  readonly deadline: number
  readonly own: Greeting
}

interface Greeted extends Trying {
  readonly peer: Greeting
}

interface Offered extends Greeted {
  /** Padded. */
  readonly offer: Uint8Array
}

type Phase =
  | { readonly stage: 'idle' }
  | (Trying & { readonly stage: 'greeting' })
  | (Greeted & { readonly stage: 'greeted' | 'offering' | 'connecting' })
  | (Offered & { readonly stage: 'offered' | 'answering' })
  | { readonly stage: 'moved' }

export interface MoveState {
  readonly phase: Phase
  /** Moves so far. */
  readonly attempts: number
  /** The nonce of I's last Hello. */
  readonly last: Uint8Array | undefined
}

export type MoveInput =
  /** I begins a move, in place of one that is under way; R asks for one. */
  | { readonly type: 'start' }
  /** The bytes of a MoveSignal. */
  | { readonly type: 'signal'; readonly signal: Uint8Array }
  | { readonly type: 'localOffer'; readonly attempt: number; readonly sdp: string }
  | { readonly type: 'localAnswer'; readonly attempt: number; readonly sdp: string }
  /** The new tunnel is confirmed. */
  | { readonly type: 'confirmed'; readonly attempt: number }
  /** Its connection or its handshake failed. */
  | { readonly type: 'failed'; readonly attempt: number }
  /** `moveDeadline` came. */
  | { readonly type: 'tick' }
  /** It is not wanted any more. */
  | { readonly type: 'stop' }

/** What the new tunnel's handshake takes (spec/07 section 6): padded plaintexts, and the nonce of I's Hello for its psk0. */
export interface MoveIntroduction {
  readonly helloI: Uint8Array
  readonly helloR: Uint8Array
  readonly offer: Uint8Array
  readonly answer: Uint8Array
  readonly nonce: Uint8Array
}

export type MoveOutput =
  /** To be sent as a MoveSignal. */
  | { readonly type: 'send'; readonly signal: Uint8Array }
  /** To be sent as a MoveRequest. */
  | { readonly type: 'request' }
  /** Make a connection as the offerer; report `localOffer`. */
  | { readonly type: 'createOffer'; readonly attempt: number }
  /** Make a connection as the answerer; report `localAnswer`. */
  | { readonly type: 'acceptOffer'; readonly attempt: number; readonly sdp: string }
  | { readonly type: 'acceptAnswer'; readonly attempt: number; readonly sdp: string }
  /** Run the handshake on that connection; report `confirmed` or `failed`. */
  | { readonly type: 'introduced'; readonly attempt: number; readonly introduction: MoveIntroduction }
  /** Close that move's connection; no tunnel comes of it. */
  | { readonly type: 'abandoned'; readonly attempt: number }
  /** For the diagnosis: why a signal was refused. */
  | { readonly type: 'refused'; readonly code: ErrorCode }

type MoveStep = Step<MoveState, MoveOutput>

export function createMove(): MoveState {
  return { phase: { stage: 'idle' }, attempts: 0, last: undefined }
}

/** Unix milliseconds at which a `tick` is due; undefined if time changes nothing. */
export function moveDeadline({ phase }: MoveState): number | undefined {
  return 'deadline' in phase ? phase.deadline : undefined
}

/** One step. Inputs of a move that is over have no effect. Throws only `bad_sdp`, for an SDP of one's own. */
export function stepMove(state: MoveState, input: MoveInput, context: MoveContext, env: Env): MoveStep {
  const { phase } = state
  if (phase.stage === 'moved') return unchanged(state)
  switch (input.type) {
    case 'start':
      return context.role === 'offerer' ? begin(state, context, env) : step(state, [{ type: 'request' }])
    case 'signal':
      return receive(state, input.signal, context, env)
    case 'localOffer':
      return phase.stage === 'offering' && phase.attempt === input.attempt
        ? offer(state, phase, input.sdp, context)
        : unchanged(state)
    case 'localAnswer':
      return phase.stage === 'answering' && phase.attempt === input.attempt
        ? answer(state, phase, input.sdp, context, env)
        : unchanged(state)
    case 'confirmed':
      return phase.stage === 'connecting' && phase.attempt === input.attempt
        ? step({ ...state, phase: { stage: 'moved' } }, [])
        : unchanged(state)
    case 'failed':
      return 'attempt' in phase && phase.attempt === input.attempt ? fail(state, context) : unchanged(state)
    case 'tick':
      return 'deadline' in phase && env.now() >= phase.deadline ? fail(state, context) : unchanged(state)
    case 'stop':
      return fail(state, context)
  }
}

function step(state: MoveState, outputs: readonly MoveOutput[]): MoveStep {
  // Nonces and descriptions are no secrets: the old tunnel hides them, and its exporter makes the key.
  return { state, outputs, spent: [] }
}

function unchanged(state: MoveState): MoveStep {
  return step(state, [])
}

function sent(padded: Uint8Array): MoveOutput {
  return { type: 'send', signal: encode(Signal, { signal: parseSignal(padded) }) }
}

/** Ends the move, if there is one. The other side is told, unless it knows (`told`) or nothing of it is known here. */
function fail(state: MoveState, context: MoveContext, told = true): MoveStep {
  const { phase } = state
  if (!('attempt' in phase)) return unchanged(state)
  const outputs: MoveOutput[] = [{ type: 'abandoned', attempt: phase.attempt }]
  if (told && 'peer' in phase) {
    const value = { from: context.own, to: context.peer, peerNonce: phase.peer.nonce, reason: ByeReason.LEAVING }
    outputs.push(sent(composeSignal({ $case: 'bye', value })))
  }
  return step({ ...state, phase: { stage: 'idle' } }, outputs)
}

function greeting(context: MoveContext, env: Env): Greeting {
  const nonce = env.random(PROTOCOL.ID_SIZE)
  // Nobody is to be recognised by them here; their number is that of every Hello.
  const tags = Array.from({ length: PROTOCOL.HELLO_TAGS }, () => env.random(PROTOCOL.ID_SIZE))
  const value = { versions: [...context.versions], device: context.own, nonce, tags }
  return { nonce, padded: composeSignal({ $case: 'hello', value }) }
}

function begin(state: MoveState, context: MoveContext, env: Env): MoveStep {
  // R answers each Hello: a second one before its answer could not tell whose answer comes (09-22).
  if (state.phase.stage === 'greeting') return unchanged(state)
  // The new Hello tells the other side that the move before it is over.
  const before = fail(state, context, false)
  const own = greeting(context, env)
  const attempt = state.attempts + 1
  const phase: Phase = { stage: 'greeting', attempt, deadline: env.now() + PROTOCOL.MOVE_MS, own }
  return step({ phase, attempts: attempt, last: own.nonce }, [...before.outputs, sent(own.padded)])
}

function offer(state: MoveState, phase: Greeted, localSdp: string, context: MoveContext): MoveStep {
  const sdp = fitSdp(localSdp)
  checkSdp(sdp, 'offer')
  const value = { from: context.own, to: context.peer, peerNonce: phase.peer.nonce, ownNonce: phase.own.nonce, sdp }
  const padded = composeSignal({ $case: 'offer', value })
  return step({ ...state, phase: { ...phase, stage: 'offered', offer: padded } }, [sent(padded)])
}

function answer(state: MoveState, phase: Offered, localSdp: string, context: MoveContext, env: Env): MoveStep {
  const sdp = fitSdp(localSdp)
  checkSdp(sdp, 'answer')
  const value = { from: context.own, to: context.peer, offerHash: env.primitives.sha256(phase.offer), sdp }
  const padded = composeSignal({ $case: 'answer', value })
  const introduction = introductionOf(phase.peer, phase.own, phase.offer, padded)
  return step(connecting(state, phase), [sent(padded), { type: 'introduced', attempt: phase.attempt, introduction }])
}

function connecting(state: MoveState, { attempt, deadline, own, peer }: Greeted): MoveState {
  return { ...state, phase: { stage: 'connecting', attempt, deadline, own, peer } }
}

function introductionOf(i: Greeting, r: Greeting, offer: Uint8Array, answer: Uint8Array): MoveIntroduction {
  return { helloI: i.padded, helloR: r.padded, offer, answer, nonce: i.nonce }
}

/** What is refused ends the move, and the move only (09-24, 09-25). */
function receive(state: MoveState, bytes: Uint8Array, context: MoveContext, env: Env): MoveStep {
  try {
    const padded = pad(bytes, PROTOCOL.SIGNAL_PLAINTEXT)
    return take(state, parseSignal(padded), padded, context, env)
  } catch (error) {
    if (!(error instanceof Solo2Error)) throw error
    const { outputs, ...failed } = fail(state, context)
    return { ...failed, outputs: [...outputs, { type: 'refused', code: error.code }] }
  }
}

function take(state: MoveState, signal: AnySignal, padded: Uint8Array, context: MoveContext, env: Env): MoveStep {
  const { phase } = state
  const { role, own, peer, versions, version } = context
  const offers = role === 'offerer'
  if (signal.$case === 'hello') {
    const { device, nonce } = signal.value
    ensure(!equal(device, own), 'reflected', 'our own Hello')
    ensure(equal(device, peer), 'unknown_device', 'a tunnel moves between its own two devices')
    ensure(!offers || phase.stage !== 'idle', 'wrong_role', 'only I starts a move')
    ensure(!offers || phase.stage === 'greeting', 'out_of_order', 'a second Hello of R')
    ensure(offers || state.last === undefined || !equal(state.last, nonce), 'replayed', 'a Hello with an old nonce')
    ensure(
      (highestCommonVersion(versions, signal.value.versions) ?? 0) >= version,
      'unsupported_version',
      'a lower one',
    )
    const greeted = { nonce, padded }
    if (offers && phase.stage === 'greeting') {
      const { attempt } = phase
      return step({ ...state, phase: { ...phase, stage: 'offering', peer: greeted } }, [
        { type: 'createOffer', attempt },
      ])
    }
    return greetBack(state, greeted, context, env)
  }
  ensure(!equal(signal.value.from, own), 'reflected', 'our own signal')
  ensure(equal(signal.value.from, peer) && equal(signal.value.to, own), 'readdressed', 'not of these two devices')
  // The channel keeps the order: what comes before R's Hello is of the move that this one ended (09-22).
  const isOfThis = signal.$case === 'bye' && 'own' in phase && equal(signal.value.peerNonce, phase.own.nonce)
  if (phase.stage === 'greeting' && signal.$case !== 'offer' && !isOfThis) return unchanged(state)
  switch (signal.$case) {
    case 'offer': {
      ensure(!offers, 'wrong_role', 'only I offers')
      ensure(phase.stage === 'greeted', 'out_of_order', 'no Offer is due')
      const fresh = equal(signal.value.peerNonce, phase.own.nonce) && equal(signal.value.ownNonce, phase.peer.nonce)
      ensure(fresh, 'stale_nonce', 'an Offer of another move')
      checkSdp(signal.value.sdp, 'offer')
      const { attempt } = phase
      return step({ ...state, phase: { ...phase, stage: 'answering', offer: padded } }, [
        { type: 'acceptOffer', attempt, sdp: signal.value.sdp },
      ])
    }
    case 'answer': {
      ensure(offers, 'wrong_role', 'only R answers')
      ensure(phase.stage === 'offered', 'out_of_order', 'no Answer is due')
      ensure(equal(signal.value.offerHash, env.primitives.sha256(phase.offer)), 'stale_nonce', 'to another Offer')
      checkSdp(signal.value.sdp, 'answer')
      const { attempt } = phase
      const introduction = introductionOf(phase.own, phase.peer, phase.offer, padded)
      return step(connecting(state, phase), [
        { type: 'acceptAnswer', attempt, sdp: signal.value.sdp },
        { type: 'introduced', attempt, introduction },
      ])
    }
    case 'bye': {
      ensure('own' in phase, 'out_of_order', 'no move is under way')
      ensure(isOfThis, 'stale_nonce', 'a Bye to another move')
      return fail(state, context, false)
    }
  }
}

/** R takes part: its Hello answers I's, and ends what was under way. */
function greetBack(state: MoveState, peer: Greeting, context: MoveContext, env: Env): MoveStep {
  const before = fail(state, context, false)
  const own = greeting(context, env)
  const attempt = state.attempts + 1
  const phase: Phase = { stage: 'greeted', attempt, deadline: env.now() + PROTOCOL.MOVE_MS, own, peer }
  return step({ phase, attempts: attempt, last: peer.nonce }, [...before.outputs, sent(own.padded)])
}
