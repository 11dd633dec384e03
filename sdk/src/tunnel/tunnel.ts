/**
 * One tunnel, from the open channel to its end (spec/07 to spec/09). Not its concern: how it was introduced, what a
 * record means, where anything is stored, when the channel drains.
 *
 *   initiator   awaitingResponse --HandshakeResponse--> open (confirmed by the responder's first frame)
 *   responder   awaitingInitiation --HandshakeInitiation--> awaitingFrame --first frame--> open
 *
 * A refused message throws and returns no state: the caller ends the tunnel (spec/09).
 */

import type { Env } from '../env.js'
import { ensure } from '../errors.js'
import { decodeFrame, encodeFrame } from '../frame/frame.js'
import { nextHeartbeat } from '../frame/pace.js'
import { createReassembly, type ReassemblyState, reassemble } from '../frame/reassembly.js'
import { packRecords, type Record, unpackRecords } from '../frame/records.js'
import {
  bulkBytes,
  createQueue,
  dropFile as dropFromQueue,
  enqueueContent,
  enqueueRecord,
  hasUrgent,
  isEmpty,
  type QueueState,
  take,
} from '../frame/scheduler.js'
import { type AwaitingResponse, finish, type HandshakeInput, initiate, respond } from '../handshake/handshake.js'
import { noiseSecrets } from '../handshake/noise.js'
import { CHOSEN, PROTOCOL } from '../limits.js'
import { open as openMessage } from '../ratchet/open.js'
import {
  createInitiatorRatchet,
  createResponderRatchet,
  type RatchetState,
  ratchetFacts,
  ratchetSecrets,
  turnDue,
} from '../ratchet/ratchet.js'
import { seal as sealMessage } from '../ratchet/seal.js'
import type { Step } from '../step.js'

export type TunnelRole = 'initiator' | 'responder'

export interface TunnelSecrets {
  /** What the next tunnel of these two devices mixes in as psk0 (spec/07), 32 bytes. */
  readonly continuity: Uint8Array
  /** Gives the rendezvous root and a move's psk (spec/07), 32 bytes. */
  readonly exporter: Uint8Array
  /** The handshake's hash, 32 bytes. */
  readonly hash: Uint8Array
  /** In a link between own devices: the other side's device key, 32 bytes. */
  readonly peerDeviceKey?: Uint8Array
}

interface AwaitingResponseState {
  readonly stage: 'awaitingResponse'
  readonly since: number
  readonly handshake: AwaitingResponse
}

interface AwaitingInitiationState {
  readonly stage: 'awaitingInitiation'
  readonly since: number
  readonly input: HandshakeInput
}

interface AwaitingFrameState {
  readonly stage: 'awaitingFrame'
  readonly since: number
  readonly secrets: TunnelSecrets
  readonly ratchet: RatchetState
}

interface OpenState {
  readonly stage: 'open'
  readonly role: TunnelRole
  /** The other side proved that it holds the keys: always for the responder, after its first frame for the initiator. */
  readonly confirmed: boolean
  readonly since: number
  readonly ratchet: RatchetState
  readonly queue: QueueState
  readonly reassembly: ReassemblyState
  readonly heartbeatAt: number
  /** Unix milliseconds of our last frame. */
  readonly sentAt: number | undefined
  readonly heardAt: number
  readonly framesSent: number
  readonly framesReceived: number
}

export type TunnelState = AwaitingResponseState | AwaitingInitiationState | AwaitingFrameState | OpenState

export type TunnelOutput =
  /** Give these FRAME_SIZE bytes to the channel. */
  | { readonly type: 'send'; readonly message: Uint8Array }
  /** The keys stand. Store what spec/07 says before the first call of `pump`. */
  | { readonly type: 'established'; readonly secrets: TunnelSecrets }
  /** Initiator: the responder's first frame opened. */
  | { readonly type: 'confirmed' }
  /** A whole Content, encoded. */
  | { readonly type: 'content'; readonly content: Uint8Array }
  | { readonly type: 'record'; readonly record: Record }

type TunnelStep = Step<TunnelState, TunnelOutput>

/** The channel is open: the initiator speaks first. */
export function begin(role: TunnelRole, input: HandshakeInput, env: Env): TunnelStep {
  const since = env.now()
  if (role === 'responder') return { state: { stage: 'awaitingInitiation', since, input }, outputs: [], spent: [] }
  const { state: handshake, message, spent } = initiate(input, env)
  return { state: { stage: 'awaitingResponse', since, handshake }, outputs: [{ type: 'send', message }], spent }
}

/** One message of the channel. Throws what decoding, handshake, ratchet or records refuse; then the tunnel ends. */
export function receive(state: TunnelState, message: Uint8Array, env: Env): TunnelStep {
  ensure(message.length === PROTOCOL.FRAME_SIZE, 'wrong_size', 'a tunnel message is FRAME_SIZE bytes')
  switch (state.stage) {
    case 'awaitingInitiation': {
      const { message: response, result, spent } = respond(state.input, message, env)
      const { rootKey, ownKeys, ...secrets } = result
      const ratchet = createResponderRatchet({ rootKey, ownKeys })
      return {
        state: { stage: 'awaitingFrame', since: state.since, secrets, ratchet },
        outputs: [{ type: 'send', message: response }],
        spent,
      }
    }
    case 'awaitingResponse': {
      const { result, spent } = finish(state.handshake, message, env)
      const { rootKey, peerKeys, ...secrets } = result
      const ratchet = createInitiatorRatchet({ rootKey, peerKeys })
      return { state: opened('initiator', ratchet, env), outputs: [{ type: 'established', secrets }], spent }
    }
    case 'awaitingFrame': {
      const { outputs, ...step } = receiveFrame(opened('responder', state.ratchet, env), message, env)
      return { ...step, outputs: [{ type: 'established', secrets: state.secrets }, ...outputs] }
    }
    case 'open':
      return receiveFrame(state, message, env)
  }
}

/** At most one frame: queued records, or a heartbeat if one is due. No output if there is nothing to send. */
export function pump(state: TunnelState, env: Env): TunnelStep {
  ensure(state.stage === 'open', 'wrong_state', 'the tunnel does not stand')
  const now = env.now()
  const heartbeat = now >= state.heartbeatAt
  if (isEmpty(state.queue) && !heartbeat) return { state, outputs: [], spent: [] }
  const turn = turnDue(state.ratchet, now, heartbeat || hasUrgent(state.queue))
  const capacity = turn ? PROTOCOL.TURN_FRAME_PLAINTEXT : PROTOCOL.FRAME_PLAINTEXT
  const { queue, records } = take(state.queue, capacity)
  const sealed = sealMessage(state.ratchet, packRecords(records, capacity), turn, env)
  return {
    state: {
      ...state,
      ratchet: sealed.state,
      queue,
      // Of frames in one millisecond only the last is followed by a silence: one draw serves them all.
      heartbeatAt: now === state.sentAt ? state.heartbeatAt : nextHeartbeat(now, env),
      sentAt: now,
      framesSent: state.framesSent + 1,
    },
    outputs: [{ type: 'send', message: encodeFrame(sealed.message) }],
    spent: sealed.spent,
  }
}

/** Queues an encoded Content. It leaves in the order of the calls. */
export function queueContent(state: TunnelState, content: Uint8Array): TunnelState {
  ensure(state.stage === 'open', 'wrong_state', 'the tunnel does not stand')
  return { ...state, queue: enqueueContent(state.queue, content) }
}

/** Queues a record: `control` overtakes `bulk`. */
export function queueRecord(state: TunnelState, record: Record, priority: 'control' | 'bulk'): TunnelState {
  ensure(state.stage === 'open', 'wrong_state', 'the tunnel does not stand')
  return { ...state, queue: enqueueRecord(state.queue, record, priority) }
}

/** A file ended: what waits of its bulk is not sent. */
export function dropFile(state: TunnelState, file: Uint8Array): TunnelState {
  return state.stage === 'open' ? { ...state, queue: dropFromQueue(state.queue, file) } : state
}

/** Whether so little file data is queued that more should be read. */
export function bulkRoom(state: TunnelState): boolean {
  return state.stage === 'open' && bulkBytes(state.queue) < CHOSEN.HIGH_WATER_BYTES
}

/**
 * The next instant at which `expired` or `pump` may have something to do; Unix milliseconds. `canSend`: whether a frame
 * could leave now; a heartbeat that cannot is no reason to wake.
 */
export function deadline(state: TunnelState, canSend = true): number {
  if (state.stage !== 'open') return state.since + PROTOCOL.HANDSHAKE_MS
  const silence = state.heardAt + CHOSEN.SILENCE_MS
  const unconfirmed = state.confirmed ? silence : state.since + PROTOCOL.HANDSHAKE_MS
  return Math.min(canSend ? state.heartbeatAt : silence, silence, unconfirmed)
}

/** Why the tunnel must end now, if it must. */
export function expired(state: TunnelState, env: Env): 'timeout' | 'path_lost' | undefined {
  const now = env.now()
  const confirmed = state.stage === 'open' && state.confirmed
  if (!confirmed && now >= state.since + PROTOCOL.HANDSHAKE_MS) return 'timeout'
  if (state.stage === 'open' && now >= state.heardAt + CHOSEN.SILENCE_MS) return 'path_lost'
  return undefined
}

/** What is left to wipe when the tunnel ends, at whatever stage. */
export function tunnelSecrets(state: TunnelState): readonly Uint8Array[] {
  switch (state.stage) {
    case 'awaitingInitiation':
      return []
    case 'awaitingResponse':
      return noiseSecrets(state.handshake.noise)
    case 'awaitingFrame':
      return [state.secrets.continuity, state.secrets.exporter, ...ratchetSecrets(state.ratchet)]
    case 'open':
      return ratchetSecrets(state.ratchet)
  }
}

/** What the Proof screen shows. */
export function tunnelFacts(state: TunnelState): TunnelFacts | undefined {
  if (state.stage !== 'open') return undefined
  const { framesSent, framesReceived, since } = state
  return { since, framesSent, framesReceived, ...ratchetFacts(state.ratchet) }
}

export interface TunnelFacts extends ReturnType<typeof ratchetFacts> {
  readonly since: number
  readonly framesSent: number
  readonly framesReceived: number
}

function opened(role: TunnelRole, ratchet: RatchetState, env: Env): OpenState {
  const now = env.now()
  return {
    stage: 'open',
    role,
    confirmed: role === 'responder',
    since: now,
    ratchet,
    queue: createQueue(),
    reassembly: createReassembly(),
    // Each side's first frame leaves at once, with or without records (07-22).
    heartbeatAt: now,
    sentAt: undefined,
    heardAt: now,
    framesSent: 0,
    framesReceived: 0,
  }
}

function receiveFrame(state: OpenState, message: Uint8Array, env: Env): TunnelStep {
  const opened = openMessage(state.ratchet, decodeFrame(message), env)
  const outputs: TunnelOutput[] = state.confirmed ? [] : [{ type: 'confirmed' }]
  let reassembly = state.reassembly
  for (const record of unpackRecords(opened.plaintext)) {
    if (record.body?.$case !== 'content') {
      outputs.push({ type: 'record', record })
      continue
    }
    const step = reassemble(reassembly, record.body.value)
    reassembly = step.state
    if (step.content !== undefined) outputs.push({ type: 'content', content: step.content })
  }
  return {
    state: {
      ...state,
      confirmed: true,
      ratchet: opened.state,
      reassembly,
      heardAt: env.now(),
      framesReceived: state.framesReceived + 1,
    },
    outputs,
    spent: opened.spent,
  }
}
