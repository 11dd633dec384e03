/** What both sides check of a name and a password before anything uses it (spec/03 section 2). */
import { utf8, wipe } from '../bytes/bytes.js'
import { Solo2Error } from '../errors.js'
import { PROTOCOL } from '../limits.js'

const USERNAME = /^[A-Za-z0-9._-]+$/
const LONE_SURROGATE = /\p{Surrogate}/u

/** Normalising composes at most four code units into one, so that longer input can never come down to the limit. */
const PASSWORD_UNITS_MAX = 8 * PROTOCOL.PASSWORD_BYTES_MAX
const DISPLAY_NAME_UNITS_MAX = 8 * PROTOCOL.DISPLAY_NAME_BYTES

/** Marks that may stand on one character: scripts in use need up to three, stacks of more leave their line. */
const MARKS_MAX = 4

/** An emoji's presentation selector is the one invisible character that may stand, directly behind its pictograph. */
const EMOJI_SELECTOR = /(?<=\p{Extended_Pictographic})\uFE0F/gu
/**
 * Control, format (direction marks, zero-width characters, tags), surrogate, private use, line and paragraph
 * separators, all that fonts leave blank (Hangul fillers, variation selectors), the blank Braille pattern, the null note
 * head, and the two replacement characters.
 */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800\u{1D159}\uFFFC\uFFFD]/u
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/u
const MARK_STACK = new RegExp(`\\p{M}{${MARKS_MAX + 1}}`, 'u')

/**
 * The user name, folded: 3 to 32 of `a-z 0-9 . _ -`. Folds A-Z only, so that no letter of another script (a Kelvin
 * sign, a long s) becomes one of the alphabet. Blanks are refused, not trimmed.
 * Throws `invalid_argument` with field `username`.
 */
export function foldUsername(text: string): string {
  const refuse = (message: string) => new Solo2Error('invalid_argument', message, { field: 'username' })
  if (text.length < PROTOCOL.USERNAME_MIN || text.length > PROTOCOL.USERNAME_MAX) {
    throw refuse(`A user name has ${PROTOCOL.USERNAME_MIN} to ${PROTOCOL.USERNAME_MAX} characters.`)
  }
  if (!USERNAME.test(text)) throw refuse('A user name has only the letters a to z, digits, and . _ -')
  return text.toLowerCase()
}

/**
 * The display name in its one stored form: NFC, each run of blanks one U+0020, none at the ends; 1 to 64 bytes of UTF-8;
 * something visible, nothing invisible, at most four marks on a character and none at the start, where it would sit on
 * the text before the name. Throws `invalid_argument` with field `display_name`.
 */
export function checkDisplayName(text: string): string {
  const refuse = (message: string) => new Solo2Error('invalid_argument', message, { field: 'display_name' })
  const tooLong = `A display name has at most ${PROTOCOL.DISPLAY_NAME_BYTES} bytes of UTF-8.`
  if (text.length > DISPLAY_NAME_UNITS_MAX) throw refuse(tooLong)
  const name = text
    .normalize('NFC')
    .replace(/\p{Zs}+/gu, ' ')
    .replace(/^ | $/g, '')
  if (utf8(name).length > PROTOCOL.DISPLAY_NAME_BYTES) throw refuse(tooLong)
  if (INVISIBLE.test(name.replace(EMOJI_SELECTOR, ''))) {
    throw refuse('A display name has no invisible, control or direction characters.')
  }
  if (!VISIBLE.test(name)) throw refuse('A display name has at least one visible character.')
  if (/^\p{M}/u.test(name) || / \p{M}/u.test(name) || MARK_STACK.test(name)) {
    throw refuse('A display name has a few accents on a letter at most.')
  }
  return name
}

/**
 * The password as the bytes that Argon2id takes: no lone surrogates, NFKC, then 8 to 1,024 bytes of UTF-8, nothing
 * trimmed. The caller wipes them. Throws `weak_password` with field `password`.
 */
export function preparePassword(text: string): Uint8Array {
  const refuse = (message: string) => new Solo2Error('weak_password', message, { field: 'password' })
  const tooLong = `A password has at most ${PROTOCOL.PASSWORD_BYTES_MAX} bytes of UTF-8.`
  if (text.length > PASSWORD_UNITS_MAX) throw refuse(tooLong)
  if (LONE_SURROGATE.test(text)) throw refuse('The password holds half a character.')
  const bytes = utf8(text.normalize('NFKC'))
  if (bytes.length >= PROTOCOL.PASSWORD_BYTES_MIN && bytes.length <= PROTOCOL.PASSWORD_BYTES_MAX) return bytes
  const short = bytes.length < PROTOCOL.PASSWORD_BYTES_MIN
  wipe(bytes)
  throw refuse(short ? `A password has at least ${PROTOCOL.PASSWORD_BYTES_MIN} bytes of UTF-8.` : tooLong)
}
