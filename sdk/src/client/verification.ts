/** Whether a contact is who it seems, as the person or an invitation found (spec/04 section 5, spec/07 section 9). */
import type { ContactRecord } from '@solo2/proto/vault'
import type { Primitives } from '../env.js'
import { ensure } from '../errors.js'
import type { PublicIdentity } from '../identity/keys.js'
import { matchesSafetyQr } from '../identity/safety-number.js'
import type { Verification } from './api.js'

export function verificationOf({ verified, invited }: ContactRecord): Verification {
  if (verified) return 'compared'
  return invited ? 'invited' : 'none'
}

/** What taking back takes back is both. Throws `key_changed` if the scanned code is not the one of these two. */
export function verifiedChange(
  primitives: Pick<Primitives, 'sha256'>,
  verified: boolean,
  scanned: Uint8Array | undefined,
  own: PublicIdentity,
  peer: PublicIdentity,
): Partial<ContactRecord> {
  if (scanned !== undefined) {
    ensure(matchesSafetyQr(primitives, scanned, own, peer), 'key_changed', 'the code shows other keys than are here')
  }
  return verified ? { verified } : { verified, invited: false }
}
