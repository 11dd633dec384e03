import { RefusalReason } from '@solo2/proto/introduction'
import { type IntroductionServices, type Peer, refuse } from './peer.js'

/** To the others on the topic at once; held if there is nobody else. Every signal that goes nowhere is refused. */
export function send(
  peer: Peer,
  frame: { readonly topic: Uint8Array; readonly delivery: Uint8Array },
  services: IntroductionServices,
): void {
  const verdict = services.rendezvous.send(peer, frame.topic, frame.delivery)
  switch (verdict.outcome) {
    case 'delivered':
    case 'held':
      break
    case 'slow':
      peer.slow(frame.topic)
      break
    case 'not_joined':
      refuse(peer, RefusalReason.NOT_JOINED, frame.topic)
      break
    case 'held_full':
      refuse(peer, RefusalReason.HELD_FULL, frame.topic, verdict.retryAfterMs)
      break
    default:
      verdict satisfies never
  }
}
