/** The introduction plane's door: a socket's life, each received frame to its handler, its bytes overwritten after use. */
import { RefusalReason } from '@solo2/proto/introduction'
import { Solo2Error } from '@solo2/sdk/shared'
import { CLIENT_FRAME_MAX, type Incoming, readClientFrame } from '../../envelope/introduction.js'
import { join } from './join.js'
import { leave } from './leave.js'
import { open } from './open.js'
import {
  CLOSE_GOING_AWAY,
  createPeer,
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

export interface IntroductionDoor {
  /** `attach` gets the peer before anything else happens to it, so that a socket that ends at once is known too. */
  connect(socket: IntroductionSocket, attach: (peer: Peer) => void): void
  /** Owns `bytes` for the call and overwrites them before it returns. */
  receive(peer: Peer, bytes: Uint8Array, isBinary: boolean): void
  disconnect(peer: Peer): void
  /** Says "unavailable" on every socket and ends it with 1001. */
  close(): void
  readonly size: number
}

function act(peer: Peer, frame: Incoming, services: IntroductionServices): void {
  if (frame.kind === 'open') open(peer, frame, services)
  else if (!peer.opened) refuseAndClose(peer, RefusalReason.ORDER)
  else if (frame.kind === 'send') send(peer, frame, services)
  else if (frame.kind === 'wake') wake(peer, frame.token, services)
  else if (frame.kind === 'join') join(peer, frame.topics, services)
  else leave(peer, frame.topics, services)
}

/** What may pass the frame rate and the length limit reaches a handler; a reason to refuse otherwise. */
function admit(peer: Peer, length: number, now: number): boolean {
  const wait = takeToken(peer, now)
  if (wait === Number.POSITIVE_INFINITY) refuseAndClose(peer, RefusalReason.RATE)
  else if (wait > 0) refuse(peer, RefusalReason.RATE, undefined, wait)
  else if (length > CLIENT_FRAME_MAX) refuseAndClose(peer, RefusalReason.TOO_LONG)
  else return true
  return false
}

export function createIntroductionDoor(services: IntroductionServices, socketsMax: number): IntroductionDoor {
  const peers = new Set<Peer>()
  return {
    connect(socket, attach) {
      const peer = createPeer(socket, services.now())
      attach(peer)
      peers.add(peer)
      if (peers.size > socketsMax) refuseAndClose(peer, RefusalReason.UNAVAILABLE)
      else peer.openTimer = setTimeout(() => refuseAndClose(peer, RefusalReason.ORDER), OPEN_MS).unref()
    },
    receive(peer, bytes, isBinary) {
      try {
        if (peer.closed || !admit(peer, bytes.length, services.now())) return
        if (!isBinary) throw new Solo2Error('malformed', 'a text message')
        act(peer, readClientFrame(bytes), services)
      } catch (error) {
        if (!(error instanceof Solo2Error)) throw error
        refuseAndClose(peer, RefusalReason.MALFORMED)
      } finally {
        bytes.fill(0)
      }
    },
    disconnect(peer) {
      peer.closed = true
      clearTimeout(peer.openTimer)
      peers.delete(peer)
      services.rendezvous.leaveAll(peer)
    },
    close() {
      for (const peer of [...peers]) refuseAndClose(peer, RefusalReason.UNAVAILABLE, CLOSE_GOING_AWAY)
    },
    get size() {
      return peers.size
    },
  }
}
