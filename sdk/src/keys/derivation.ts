/** What is derived from the master key (spec/03 section 4). Each result has 32 bytes. */
import { concat, wipe } from '../bytes/bytes.js'
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

/** What own devices share of the master key, so that they find and know each other (spec/03 section 4). */
export interface OwnKeys {
  /** Gives their topics, 32 bytes. */
  readonly topicKey: Uint8Array
  /** psk of their tunnels, 32 bytes. */
  readonly linkKey: Uint8Array
  /** The key pair and psk of their signals, 32 bytes each. */
  readonly signal: { readonly secret: Uint8Array; readonly publicKey: Uint8Array; readonly psk: Uint8Array }
  /** Stands for the identity in signals and prologue. */
  readonly id: Uint8Array
}

export function ownKeys(primitives: Primitives, masterKey: Uint8Array): OwnKeys {
  const signal = hkdf(primitives, masterKey, LABELS.ownSignal, 2 * KEY_SIZE)
  const secret = signal.slice(0, KEY_SIZE)
  const publicKey = primitives.x25519PublicKey(secret)
  const keys: OwnKeys = {
    topicKey: ownTopicKey(primitives, masterKey),
    linkKey: ownLinkKey(primitives, masterKey),
    signal: { secret, publicKey, psk: signal.slice(KEY_SIZE) },
    id: primitives.sha256(concat(LABELS.ownId, publicKey)),
  }
  wipe(signal)
  return keys
}

export function wipeOwnKeys({ topicKey, linkKey, signal }: OwnKeys): void {
  wipe(topicKey, linkKey, signal.secret, signal.psk)
}

/** psk of the one link that takes a device in: HKDF(salt = the stretched code, own link key, "Solo2 v1 link", 32). */
export function linkPsk(primitives: Primitives, linkKey: Uint8Array, stretchedCode: Uint8Array): Uint8Array {
  return hkdf(primitives, linkKey, LABELS.link, KEY_SIZE, stretchedCode)
}
