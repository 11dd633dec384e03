/** HPKE (RFC 9180), single shot: 0x0020, 0x0001, 0x0003. Names are the RFC's. */
import { ascii, join, Refused, u16be, zeros } from './bytes.js'
import { hkdfExpand, hmac, open, seal, x25519, x25519Public } from './primitives.js'

const KEM = join(ascii('KEM'), u16be(0x0020))
const HPKE = join(ascii('HPKE'), u16be(0x0020), u16be(0x0001), u16be(0x0003))
const NONE = zeros(0)

/** Section 4. */
function labeledExtract(suite: Uint8Array, salt: Uint8Array, label: string, ikm: Uint8Array): Uint8Array {
  return hmac(salt, join(ascii('HPKE-v1'), suite, ascii(label), ikm))
}

function labeledExpand(suite: Uint8Array, prk: Uint8Array, label: string, info: Uint8Array, l: number): Uint8Array {
  return hkdfExpand(prk, join(u16be(l), ascii('HPKE-v1'), suite, ascii(label), info), l)
}

/** Section 7.1.3. */
export function deriveKeyPair(ikm: Uint8Array): { sk: Uint8Array; pk: Uint8Array } {
  const sk = labeledExpand(KEM, labeledExtract(KEM, NONE, 'dkp_prk', ikm), 'sk', NONE, 32)
  return { sk, pk: x25519Public(sk) }
}

/** Section 4.1. */
function extractAndExpand(dh: Uint8Array, kemContext: Uint8Array): Uint8Array {
  return labeledExpand(KEM, labeledExtract(KEM, NONE, 'eae_prk', dh), 'shared_secret', kemContext, 32)
}

export interface Setting {
  readonly info: Uint8Array
  readonly psk?: Uint8Array
  readonly pskId?: Uint8Array
}

/** Section 5.1. */
function keySchedule(authenticated: boolean, shared: Uint8Array, { info, psk = NONE, pskId = NONE }: Setting) {
  const mode = (psk.length > 0 ? 1 : 0) + (authenticated ? 2 : 0)
  const pskIdHash = labeledExtract(HPKE, NONE, 'psk_id_hash', pskId)
  const infoHash = labeledExtract(HPKE, NONE, 'info_hash', info)
  const context = join(Uint8Array.of(mode), pskIdHash, infoHash)
  const secret = labeledExtract(HPKE, shared, 'secret', psk)
  return {
    key: labeledExpand(HPKE, secret, 'key', context, 32),
    nonce: labeledExpand(HPKE, secret, 'base_nonce', context, 12),
  }
}

/** Section 6.1, Seal; Encap and AuthEncap of section 4.1. `skS` makes the mode Auth or AuthPSK. */
export function hpkeSeal(
  setting: Setting & { readonly pkR: Uint8Array; readonly ikmE: Uint8Array; readonly skS?: Uint8Array },
  aad: Uint8Array,
  plaintext: Uint8Array,
): { enc: Uint8Array; ciphertext: Uint8Array } {
  const { pkR, ikmE, skS } = setting
  const { sk: skE, pk: enc } = deriveKeyPair(ikmE)
  const shared = skS
    ? extractAndExpand(join(x25519(skE, pkR), x25519(skS, pkR)), join(enc, pkR, x25519Public(skS)))
    : extractAndExpand(x25519(skE, pkR), join(enc, pkR))
  const { key, nonce } = keySchedule(skS !== undefined, shared, setting)
  return { enc, ciphertext: seal(key, nonce, aad, plaintext) }
}

/** Section 6.1, Open; Decap and AuthDecap of section 4.1. Whatever is wrong is `open_failed` (06-32). */
export function hpkeOpen(
  setting: Setting & { readonly skR: Uint8Array; readonly pkS?: Uint8Array },
  aad: Uint8Array,
  enc: Uint8Array,
  ciphertext: Uint8Array,
): Uint8Array {
  const { skR, pkS } = setting
  const pkR = x25519Public(skR)
  let shared: Uint8Array
  try {
    shared = pkS
      ? extractAndExpand(join(x25519(skR, enc), x25519(skR, pkS)), join(enc, pkR, pkS))
      : extractAndExpand(x25519(skR, enc), join(enc, pkR))
  } catch {
    throw new Refused('open_failed', 'an encapsulated key that X25519 refuses')
  }
  const { key, nonce } = keySchedule(pkS !== undefined, shared, setting)
  const plaintext = open(key, nonce, aad, ciphertext)
  if (plaintext === undefined) throw new Refused('open_failed', 'does not open')
  return plaintext
}
