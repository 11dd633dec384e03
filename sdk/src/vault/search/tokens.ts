/**
 * What of a text can be searched for (11-43, 11-44): each beginning of a word, and of unspaced scripts each letter
 * and each two neighbours. A text is found by a query whose every token it has.
 */

import { utf8 } from '../../bytes/bytes.js'
import type { Primitives } from '../../env.js'
import { CHOSEN, PROTOCOL } from '../../limits.js'
import { type Letter, type Word, wordsOf } from './normalise.js'

export const TOKEN_SIZE = 8

/** The 8 bytes of a token as four code units, first byte high: they are compared and looked up as often as characters. */
export type Token = string

/** Code units of the text, the end not included. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** A normal form that can be searched for, and where it stands. */
interface Term extends Range {
  readonly form: string
}

/** All of a text, each once, in the order of their first place; those behind `SEARCH_MESSAGE_TOKENS` are left out. */
export function termsOf(text: string): string[] {
  const terms = new Set<string>()
  for (const word of wordsOf(text)) {
    for (const { form } of termsOfWord(word)) {
      if (terms.size === PROTOCOL.SEARCH_MESSAGE_TOKENS) return [...terms]
      terms.add(form)
    }
  }
  return [...terms]
}

/** What a text must have to be found: each word as a beginning, each two neighbours of unspaced scripts. */
export function termsOfQuery(query: string): string[] {
  const terms = new Set<string>()
  for (const { unspaced, letters } of wordsOf(query)) {
    if (unspaced && letters.length > 1) for (const { form } of pairs(letters)) terms.add(form)
    else terms.add(letters.map(({ form }) => form).join(''))
  }
  return [...terms].slice(0, CHOSEN.SEARCH_QUERY_TOKENS)
}

/** Where the query's terms stand in a text, ascending, joined where they touch. */
export function rangesOf(text: string, terms: readonly string[]): Range[] {
  const wanted = new Set(terms)
  const found = wordsOf(text).flatMap((word) => termsOfWord(word).filter(({ form }) => wanted.has(form)))
  const ranges: Range[] = []
  for (const { start, end } of found.sort((a, b) => a.start - b.start || a.end - b.end)) {
    const last = ranges.at(-1)
    if (last === undefined || start > last.end) ranges.push({ start, end })
    else ranges[ranges.length - 1] = { start: last.start, end: Math.max(last.end, end) }
  }
  return ranges
}

/** HMAC(search key, term)[0:8]. */
export function tokenOf(primitives: Primitives, key: Uint8Array, term: string): Token {
  return tokenAt(primitives.hmac(key, utf8(term)), 0)
}

/** The token at `offset` of `bytes`. */
export function tokenAt(bytes: Uint8Array, offset: number): Token {
  const unit = (n: number) => ((bytes[offset + n] as number) << 8) | (bytes[offset + n + 1] as number)
  return String.fromCharCode(unit(0), unit(2), unit(4), unit(6))
}

export function writeToken(bytes: Uint8Array, offset: number, token: Token): void {
  for (let n = 0; n < TOKEN_SIZE / 2; n++) {
    const unit = token.charCodeAt(n)
    bytes[offset + 2 * n] = unit >> 8
    bytes[offset + 2 * n + 1] = unit & 0xff
  }
}

function termsOfWord({ unspaced, letters }: Word): Term[] {
  if (unspaced) return [...letters, ...pairs(letters)]
  const terms: Term[] = []
  let form = ''
  for (const letter of letters) {
    form += letter.form
    terms.push({ form, start: letters[0]?.start ?? 0, end: letter.end })
  }
  return terms
}

function pairs(letters: readonly Letter[]): Term[] {
  return letters.slice(1).map((letter, n) => {
    const before = letters[n] as Letter
    return { form: before.form + letter.form, start: before.start, end: letter.end }
  })
}
