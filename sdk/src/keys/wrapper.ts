/**
 * The wrapped master key: 80 bytes that the server keeps and cannot open (spec/03 section 3).
 *
 *   version 01 ‖ profile ‖ 00 00 ‖ salt[16] ‖ nonce[12] ‖ AES-256-GCM(wrapKey, nonce, associated data, master key)[48]
 *   associated data = the first 20 bytes ‖ "Solo2 v1 master key"
 */
import { concat, equal } from '../bytes/bytes.js'
import { ensureLength, SIZES } from '../crypto/sizes.js'
import type { Aead } from '../env.js'
import { ensure, Solo2Error } from '../errors.js'
import { LABELS } from '../labels.js'
import { PROTOCOL } from '../limits.js'
import { KEY_SIZE, passwordProfile, SALT_SIZE } from './password.js'

const VERSION = 1
const HEADER_SIZE = 4
const NONCE_AT = HEADER_SIZE + SALT_SIZE
const SEALED_AT = NONCE_AT + SIZES.aeadNonce

/** What Prelogin gives too, and the client compares. */
export interface WrapperHeader {
  readonly profile: number
  /** 16 bytes. */
  readonly salt: Uint8Array
}

/** The header of a wrapped master key. Throws `wrong_size`, `unsupported_version`, `malformed`. */
export function parseWrappedMasterKey(wrapped: Uint8Array): WrapperHeader {
  ensure(wrapped.length === PROTOCOL.WRAPPED_MASTER_KEY_SIZE, 'wrong_size', 'a wrapped master key has 80 bytes')
  ensure(wrapped[0] === VERSION, 'unsupported_version', 'a wrapped master key of another version')
  ensure(wrapped[2] === 0 && wrapped[3] === 0, 'malformed', 'reserved bytes of a wrapped master key are not zero')
  const profile = wrapped[1] as number
  ensure(profile > 0, 'malformed', 'profiles count from 1')
  return { profile, salt: wrapped.slice(HEADER_SIZE, NONCE_AT) }
}

/** Header and wrapKey (32 bytes) that belong together: the wrapKey was made with this profile and salt. */
export interface WrappingKey extends WrapperHeader {
  readonly wrapKey: Uint8Array
}

/** Wraps a 32-byte master key: 80 bytes. Throws `invalid_argument`, `unsupported_version`. */
export async function wrapMasterKey(
  host: { readonly aead: Aead; random(length: number): Uint8Array },
  { profile, salt, wrapKey, masterKey }: WrappingKey & { readonly masterKey: Uint8Array },
): Promise<Uint8Array> {
  passwordProfile(profile)
  ensureLength(salt, SALT_SIZE, 'invalid_argument', 'the salt of a password')
  ensureLength(wrapKey, KEY_SIZE, 'invalid_argument', 'a wrapKey')
  ensureLength(masterKey, KEY_SIZE, 'invalid_argument', 'a master key')
  const head = concat(Uint8Array.of(VERSION, profile, 0, 0), salt)
  const nonce = host.random(SIZES.aeadNonce)
  return concat(head, nonce, await host.aead.seal(wrapKey, nonce, associatedData(head), masterKey))
}

/**
 * The master key, 32 bytes. `profile` and `salt` are those that Prelogin gave (offline: those of the wrapper itself); a
 * wrapper with another header is `malformed`. Throws `wrong_password` if it does not open, `unsupported_version` for a
 * profile below the floor, and as {@link parseWrappedMasterKey}.
 */
export async function openWrappedMasterKey(
  host: { readonly aead: Aead },
  wrapped: Uint8Array,
  { profile, salt, wrapKey }: WrappingKey,
): Promise<Uint8Array> {
  const header = parseWrappedMasterKey(wrapped)
  const same = header.profile === profile && equal(header.salt, salt)
  ensure(same, 'malformed', 'the wrapped master key has another header than Prelogin gave')
  passwordProfile(profile)
  ensureLength(wrapKey, KEY_SIZE, 'invalid_argument', 'a wrapKey')
  const head = wrapped.subarray(0, NONCE_AT)
  const nonce = wrapped.subarray(NONCE_AT, SEALED_AT)
  try {
    return await host.aead.open(wrapKey, nonce, associatedData(head), wrapped.subarray(SEALED_AT))
  } catch (error) {
    if (error instanceof Solo2Error && error.code !== 'open_failed') throw error
    throw new Solo2Error('wrong_password', 'The password is wrong.', { cause: error })
  }
}

function associatedData(head: Uint8Array): Uint8Array {
  return concat(head, LABELS.masterKey)
}
