/** Identity keys: Ed25519 signs the bundle, X25519 meets and shakes hands. Random, kept in the vault (spec/04 section 1). */
import { unprintable } from '../bytes/unprintable.js'
import { SIZES } from '../crypto/sizes.js'
import type { Env, Primitives } from '../env.js'

/** The public half: 32 bytes each. */
export interface PublicIdentity {
  readonly ed25519: Uint8Array
  readonly x25519: Uint8Array
}

/** The secret half: 32 bytes each. Does not print itself. */
export interface IdentitySecrets {
  readonly ed25519Seed: Uint8Array
  readonly x25519Secret: Uint8Array
}

/** Takes ownership of both secrets. */
export function identitySecrets(ed25519Seed: Uint8Array, x25519Secret: Uint8Array): IdentitySecrets {
  return unprintable('IdentitySecrets', { ed25519Seed, x25519Secret })
}

/** A new identity from fresh randomness. */
export function generateIdentity(env: Pick<Env, 'random'>): IdentitySecrets {
  return identitySecrets(env.random(SIZES.ed25519), env.random(SIZES.x25519))
}

/** The public keys of `secrets`. Throws `invalid_argument` for wrong lengths. */
export function publicIdentity(
  primitives: Pick<Primitives, 'ed25519PublicKey' | 'x25519PublicKey'>,
  secrets: IdentitySecrets,
): PublicIdentity {
  return {
    ed25519: primitives.ed25519PublicKey(secrets.ed25519Seed),
    x25519: primitives.x25519PublicKey(secrets.x25519Secret),
  }
}
