/** The one-time code that takes a device in (spec/07 section 12): six words of BIP39's list, or a QR with them. */
import { utf8, wipe } from '../bytes/bytes.js'
import { Solo2Error } from '../errors.js'
import { BIP39_WORDS } from '../keys/bip39.js'
import { linkPsk } from '../keys/derivation.js'
import { PASSWORD_PROFILE, passwordProfile } from '../keys/password.js'
import { normaliseWords } from '../keys/words.js'
import { PROTOCOL } from '../limits.js'
import type { Host } from '../ports/host.js'

const QR_PREFIX = 'solo2-device:v1:'
const WORD_BITS = 11n

/** Six words, each of 11 random bits. */
export function newCode(host: Pick<Host, 'random'>): string[] {
  let bits = host.random(9).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n)
  return Array.from({ length: PROTOCOL.LINK_CODE_WORDS }, () => {
    const word = BIP39_WORDS[Number(bits & ((1n << WORD_BITS) - 1n))] as string
    bits >>= WORD_BITS
    return word
  })
}

export function qrOf(words: readonly string[]): string {
  return QR_PREFIX + words.join('-')
}

/** What a person typed, or what a QR says. Throws `wrong_code`. */
export function parseCode(typed: string): string[] {
  const text = typed.trim().startsWith(QR_PREFIX) ? typed.trim().slice(QR_PREFIX.length).replaceAll('-', ' ') : typed
  const words = text.length > 200 ? [] : normaliseWords(text)
  const isCode = words.length === PROTOCOL.LINK_CODE_WORDS && words.every((word) => BIP39_WORDS.includes(word))
  if (!isCode) throw new Solo2Error('wrong_code', 'A code is six words of the list.', { field: 'code' })
  return words
}

/** psk0 of the link: slow on purpose, since who recorded the link could try codes. */
export async function codePsk(
  host: Pick<Host, 'argon2id' | 'primitives'>,
  linkKey: Uint8Array,
  words: readonly string[],
  linkNonce: Uint8Array,
): Promise<Uint8Array> {
  const stretched = await host.argon2id(utf8(words.join(' ')), linkNonce, passwordProfile(PASSWORD_PROFILE))
  const psk = linkPsk(host.primitives, linkKey, stretched)
  wipe(stretched)
  return psk
}
