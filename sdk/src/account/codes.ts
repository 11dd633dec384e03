/** Pairing codes (10 characters) and aliases (8), in an alphabet without I, L, O and U (spec/04 section 6). */
import { concat, utf8 } from '../bytes/bytes.js'
import type { Primitives } from '../env.js'
import { ensure, Solo2Error } from '../errors.js'
import { LABELS } from '../labels.js'
import { PROTOCOL } from '../limits.js'

export const CODE_ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

/** An internal identifier of the server: 24 visible ASCII characters. */
const INTERNAL_ID = /^[!-~]{24}$/
/** Longer input is no code, however many blanks it holds. */
const TYPED_MAX = 64
const SEPARATORS = /[\s\-\u2010-\u2015\u2212]/g
const GROUP = 4

export type CodeKind = 'pairing' | 'alias'

export interface Code {
  readonly kind: CodeKind
  /** Normal form: 10 or 8 characters of {@link CODE_ALPHABET}. */
  readonly code: string
}

/**
 * A typed code in its normal form: blanks and hyphens dropped, a-z to capitals, I and L read as 1, O as 0. Its length
 * tells its kind. Throws `wrong_code` with field `code`.
 */
export function normaliseCode(text: string): Code {
  const refuse = (message: string) => new Solo2Error('wrong_code', message, { field: 'code' })
  if (text.length > TYPED_MAX) throw refuse('This is too long for a code.')
  const code = text
    .replace(SEPARATORS, '')
    .replace(/[a-z]/g, (letter) => letter.toUpperCase())
    .replace(/[IL]/g, '1')
    .replace(/O/g, '0')
  for (const char of code) {
    if (!CODE_ALPHABET.includes(char)) throw refuse('A code has digits and letters only, and never a U.')
  }
  if (code.length === PROTOCOL.PAIRING_CODE_LENGTH) return { kind: 'pairing', code }
  if (code.length === PROTOCOL.ALIAS_LENGTH) return { kind: 'alias', code }
  throw refuse(`A code has ${PROTOCOL.PAIRING_CODE_LENGTH} or ${PROTOCOL.ALIAS_LENGTH} characters.`)
}

/** A code in normal form as it is shown: `7K3M-9QXA-4T`, `7K3M-9QXA`. */
export function formatCode(code: string): string {
  return code.replace(new RegExp(`.{${GROUP}}(?=.)`, 'g'), '$&-')
}

/** A new pairing code, 50 bits. `random` gives that many fresh random bytes. The server redraws one that is taken. */
export function randomPairingCode(random: (length: number) => Uint8Array): string {
  return Array.from(random(PROTOCOL.PAIRING_CODE_LENGTH), (byte) => CODE_ALPHABET.charAt(byte & 31)).join('')
}

/**
 * The alias of an account: the first 40 bits of SHA-256("Solo2 v1 alias" ‖ internal ID), 5 bits a character, the
 * highest first. Throws `invalid_argument` unless the internal ID is 24 visible ASCII characters.
 */
export function aliasOf(primitives: Pick<Primitives, 'sha256'>, internalId: string): string {
  ensure(INTERNAL_ID.test(internalId), 'invalid_argument', 'an internal ID has 24 visible ASCII characters')
  const hash = primitives.sha256(concat(LABELS.alias, utf8(internalId)))
  let alias = ''
  for (let bit = 0; bit < 5 * PROTOCOL.ALIAS_LENGTH; bit += 5) {
    const pair = ((hash[bit >> 3] as number) << 8) | (hash[(bit >> 3) + 1] as number)
    alias += CODE_ALPHABET.charAt((pair >> (11 - (bit & 7))) & 31)
  }
  return alias
}

/** Whether `text` is an alias in normal form. */
export function isAlias(text: string): boolean {
  return text.length === PROTOCOL.ALIAS_LENGTH && [...text].every((char) => CODE_ALPHABET.includes(char))
}
