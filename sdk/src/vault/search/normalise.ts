/**
 * The words of a text in their normal form, with where they stand (11-41, 11-42): equal for composed and
 * decomposed text, for capitals and small letters, with accents and without. Not its concern: keys.
 */
import { PROTOCOL } from '../../limits.js'

/** One letter of a word's normal form. A ligature gives several with the same place. */
export interface Letter {
  readonly form: string
  /** Code units of the text: where what it comes from starts and ends. */
  readonly start: number
  readonly end: number
}

export interface Word {
  /** Of a script that is written without blanks, or whose words take on endings: its neighbours are searched in pairs. */
  readonly unspaced: boolean
  /** The first `SEARCH_WORD_LETTERS`; of an unspaced one all. */
  readonly letters: readonly Letter[]
}

/** What has no decomposition in Unicode and is typed without its stroke or as two letters. */
const PLAIN: Readonly<Record<string, string>> = {
  ł: 'l',
  ø: 'o',
  đ: 'd',
  ð: 'd',
  ħ: 'h',
  ŧ: 't',
  æ: 'ae',
  œ: 'oe',
  þ: 'th',
}

/** What belongs to the letter before it: marks, format characters, tatweel, vowels and finals of decomposed Hangul. */
const CONTINUES = /^[\p{M}\p{Cf}\u0640\u1160-\u11ff]/u
/** Accents and points, which people leave out; not the voicing of kana, nor the vowels of Indic and Thai letters. */
const DROPPED =
  /[\p{Cf}\u0640]|(?![\u3099\u309a])(?=\p{M})[\p{Script=Inherited}\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{Script=Hebrew}\p{Script=Arabic}\p{Script=Syriac}]/gu
const LETTER = /[\p{L}\p{N}]/u
const MARK = /\p{M}/u
/** `C++`, `C#`. */
const SIGN = /[+#]/
const UNSPACED =
  /[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Bopomofo}\p{scx=Hangul}\p{scx=Thai}\p{scx=Lao}\p{scx=Khmer}\p{scx=Myanmar}]/u

/** The words of a text, in their order. Never throws: what is no letter, digit or sign separates words. */
export function wordsOf(text: string): Word[] {
  const words: Word[] = []
  let letters: Letter[] | undefined
  let unspaced = false
  let signed = false

  function begin(isUnspaced: boolean): Letter[] {
    letters = []
    unspaced = isUnspaced
    signed = false
    words.push({ unspaced, letters })
    return letters
  }

  function add(form: string, start: number, end: number): void {
    if (LETTER.test(form)) {
      const other = UNSPACED.test(form)
      const word = letters === undefined || signed || unspaced !== other ? begin(other) : letters
      if (other || word.length < PROTOCOL.SEARCH_WORD_LETTERS) word.push({ form, start, end })
    } else if (MARK.test(form)) {
      const word = letters ?? begin(false)
      const last = word.at(-1)
      if (unspaced && last !== undefined) word[word.length - 1] = { form: last.form + form, start: last.start, end }
      else if (word.length < PROTOCOL.SEARCH_WORD_LETTERS) word.push({ form, start, end })
    } else if (SIGN.test(form) && letters !== undefined && !unspaced) {
      signed = true
      if (letters.length < PROTOCOL.SEARCH_WORD_LETTERS) letters.push({ form, start, end })
    } else {
      letters = undefined
    }
  }

  for (let start = 0; start < text.length; ) {
    const end = endOfCluster(text, start)
    for (const form of normalForm(text.slice(start, end))) add(form, start, end)
    start = end
  }
  return words
}

/** NFKD, without the marks that people leave out, case folded, composed again. Of whole clusters only. */
export function normalForm(cluster: string): string {
  if (cluster.length === 1 && cluster < '\u0080') return cluster.toLowerCase()
  let out = ''
  for (const letter of cluster.normalize('NFKD').replace(DROPPED, '')) {
    // Each by itself, since the small sigma depends on its neighbours; twice, since the capital sharp s has a small form.
    for (const folded of letter.toLowerCase().toUpperCase().toLowerCase()) out += PLAIN[folded] ?? folded
  }
  return out.normalize('NFC')
}

function endOfCluster(text: string, start: number): number {
  let end = start + lengthAt(text, start)
  while (end < text.length && text.charCodeAt(end) >= 0x80) {
    const length = lengthAt(text, end)
    if (!CONTINUES.test(text.slice(end, end + length).normalize('NFKD'))) break
    end += length
  }
  return end
}

function lengthAt(text: string, at: number): number {
  return (text.codePointAt(at) as number) > 0xffff ? 2 : 1
}
