/** BIP39, English, 24 words for 256 bits: the words are the key, there is no PBKDF2 (spec/03 section 1). */
import { entropyToMnemonic, mnemonicToEntropy } from '@scure/bip39'
import { wordlist } from '@scure/bip39/wordlists/english.js'
import { ensureLength } from '../crypto/sizes.js'
import { Solo2Error } from '../errors.js'

const WORD_COUNT = 24
export const ENTROPY_SIZE = 32

const KNOWN = new Set(wordlist)

/** The 2,048 words in their order. */
export const BIP39_WORDS: readonly string[] = wordlist

/** The 24 words of 32 bytes. Throws `invalid_argument` for another length. */
export function mnemonicOf(entropy: Uint8Array): string[] {
  ensureLength(entropy, ENTROPY_SIZE, 'invalid_argument', 'the entropy of 24 words')
  return entropyToMnemonic(entropy, wordlist).split(' ')
}

/**
 * The 32 bytes of 24 words in normal form. Throws `wrong_words`, with field `words.7` if the seventh is not in the list,
 * or `words` if there are not 24 or the checksum does not fit.
 */
export function entropyOf(words: readonly string[]): Uint8Array {
  const refuse = (message: string, field = 'words') => new Solo2Error('wrong_words', message, { field })
  const unknown = words.findIndex((word) => !KNOWN.has(word))
  // A wrong count is said first: one blank too few makes two words into one that is not in the list.
  if (words.length !== WORD_COUNT) throw refuse(`There are ${words.length} words, not ${WORD_COUNT}.`)
  if (unknown >= 0) throw refuse(`Word ${unknown + 1} is not in the list.`, `words.${unknown + 1}`)
  try {
    return mnemonicToEntropy(words.join(' '), wordlist)
  } catch {
    throw refuse('The words do not belong together: one is wrong, or two changed places.')
  }
}
