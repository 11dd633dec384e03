/** The master key as 24 words, and words as people type them (spec/03 section 1). */

import type { Env } from '../env.js'
import { Solo2Error } from '../errors.js'
import { BIP39_WORDS, ENTROPY_SIZE, entropyOf, mnemonicOf } from './bip39.js'

/** 24 words of at most 8 letters, however spaced: longer input is refused unread. */
const TYPED_MAX = 1_024

/** A new master key: 32 bytes. */
export function generateMasterKey(env: Pick<Env, 'random'>): Uint8Array {
  return env.random(ENTROPY_SIZE)
}

/** The 24 words of a master key. They are strings, which cannot be wiped: show them, then drop them. */
export function entropyToWords(masterKey: Uint8Array): string[] {
  return mnemonicOf(masterKey)
}

/**
 * Typed words in their one normal form, which every door uses: NFKD, capitals to small letters, zero-width characters
 * dropped, any run of blanks, line ends or commas a separator, numbers before a word (`7.` or `7)`) dropped.
 * Throws `wrong_words` with field `words` for more than 1,024 characters.
 */
export function normaliseWords(text: string): string[] {
  if (text.length > TYPED_MAX) throw new Solo2Error('wrong_words', 'This is too long for 24 words.', { field: 'words' })
  return text
    .normalize('NFKD')
    .replace(/\p{Cf}/gu, '')
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase())
    .split(/[\s,;]+/)
    .map((word) => word.replace(/^[0-9]{1,2}[.):]?/, ''))
    .filter((word) => word !== '')
}

/**
 * The master key of 24 typed words, 32 bytes. Throws `wrong_words`: with field `words.7` if the seventh is not in the
 * list, with field `words` if there are not 24 or they do not belong together.
 */
export function wordsToEntropy(text: string): Uint8Array {
  return entropyOf(normaliseWords(text))
}

/**
 * Whether `typed` is the word at `position` (1 to 24) of a master key: the check that somebody wrote the words down,
 * under the same normal form as everywhere else.
 */
export function confirmWord(masterKey: Uint8Array, position: number, typed: string): boolean {
  const words = normaliseWords(typed)
  return words.length === 1 && words[0] === mnemonicOf(masterKey)[position - 1]
}

/** Words of the list that begin with what was typed, for completion; at most `limit`. */
export function suggestWords(typed: string, limit = 5): string[] {
  const prefix = normaliseWords(typed)[0]
  if (prefix === undefined) return []
  return BIP39_WORDS.filter((word) => word.startsWith(prefix)).slice(0, limit)
}
