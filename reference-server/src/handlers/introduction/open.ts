import { RefusalReason } from '@solo2/proto/introduction'
import { openedFrame } from '../../envelope/introduction.js'
import { answer, type IntroductionServices, type Peer, refuseAndClose } from './peer.js'

/** Versions of the introduction plane (spec/06 section 2). */
export const INTRODUCTION_VERSIONS: readonly number[] = [1]

/** The first frame: a ticket, spent by showing it, and a common version. */
export function open(
  peer: Peer,
  frame: { readonly versions: readonly number[]; readonly ticket: Uint8Array },
  services: IntroductionServices,
): void {
  const common = INTRODUCTION_VERSIONS.filter((version) => frame.versions.includes(version))
  if (peer.opened) refuseAndClose(peer, RefusalReason.ORDER)
  else if (!services.tickets.spend(frame.ticket)) refuseAndClose(peer, RefusalReason.TICKET)
  else if (common.length === 0) refuseAndClose(peer, RefusalReason.VERSION)
  else {
    clearTimeout(peer.openTimer)
    peer.openTimer = undefined
    peer.opened = true
    answer(peer, openedFrame(Math.max(...common)))
  }
}
