import { RefusalReason } from '@solo2/proto/introduction'
import { wokenFrame } from '../../envelope/introduction.js'
import { answer, CLOSE_DONE, type IntroductionServices, type Peer, refuseAndClose } from './peer.js'

/** The one thing that a socket is for which wakes somebody: the same answer whatever comes of it, then the end. */
export function wake(peer: Peer, token: Uint8Array, services: IntroductionServices): void {
  if (peer.joined) {
    refuseAndClose(peer, RefusalReason.ORDER)
    return
  }
  services.wake(token)
  answer(peer, wokenFrame())
  if (!peer.closed) peer.socket.end(CLOSE_DONE)
}
