/** When one person may ask another (spec/05 section 5). Pure. */
import type { PairingFacts, PairingVerdict } from '../store/port.js'

/** Requests that may be pending at one recipient, and from one requester. */
export const PENDING_INCOMING = 100
export const PENDING_OUTGOING = 50

/**
 * A repeated request is the one that is there. Two who ask each other have both agreed: the earlier request counts as
 * accepted, and no row remains.
 */
export function decidePairing(facts: PairingFacts): PairingVerdict {
  if (facts.crossed) return 'accept'
  if (facts.repeated) return 'keep'
  return facts.incoming < PENDING_INCOMING && facts.outgoing < PENDING_OUTGOING ? 'create' : 'refuse'
}
