/** From the password to two keys: one that the server gets, one that never leaves (spec/03 section 2). */
import { unprintable } from '../bytes/unprintable.js'
import { hkdf } from '../crypto/hkdf.js'
import { ensureLength } from '../crypto/sizes.js'
import type { Primitives } from '../env.js'
import { ensure } from '../errors.js'
import { LABELS } from '../labels.js'

/** Parameters of Argon2id v1.3 (RFC 9106). */
export interface PasswordProfile {
  readonly memoryKiB: number
  readonly passes: number
  readonly lanes: number
}

export const SALT_SIZE = 16
export const KEY_SIZE = 32

/** The profile that new accounts get, and the weakest that this client still uses: whatever the server says. */
export const PASSWORD_PROFILE = 1
export const PROFILE_FLOOR = 1

/** By number. A profile never changes; a stronger one gets the next number. */
const PROFILES: Readonly<Record<number, PasswordProfile>> = {
  1: { memoryKiB: 65_536, passes: 3, lanes: 1 },
}

/** Throws `unsupported_version` for a profile that is unknown or below the floor. */
export function passwordProfile(profile: number): PasswordProfile {
  const parameters = profile >= PROFILE_FLOOR ? PROFILES[profile] : undefined
  ensure(parameters, 'unsupported_version', 'a password profile that this version does not use')
  return parameters
}

/** 32 bytes each. Does not print itself. */
export interface PasswordKeys {
  /** Sent to the server over TLS; proves that one knows the password. */
  readonly authKey: Uint8Array
  /** Opens the wrapped master key; never leaves the device. */
  readonly wrapKey: Uint8Array
}

/** authKey = HKDF(S, "Solo2 v1 auth", 32), wrapKey = HKDF(S, "Solo2 v1 wrap", 32). `stretched` is S, 32 bytes. */
export function splitPassword(primitives: Primitives, stretched: Uint8Array): PasswordKeys {
  ensureLength(stretched, KEY_SIZE, 'invalid_argument', 'a stretched password')
  return unprintable('PasswordKeys', {
    authKey: hkdf(primitives, stretched, LABELS.auth, KEY_SIZE),
    wrapKey: hkdf(primitives, stretched, LABELS.wrap, KEY_SIZE),
  })
}
