/** What names an identity, and its order among others (spec/04 sections 2 and 4). */
import { compare, concat } from '../bytes/bytes.js'
import { ensureLength, SIZES } from '../crypto/sizes.js'
import type { Primitives } from '../env.js'
import { ensure } from '../errors.js'
import { LABELS } from '../labels.js'
import type { PublicIdentity } from './keys.js'

/** SHA-256("Solo2 v1 identity" ‖ ed25519 ‖ x25519): 32 bytes. Throws `invalid_key` for wrong lengths. */
export function identityId(primitives: Pick<Primitives, 'sha256'>, keys: PublicIdentity): Uint8Array {
  ensureLength(keys.ed25519, SIZES.ed25519, 'invalid_key', 'an Ed25519 public key')
  ensureLength(keys.x25519, SIZES.x25519, 'invalid_key', 'an X25519 public key')
  return primitives.sha256(concat(LABELS.identity, keys.ed25519, keys.x25519))
}

/**
 * Whether the side with public value `own` offers (and initiates the handshake): the smaller one as bytes does. Contacts
 * compare Ed25519 keys, own devices their device IDs. Throws `reflected` if the two are equal.
 */
export function isOfferer(own: Uint8Array, peer: Uint8Array): boolean {
  const order = compare(own, peer)
  ensure(order !== 0, 'reflected', 'the other side shows our own identity')
  return order < 0
}
