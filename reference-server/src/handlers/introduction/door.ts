/** The introduction plane's door: a socket's life, each received frame to its handler, its bytes overwritten after use. */
import { RefusalReason } from '@solo2/proto/introduction'
import { Solo2Error } from '@solo2/sdk/shared'
import { CLIENT_FRAME_MAX, type Incoming, readClientFrame } from '../../envelope/introduction.js'
import { join } from './join.js'
import { leave } from './leave.js'
import { open } from './open.js'
import {
  CLOSE_FAILED,
  CLOSE_GOING_AWAY,
  createPeer,
  type EarlyFrame,
  type IntroductionServices,
  type IntroductionSocket,
  type Peer,
  refuse,
  refuseAndClose,
  takeToken,
} from './peer.js'
import { send } from './send.js'
import { wake } from './wake.js'

/** From the socket's opening to its first frame. */
const OPEN_MS = 5_000
/** Frames behind an Open that is still judged: as much as a client needs to join all its topics and say Hello on some. */
const EARLY_BYTES_MAX = 64 * 1024
const EARLY_RETRY_MS = 1_000
/** Sockets told of the end at once, so that not all of them come to the other servers together, and the time for all. */
const DRAIN_BATCH = 500
const DRAIN_STEP_MS = 100
const DRAIN_MS = 2_000

export interface IntroductionDoor {
  /** `attach` gets the peer before anything else happens to it, so that a socket that ends at once is known too. */
  connect(socket: IntroductionSocket, attach: (peer: Peer) => void): void
  /** Owns `bytes` for the call and overwrites them before it returns. */
  receive(peer: Peer, bytes: Uint8Array, isBinary: boolean): void
  disconnect(peer: Peer): void
  /** Says "unavailable" on every socket and ends it with 1001, one group after the other if there are many. */
  close(): Promise<void>
  readonly size: number
}

function act(peer: Peer, frame: Incoming, services: IntroductionServices): Promise<void> | undefined {
  if (frame.kind === 'open') return open(peer, frame, services)
  if (peer.opening !== undefined) refuseAndClose(peer, RefusalReason.ORDER)
  else if (frame.kind === 'send') send(peer, frame, services)
  else if (frame.kind === 'wake') wake(peer, frame.token, services)
  else if (frame.kind === 'join') join(peer, frame.topics, services)
  else leave(peer, frame.topics, services)
  return undefined
}

/** Keeps a frame until the ticket is judged: frames of a socket are applied in their order. */
function keepEarly(peer: Peer, early: EarlyFrame[], bytes: Uint8Array, isBinary: boolean): void {
  const kept = early.reduce((sum, frame) => sum + frame.bytes.length, 0)
  if (kept + bytes.length > EARLY_BYTES_MAX) {
    refuse(peer, RefusalReason.RATE, undefined, EARLY_RETRY_MS)
    return
  }
  const copy = new Uint8Array(new ArrayBuffer(bytes.length))
  copy.set(bytes)
  early.push({ bytes: copy, isBinary })
}

/** What may pass the frame rate and the length limit reaches a handler; a reason to refuse otherwise. */
function admit(peer: Peer, length: number, elapsedMs: number): boolean {
  const wait = takeToken(peer, elapsedMs)
  if (wait === Number.POSITIVE_INFINITY) refuseAndClose(peer, RefusalReason.RATE)
  else if (wait > 0) refuse(peer, RefusalReason.RATE, undefined, wait)
  else if (length > CLIENT_FRAME_MAX) refuseAndClose(peer, RefusalReason.TOO_LONG)
  else return true
  return false
}

export function createIntroductionDoor(services: IntroductionServices, socketsMax: number): IntroductionDoor {
  const peers = new Set<Peer>()
  const startedAt = services.now()
  const elapsedMs = () => services.now() - startedAt
  const apply = (peer: Peer, bytes: Uint8Array, isBinary: boolean) => {
    try {
      if (!isBinary) throw new Solo2Error('malformed', 'a text message')
      const { opening } = peer
      const judged = act(peer, readClientFrame(bytes), services)
      if (judged === undefined || opening === undefined) return
      const early: EarlyFrame[] = []
      opening.early = early
      judged
        .then(() => catchUp(peer, early))
        .catch((error: unknown) => {
          // A mistake of ours costs this socket, not the process.
          services.failed(error)
          if (!peer.closed) peer.socket.end(CLOSE_FAILED)
        })
    } catch (error) {
      if (!(error instanceof Solo2Error)) throw error
      refuseAndClose(peer, RefusalReason.MALFORMED)
    }
  }
  const catchUp = (peer: Peer, early: readonly EarlyFrame[]) => {
    for (const { bytes, isBinary } of early) {
      if (!peer.closed) apply(peer, bytes, isBinary)
      bytes.fill(0)
    }
  }
  return {
    connect(socket, attach) {
      const peer = createPeer(socket, elapsedMs())
      attach(peer)
      peers.add(peer)
      if (peers.size > socketsMax) refuseAndClose(peer, RefusalReason.UNAVAILABLE)
      else if (peer.opening !== undefined) {
        peer.opening.timer = setTimeout(() => refuseAndClose(peer, RefusalReason.ORDER), OPEN_MS).unref()
      }
    },
    receive(peer, bytes, isBinary) {
      try {
        if (peer.closed || !admit(peer, bytes.length, elapsedMs())) return
        const early = peer.opening?.early
        if (early !== undefined) keepEarly(peer, early, bytes, isBinary)
        else apply(peer, bytes, isBinary)
      } finally {
        bytes.fill(0)
      }
    },
    disconnect(peer) {
      peer.closed = true
      clearTimeout(peer.opening?.timer)
      peers.delete(peer)
      for (const { bytes } of peer.opening?.early ?? []) bytes.fill(0)
      peer.opening = undefined
      services.rendezvous.leaveAll(peer)
    },
    async close() {
      const all = [...peers]
      const batch = Math.max(DRAIN_BATCH, Math.ceil((all.length * DRAIN_STEP_MS) / DRAIN_MS))
      for (let told = 0; told < all.length; told += batch) {
        if (told > 0) await new Promise((resolve) => setTimeout(resolve, DRAIN_STEP_MS))
        for (const peer of all.slice(told, told + batch)) {
          refuseAndClose(peer, RefusalReason.UNAVAILABLE, CLOSE_GOING_AWAY)
        }
      }
    },
    get size() {
      return peers.size
    },
  }
}
