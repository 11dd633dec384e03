/** One socket of the introduction plane: what the frames' handlers know of it. No account, no address. */
import { RefusalReason } from '@solo2/proto/introduction'
import { refusalFrame } from '../../envelope/introduction.js'
import type { Admission } from '../../rendezvous/bus/admission.js'
import type { Few } from '../../rendezvous/few.js'
import type { Member, Rendezvous } from '../../rendezvous/rendezvous.js'

/** What a socket must offer; uWebSockets.js' own has this shape. */
export interface IntroductionSocket {
  send(message: Uint8Array, isBinary: boolean): number
  getBufferedAmount(): number
  end(code?: number, reason?: string): void
}

/** Bytes waiting at a recipient above which a signal is refused to its sender. */
const BUFFERED_MAX = 256 * 1024
/** All that can be held on the topics of one socket: 256 x 4 x 4,120 bytes, and room. */
export const BURST_MAX = 6 * 1024 * 1024

/** Tokens of the frame rate: so many at once, then one each; as many refusals again, then the socket is closed. */
const RATE_BURST = 512
const TOKEN_MS = 1_000 / 64

/** Behind a refusal that ends the socket comes the close code 4000 + reason (spec/06 section 5). */
const CLOSE_BASE = 4_000
/** RFC 6455: all is done; going away; a fault of the server. */
export const CLOSE_DONE = 1_000
export const CLOSE_GOING_AWAY = 1_001
export const CLOSE_FAILED = 1_011

/** Ten thousand of them are idle: each field is 8 bytes of each. */
export interface Peer extends Member {
  readonly socket: IntroductionSocket
  /** Undefined once its Open was accepted. */
  opening: Opening | undefined
  /** A Join was admitted: this socket meets somebody, and wakes nobody. */
  joined: boolean
  closed: boolean
  /** Whole ones, and when there was one more, in {@link tickOf}: both small numbers, which the engine keeps in place. */
  tokens: number
  refilledAt: number
}

/** What a socket has until its Open is accepted. */
export interface Opening {
  timer: NodeJS.Timeout | undefined
  /** What came while another server is asked about the ticket. */
  early: EarlyFrame[] | undefined
}

export interface EarlyFrame {
  readonly bytes: Uint8Array
  readonly isBinary: boolean
}

/** A recipient's buffer drains or its socket goes: either is soon known. */
export const SLOW_RETRY_MS = 1_000

export interface IntroductionServices {
  readonly admission: Admission
  readonly rendezvous: Rendezvous
  /** Has whoever gave out this token notified, or nobody; tells nothing. Does not keep the bytes. */
  wake(token: Uint8Array): void
  now(): number
  /** An error that no frame should bring about. */
  failed(error: unknown): void
}

class SocketPeer implements Peer {
  readonly socket: IntroductionSocket
  opening: Opening | undefined = { timer: undefined, early: undefined }
  joined = false
  closed = false
  topics: Few<object> = undefined
  held = 0
  reference = 0
  tokens = RATE_BURST
  refilledAt: number

  constructor(socket: IntroductionSocket, elapsedMs: number) {
    this.socket = socket
    this.refilledAt = tickOf(elapsedMs)
  }

  deliver(frame: Uint8Array, burst: boolean): boolean {
    if (this.closed || this.socket.getBufferedAmount() > (burst ? BURST_MAX : BUFFERED_MAX)) return false
    return this.socket.send(frame, true) !== 2
  }

  slow(topic: Uint8Array): void {
    refuse(this, RefusalReason.SLOW_RECIPIENT, topic, SLOW_RETRY_MS)
  }
}

/** `elapsedMs`: since the server started. */
export function createPeer(socket: IntroductionSocket, elapsedMs: number): Peer {
  return new SocketPeer(socket, elapsedMs)
}

/** Sends a frame of the server's own. A client that does not read its answers is closed. */
export function answer(peer: Peer, frame: Uint8Array): void {
  if (!peer.closed && !peer.deliver(frame, true)) peer.socket.end(CLOSE_BASE + RefusalReason.SLOW_RECIPIENT)
}

export function refuse(peer: Peer, reason: RefusalReason, topic?: Uint8Array, retryAfterMs?: number): void {
  answer(peer, refusalFrame(reason, topic, retryAfterMs))
}

/** Says why and ends the socket. */
export function refuseAndClose(peer: Peer, reason: RefusalReason, code: number = CLOSE_BASE + reason): void {
  if (peer.closed) return
  peer.socket.send(refusalFrame(reason), true)
  peer.socket.end(code)
}

/** Tokens that were earned since the server started. */
const tickOf = (elapsedMs: number) => Math.floor(elapsedMs / TOKEN_MS)

/** 0: the frame may pass. Otherwise the milliseconds until the next one may; Infinity: the socket has had its warnings. */
export function takeToken(peer: Peer, elapsedMs: number): number {
  const tick = tickOf(elapsedMs)
  if (tick > peer.refilledAt) {
    peer.tokens = Math.min(RATE_BURST, peer.tokens + tick - peer.refilledAt)
    peer.refilledAt = tick
  }
  peer.tokens -= 1
  if (peer.tokens >= 0) return 0
  return peer.tokens < -RATE_BURST ? Number.POSITIVE_INFINITY : (1 - peer.tokens) * TOKEN_MS
}
