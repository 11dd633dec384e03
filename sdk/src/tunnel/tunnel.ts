/**
 * One tunnel, from the open channel to its end (spec/07 to spec/09). Not its concern: how it was introduced, what a
 * record means, where anything is stored, when the channel drains.
 *
 *   initiator   awaitingResponse --HandshakeResponse--> open (confirmed by the responder's first frame)
 *   responder   awaitingInitiation --HandshakeInitiation--> awaitingFrame --first frame--> open
 *   open        leave: one more frame, with `Last`; then it sends nothing (09-20)
 *
 * A refused message throws and returns no state: the caller ends the tunnel (spec/09).
 */
import { wipe } from '../bytes/bytes.js'
import type { Env } from '../env.js'
import { ensure } from '../errors.js'
import { fileDataCame } from '../frame/acknowledgement.js'
import { ciphertextPlace, decodeFrame, encodeFrame, plaintextPlace } from '../frame/frame.js'
import { nextDue, type Pace } from '../frame/pace.js'
import { reassemble } from '../frame/reassembly.js'
import { packRecords, type Record, unpackRecords } from '../frame/records.js'
import {
  bulkBytes,
  createQueue,
  dropFile as dropFromQueue,
  enqueueAck,
  enqueueContent,
  enqueueRecord,
  hasUrgent,
  isBulkOnly,
  isEmpty,
  take,
} from '../frame/scheduler.js'
import { frameAcked, frameSent, isWindowFull, windowOpensAt } from '../frame/window.js'
import { finish, type HandshakeInput, initiate, movePsk, respond } from '../handshake/handshake.js'
import { noiseSecrets } from '../handshake/noise.js'
import { CHOSEN, PROTOCOL } from '../limits.js'
import { open as openMessage } from '../ratchet/open.js'
import {
  createInitiatorRatchet,
  createResponderRatchet,
  ratchetFacts,
  ratchetSecrets,
  turnDue,
} from '../ratchet/ratchet.js'
import { type Sealed, seal as sealMessage } from '../ratchet/seal.js'
import type { Step } from '../step.js'
import { type OpenState, opened, type TunnelRole, type TunnelSecrets, type TunnelState } from './state.js'

export type { TunnelRole, TunnelSecrets, TunnelState } from './state.js'

/** What the caller does, in order, after it stored the state. */
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
  /** The other side sends nothing more on this tunnel. */
  | { readonly type: 'left' }

type TunnelStep = Step<TunnelState, TunnelOutput>

/** The channel is open: the initiator speaks first. */
export function begin(role: TunnelRole, input: HandshakeInput, env: Env): TunnelStep {
  const since = env.now()
  if (role === 'responder') return { state: { stage: 'awaitingInitiation', since, input }, outputs: [], spent: [] }
  const { state: handshake, message, spent } = initiate(input, env)
  return { state: { stage: 'awaitingResponse', since, handshake }, outputs: [{ type: 'send', message }], spent }
}

/**
 * One message of the channel. Throws what decoding, handshake, ratchet or records refuse; then the tunnel ends. `inPlace`:
 * whether a frame's plaintext, of which the records are views, may take the message's own memory.
 */
export function receive(state: TunnelState, message: Uint8Array, env: Env, inPlace = false): TunnelStep {
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
      return { state: opened('initiator', ratchet, secrets, env), outputs: [{ type: 'established', secrets }], spent }
    }
    case 'awaitingFrame': {
      const open = opened('responder', state.ratchet, state.secrets, env)
      const { outputs, ...step } = receiveFrame(open, message, env, inPlace)
      return { ...step, outputs: [{ type: 'established', secrets: state.secrets }, ...outputs] }
    }
    case 'open':
      return receiveFrame(state, message, env, inPlace)
  }
}

/** Of the frame that is being sealed, and of no other: all tunnels share it, since sealing takes one step. */
const PLAINTEXT = new Uint8Array(PROTOCOL.FRAME_PLAINTEXT)

/**
 * At most one frame: queued records, or a heartbeat if one is due. No output if there is nothing to send now. `frame`: memory
 * that it may take, FRAME_SIZE bytes.
 */
export function pump(state: TunnelState, env: Env, frame = new Uint8Array(PROTOCOL.FRAME_SIZE)): TunnelStep {
  ensure(state.stage === 'open', 'wrong_state', 'the tunnel does not stand')
  if (state.leaving === 'done') return { state, outputs: [], spent: [] }
  const now = env.now()
  const isDue = now >= state.dueAt
  if (!isDue && (state.pace.kind === 'constant' || isEmpty(state.queue) || isHeldBack(state, now))) {
    return { state, outputs: [], spent: [] }
  }
  const turn = turnDue(state.ratchet, now, isDue || hasUrgent(state.queue))
  const capacity = turn ? PROTOCOL.TURN_FRAME_PLAINTEXT : PROTOCOL.FRAME_PLAINTEXT
  const { queue, records } = take(state.queue, capacity)
  const plaintext = packRecords(records, capacity, PLAINTEXT.subarray(0, capacity))
  let sealed: Sealed
  try {
    sealed = sealMessage(state.ratchet, plaintext, turn, env, ciphertextPlace(frame, turn))
  } finally {
    wipe(plaintext)
  }
  return {
    state: {
      // Here and in `receiveFrame` the fields are written out: a spread of so many costs as much as a seal.
      stage: 'open',
      role: state.role,
      confirmed: state.confirmed,
      since: state.since,
      ratchet: sealed.state,
      queue,
      reassembly: state.reassembly,
      window: frameSent(state.window, now),
      acknowledgement: state.acknowledgement,
      pace: state.pace,
      // Of frames in one millisecond only the last is followed by a silence: one draw serves them all.
      dueAt: now === state.sentAt && !isDue ? state.dueAt : nextDue(state.pace, now, env),
      sentAt: now,
      heardAt: state.heardAt,
      framesSent: state.framesSent + 1,
      framesReceived: state.framesReceived,
      origin: state.origin,
      leaving: state.leaving === 'due' ? 'done' : 'no',
      peerLeft: state.peerLeft,
    },
    outputs: [{ type: 'send', message: encodeFrame(sealed.message, frame) }],
    spent: sealed.spent,
  }
}

/** Nothing leaves any more but one frame with `Last`, when the pace lets it; what waits is dropped (09-20). */
export function leave(state: TunnelState): TunnelState {
  ensure(state.stage === 'open', 'wrong_state', 'the tunnel does not stand')
  if (state.leaving !== 'no') return state
  const last: Record = { body: { $case: 'last', value: { frames: BigInt(state.framesSent) } } }
  return { ...state, leaving: 'due', queue: enqueueRecord(createQueue(), last, 'control') }
}

/** Both sides' last frames are through: nothing of it is left. */
export function isOver(state: TunnelState): boolean {
  return state.stage === 'open' && state.leaving === 'done' && state.peerLeft
}

/** What the handshake of a move takes of this tunnel; `nonce` is that of I's Hello. */
export function moveSecrets(state: TunnelState, nonce: Uint8Array, env: Env): { psk0: Uint8Array; hash: Uint8Array } {
  ensure(state.stage === 'open', 'wrong_state', 'the tunnel does not stand')
  return { psk0: movePsk(state.origin.exporter, nonce, env), hash: state.origin.hash }
}

/** Queues an encoded Content. It leaves in the order of the calls. */
export function queueContent(state: TunnelState, content: Uint8Array): TunnelState {
  ensure(state.stage === 'open', 'wrong_state', 'the tunnel does not stand')
  return state.leaving === 'no' ? { ...state, queue: enqueueContent(state.queue, content) } : state
}

/** Queues a record: `control` overtakes `bulk`. */
export function queueRecord(state: TunnelState, record: Record, priority: 'control' | 'bulk'): TunnelState {
  ensure(state.stage === 'open', 'wrong_state', 'the tunnel does not stand')
  return state.leaving === 'no' ? { ...state, queue: enqueueRecord(state.queue, record, priority) } : state
}

/** A file ended: what waits of its bulk is not sent. */
export function dropFile(state: TunnelState, file: Uint8Array): TunnelState {
  return state.stage === 'open' ? { ...state, queue: dropFromQueue(state.queue, file) } : state
}

/** The pace from now on (09-13, 09-15). What is due stays due: each side's first frame leaves at once. */
export function setPace(state: TunnelState, pace: Pace, env: Env): TunnelState {
  if (state.stage !== 'open' || state.pace.kind === pace.kind) return state
  const now = env.now()
  return { ...state, pace, dueAt: state.dueAt <= now ? state.dueAt : nextDue(pace, now, env) }
}

/** Whether so little file data is queued that more should be read. */
export function bulkRoom(state: TunnelState): boolean {
  return state.stage === 'open' && state.leaving === 'no' && bulkBytes(state.queue) < CHOSEN.HIGH_WATER_BYTES
}

/** Whether something waits that may leave now, if the channel takes it. */
export function hasWork(state: TunnelState, env: Env): boolean {
  return state.stage === 'open' && !isEmpty(state.queue) && !isHeldBack(state, env.now())
}

/** Nothing waits but file data, and as much as may be is under way. */
function isHeldBack({ queue, window }: OpenState, now: number): boolean {
  return isBulkOnly(queue) && isWindowFull(window, now)
}

/**
 * The next instant at which `expired` or `pump` may have something to do; Unix milliseconds. `canSend`: whether a frame
 * could leave now; a heartbeat that cannot is no reason to wake.
 */
export function deadline(state: TunnelState, now: number, canSend = true): number {
  if (state.stage !== 'open') return state.since + PROTOCOL.HANDSHAKE_MS
  const silence = state.heardAt + CHOSEN.SILENCE_MS
  const unconfirmed = state.confirmed ? silence : state.since + PROTOCOL.HANDSHAKE_MS
  if (!canSend || state.leaving === 'done') return Math.min(silence, unconfirmed)
  const waits = state.pace.kind !== 'constant' && !isEmpty(state.queue)
  // The window may have opened since `pump` found it full.
  const opensAt = isHeldBack(state, now) ? windowOpensAt(state.window, now) : now
  return Math.min(waits ? opensAt : state.dueAt, state.dueAt, silence, unconfirmed)
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
      return [state.origin.exporter, ...ratchetSecrets(state.ratchet)]
  }
}

/** What the Proof screen shows. */
export function tunnelFacts(state: TunnelState): TunnelFacts | undefined {
  if (state.stage !== 'open') return undefined
  const { framesSent, framesReceived, since } = state
  return { since, framesSent, framesReceived, ...ratchetFacts(state.ratchet) }
}

/** Numbers of a tunnel, none of them secret. `since` in Unix milliseconds. */
export interface TunnelFacts extends ReturnType<typeof ratchetFacts> {
  readonly since: number
  readonly framesSent: number
  readonly framesReceived: number
}

function receiveFrame(state: OpenState, message: Uint8Array, env: Env, inPlace: boolean): TunnelStep {
  ensure(!state.peerLeft, 'out_of_order', 'a frame after the last one')
  const frame = decodeFrame(message)
  const opened = openMessage(state.ratchet, frame, env, inPlace ? plaintextPlace(frame) : undefined)
  const outputs: TunnelOutput[] = state.confirmed ? [] : [{ type: 'confirmed' }]
  const now = env.now()
  const framesReceived = state.framesReceived + 1
  let { reassembly, window } = state
  let carriesFile = false
  const records = unpackRecords(opened.plaintext)
  const peerLeft = isLast(records, state.framesReceived)
  for (const record of records) {
    if (record.body?.$case === 'last') continue
    if (record.body?.$case === 'frameAck') {
      window = frameAcked(window, Number(record.body.value.frames), now)
      continue
    }
    if (record.body?.$case === 'fileChunk') carriesFile = true
    if (record.body?.$case !== 'content') {
      outputs.push({ type: 'record', record })
      continue
    }
    const step = reassemble(reassembly, record.body.value)
    reassembly = step.state
    if (step.content !== undefined) outputs.push({ type: 'content', content: step.content })
  }
  if (peerLeft) outputs.push({ type: 'left' })
  // Nothing may stand behind our last record.
  const { state: acknowledgement, due } =
    carriesFile && state.leaving === 'no'
      ? fileDataCame(state.acknowledgement, now)
      : { state: state.acknowledgement, due: false }
  return {
    state: {
      stage: 'open',
      role: state.role,
      confirmed: true,
      since: state.since,
      ratchet: opened.state,
      queue: due ? enqueueAck(state.queue, framesReceived) : state.queue,
      reassembly,
      window,
      acknowledgement,
      pace: state.pace,
      dueAt: state.dueAt,
      sentAt: state.sentAt,
      heardAt: now,
      framesSent: state.framesSent,
      framesReceived,
      origin: state.origin,
      leaving: state.leaving,
      peerLeft,
    },
    outputs,
    spent: opened.spent,
  }
}

/** Whether these records end the tunnel: `Last` stands behind all others and counts the frames before it (09-20, 09-21). */
function isLast(records: readonly Record[], framesReceived: number): boolean {
  const index = records.findIndex(({ body }) => body?.$case === 'last')
  if (index < 0) return false
  const { body } = records[index] as Record
  ensure(index === records.length - 1, 'out_of_order', 'a record after the last one')
  ensure(body?.$case === 'last' && body.value.frames === BigInt(framesReceived), 'out_of_order', 'a frame is missing')
  return true
}
