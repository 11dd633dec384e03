/** The identity bundle: public keys and the account's alias, signed by the identity itself (spec/04 section 3). */
import { type IdentityBundle, IdentityBundleBody } from '@solo2/proto/account'
import { concat, equal } from '../bytes/bytes.js'
import { decodeCanonical, encode } from '../bytes/canonical.js'
import { SIZES } from '../crypto/sizes.js'
import type { Primitives } from '../env.js'
import { ensure } from '../errors.js'
import { LABELS } from '../labels.js'
import { PROTOCOL } from '../limits.js'
import { type IdentitySecrets, type PublicIdentity, publicIdentity } from './keys.js'

const BUNDLE_VERSION = 1
/** The protobuf head of field 1 (version), the first byte of each body. */
const VERSION_FIELD = 0x08

/** Version 2, two keys 34 each, alias 2 + 8 bytes: every body of version 1 has this length. */
const BODY_SIZE = 2 + 2 * 34 + 2 + PROTOCOL.ALIAS_LENGTH

type Verifier = Pick<Primitives, 'ed25519Verify' | 'x25519'>

/** Signs `secrets`' public keys for the account with that alias (8 characters in normal form). */
export function makeBundle(
  primitives: Pick<Primitives, 'ed25519PublicKey' | 'x25519PublicKey' | 'ed25519Sign'>,
  secrets: IdentitySecrets,
  alias: string,
): IdentityBundle {
  ensure(/^[0-9A-Z]{8}$/.test(alias), 'invalid_argument', 'an alias has 8 characters')
  const body = encode(IdentityBundleBody, { version: BUNDLE_VERSION, ...publicIdentity(primitives, secrets), alias })
  return { body, signature: primitives.ed25519Sign(secrets.ed25519Seed, concat(LABELS.identityBundle, body)) }
}

/**
 * The keys of a bundle that belongs to `alias`. The server checks a bundle with this before it publishes it, a client
 * before it uses one. Throws `wrong_size`, `malformed`, `not_canonical`, `unsupported_version`, `bad_signature` (also
 * for a small-order Ed25519 key), `invalid_key` (X25519 key not canonical or of small order), `foreign_contact` (another
 * account's bundle).
 */
export function verifyBundle(primitives: Verifier, bundle: IdentityBundle, alias: string): PublicIdentity {
  // The version comes first, so that a bundle of a later version says so whatever else it holds.
  const foreign = bundle.body[0] === VERSION_FIELD && bundle.body[1] !== BUNDLE_VERSION
  ensure(!foreign, 'unsupported_version', 'a bundle of another version')
  ensure(bundle.body.length === BODY_SIZE, 'wrong_size', 'not the size of a bundle')
  ensure(bundle.signature.length === SIZES.ed25519Signature, 'wrong_size', 'not the size of a signature')
  const body = decodeCanonical(IdentityBundleBody, bundle.body)
  ensure(body.version === BUNDLE_VERSION, 'malformed', 'a bundle without a version')
  ensure(
    body.ed25519.length === SIZES.ed25519 && body.x25519.length === SIZES.x25519,
    'invalid_key',
    'not 32-byte keys',
  )
  const signed = concat(LABELS.identityBundle, bundle.body)
  ensure(
    primitives.ed25519Verify(body.ed25519, signed, bundle.signature),
    'bad_signature',
    'the bundle is not signed by its key',
  )
  // Any clamped secret gives zero with a small-order key, so one fixed secret finds them all.
  primitives.x25519(new Uint8Array(SIZES.x25519).fill(1), body.x25519)
  ensure(body.alias === alias, 'foreign_contact', 'the bundle belongs to another account')
  return { ed25519: body.ed25519, x25519: body.x25519 }
}

/** What a client knows when it takes up somebody new: nobody may come with our keys, or with another contact's. */
export interface KnownIdentities {
  readonly own: PublicIdentity
  readonly contacts: Iterable<PublicIdentity>
}

/**
 * Refuses keys that are one's own or another contact's (`foreign_contact`); either key alone is enough.
 * `known.contacts` leaves out the contact whose keys are checked.
 */
export function ensureNewIdentity(keys: PublicIdentity, known: KnownIdentities): void {
  const shares = (other: PublicIdentity) => equal(keys.ed25519, other.ed25519) || equal(keys.x25519, other.x25519)
  ensure(!shares(known.own), 'foreign_contact', 'the bundle holds our own keys')
  for (const contact of known.contacts)
    ensure(!shares(contact), 'foreign_contact', 'the bundle holds the keys of another contact')
}
