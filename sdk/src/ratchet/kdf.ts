/** The two derivations of spec/08: a turn's root step, and the step along a chain. */
import { concat, wipe } from '../bytes/bytes.js'
import { hkdfExpand, hkdfExtract } from '../crypto/hkdf.js'
import type { HybridPublicKeys } from '../crypto/hybrid-keys.js'
import type { Primitives } from '../env.js'
import { LABELS } from '../labels.js'

/** What enters a turn's root key (spec/08 section 3). */
export interface TurnInput {
  /** RK of the turn before, 32 bytes. */
  readonly root: Uint8Array
  /** X25519 of the new key and the other side's last one, 32 bytes; ML-KEM's shared secret, 32 bytes. Both are wiped. */
  readonly dh: Uint8Array
  readonly kemSecret: Uint8Array
  /** X_{t-1}, ek_{t-1}. */
  readonly previous: HybridPublicKeys
  /** X_t, ek_t. */
  readonly next: HybridPublicKeys
  readonly kemCiphertext: Uint8Array
}

/** RK_t ‖ CK = HKDF(salt = RK_{t-1}, dh ‖ ss, "Solo2 v1 turn" ‖ SHA-256(X_{t-1} ‖ X_t ‖ ek_{t-1} ‖ ek_t ‖ ct), 64). */
export function deriveTurn(primitives: Primitives, input: TurnInput): { root: Uint8Array; chain: Uint8Array } {
  const { previous, next } = input
  const transcript = concat(previous.key, next.key, previous.kemKey, next.kemKey, input.kemCiphertext)
  const info = concat(LABELS.turn, primitives.sha256(transcript))
  const inputKey = concat(input.dh, input.kemSecret)
  const extracted = hkdfExtract(primitives, input.root, inputKey)
  const output = hkdfExpand(primitives, extracted, info, 64)
  const derived = { root: output.slice(0, 32), chain: output.slice(32) }
  wipe(input.dh, input.kemSecret, inputKey, extracted, output)
  return derived
}

const MESSAGE_KEY = Uint8Array.of(1)
const NEXT_CHAIN_KEY = Uint8Array.of(2)

/** mk = HMAC(CK, 01) and CK' = HMAC(CK, 02). */
export function stepChain(primitives: Primitives, chain: Uint8Array): { messageKey: Uint8Array; next: Uint8Array } {
  const [messageKey, next] = primitives.hmacPair(chain, MESSAGE_KEY, NEXT_CHAIN_KEY)
  return { messageKey, next }
}

/** A message key is used once: the nonce can be constant. */
export const NONCE = new Uint8Array(12)
