import { RefusalReason } from '@solo2/proto/introduction'
import { openedFrame } from '../../envelope/introduction.js'
import type { Admitted } from '../../rendezvous/bus/admission.js'
import { answer, type IntroductionServices, type Peer, refuseAndClose } from './peer.js'

/** Versions of the introduction plane (spec/06 section 2). */
export const INTRODUCTION_VERSIONS: readonly number[] = [1]

/** The first frame: a ticket, spent by showing it, and a common version. A promise if another server must be asked. */
export function open(
  peer: Peer,
  frame: { readonly versions: readonly number[]; readonly ticket: Uint8Array },
  services: IntroductionServices,
): Promise<void> | undefined {
  if (peer.opening === undefined) {
    refuseAndClose(peer, RefusalReason.ORDER)
    return undefined
  }
  const admitted = services.admission.admit(frame.ticket)
  if (typeof admitted === 'string') {
    finish(peer, frame.versions, admitted)
    return undefined
  }
  return admitted.then((later) => {
    if (!peer.closed) finish(peer, frame.versions, later)
  })
}

function finish(peer: Peer, versions: readonly number[], admitted: Admitted): void {
  const common = INTRODUCTION_VERSIONS.filter((version) => versions.includes(version))
  if (admitted === 'unavailable') refuseAndClose(peer, RefusalReason.UNAVAILABLE)
  else if (admitted === 'refused') refuseAndClose(peer, RefusalReason.TICKET)
  else if (common.length === 0) refuseAndClose(peer, RefusalReason.VERSION)
  else {
    clearTimeout(peer.opening?.timer)
    peer.opening = undefined
    answer(peer, openedFrame(Math.max(...common)))
  }
}
