/** What a tunnel remembers at each of its stages (spec/07 to spec/09), and how an open one begins. */
import { unprintable } from '../bytes/unprintable.js'
import type { Env } from '../env.js'
import type { AcknowledgementState } from '../frame/acknowledgement.js'
import { NORMAL, type Pace } from '../frame/pace.js'
import { createReassembly, type ReassemblyState } from '../frame/reassembly.js'
import { createQueue, type QueueState } from '../frame/scheduler.js'
import { createWindow, type WindowState } from '../frame/window.js'
import type { AwaitingResponse, HandshakeInput } from '../handshake/handshake.js'
import type { RatchetState } from '../ratchet/ratchet.js'

/** The offerer of the introduction is the initiator of the handshake. */
export type TunnelRole = 'initiator' | 'responder'

/** What a tunnel leaves for later ones, when its keys stand. */
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

export interface OpenState {
  readonly stage: 'open'
  readonly role: TunnelRole
  /** The other side proved that it holds the keys: always for the responder, after its first frame for the initiator. */
  readonly confirmed: boolean
  readonly since: number
  readonly ratchet: RatchetState
  readonly queue: QueueState
  readonly reassembly: ReassemblyState
  readonly window: WindowState
  readonly acknowledgement: AcknowledgementState | undefined
  readonly pace: Pace
  /** Unix milliseconds when a frame leaves even if there is nothing to send. */
  readonly dueAt: number
  /** Unix milliseconds of our last frame. */
  readonly sentAt: number | undefined
  readonly heardAt: number
  readonly framesSent: number
  readonly framesReceived: number
  /** The exporter and h, for a move (spec/07 section 7). */
  readonly origin: Origin
  /** `due`: the next frame is our last. */
  readonly leaving: 'no' | 'due' | 'done'
  /** The other side's last frame came. */
  readonly peerLeft: boolean
}

interface Origin {
  readonly exporter: Uint8Array
  readonly hash: Uint8Array
}

/** A tunnel by its stage: secret, immutable, and of one use. */
export type TunnelState = AwaitingResponseState | AwaitingInitiationState | AwaitingFrameState | OpenState

/** The keys stand. */
export function opened(role: TunnelRole, ratchet: RatchetState, { exporter, hash }: Origin, env: Env): OpenState {
  const now = env.now()
  return {
    stage: 'open',
    role,
    confirmed: role === 'responder',
    since: now,
    ratchet,
    queue: createQueue(),
    reassembly: createReassembly(),
    window: createWindow(),
    acknowledgement: undefined,
    // Each side's first frame leaves at once, with or without records (07-22).
    pace: NORMAL,
    dueAt: now,
    sentAt: undefined,
    heardAt: now,
    framesSent: 0,
    framesReceived: 0,
    // A copy: the caller wipes its own when the rendezvous root is agreed.
    origin: { exporter: unprintable('exporter', exporter.slice()), hash },
    leaving: 'no',
    peerLeft: false,
  }
}
