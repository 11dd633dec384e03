/** What is derived from the master key (spec/03 section 4). Each result has 32 bytes. */
import { hkdf } from '../crypto/hkdf.js'
import { ensureLength } from '../crypto/sizes.js'
import type { Primitives } from '../env.js'
import { LABELS } from '../labels.js'
import { KEY_SIZE } from './password.js'

function derive(primitives: Primitives, masterKey: Uint8Array, label: Uint8Array): Uint8Array {
  ensureLength(masterKey, KEY_SIZE, 'invalid_argument', 'a master key')
  return hkdf(primitives, masterKey, label, KEY_SIZE)
}

/** Sent by Recover instead of the words. */
export function recoveryAuthenticator(primitives: Primitives, masterKey: Uint8Array): Uint8Array {
  return derive(primitives, masterKey, LABELS.recovery)
}

/** SHA-256 of the recovery authenticator: what the server keeps; tells nothing of key or words. */
export function recoveryFingerprint(primitives: Pick<Primitives, 'sha256'>, authenticator: Uint8Array): Uint8Array {
  ensureLength(authenticator, KEY_SIZE, 'invalid_argument', 'a recovery authenticator')
  return primitives.sha256(authenticator)
}

/** Wraps the vault key (spec/11). */
export function vaultWrapKey(primitives: Primitives, masterKey: Uint8Array): Uint8Array {
  return derive(primitives, masterKey, LABELS.vaultWrap)
}

/** From it own devices compute the topic on which they meet (spec/06). */
export function ownTopicKey(primitives: Primitives, masterKey: Uint8Array): Uint8Array {
  return derive(primitives, masterKey, LABELS.ownTopic)
}

/** The psk of tunnels between own devices (spec/07). */
export function ownLinkKey(primitives: Primitives, masterKey: Uint8Array): Uint8Array {
  return derive(primitives, masterKey, LABELS.ownLink)
}
