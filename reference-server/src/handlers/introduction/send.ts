import { RefusalReason } from '@solo2/proto/introduction'
import { type IntroductionServices, type Peer, refuse } from './peer.js'

/** A recipient's buffer drains or its socket goes: either is soon known. */
const SLOW_RETRY_MS = 1_000

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
      refuse(peer, RefusalReason.SLOW_RECIPIENT, frame.topic, SLOW_RETRY_MS)
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
