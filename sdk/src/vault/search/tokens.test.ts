import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '../../../../tools/cases.js'
import { CHOSEN, PROTOCOL } from '../../limits.js'
import { normalForm, wordsOf } from './normalise.js'
import { rangesOf, termsOf, termsOfQuery } from './tokens.js'

const finds = (query: string, text: string) => {
  const terms = termsOfQuery(query)
  const held = new Set(termsOf(text))
  return terms.length > 0 && terms.every((term) => held.has(term))
}
const marked = (query: string, text: string) =>
  rangesOf(text, termsOfQuery(query)).map(({ start, end }) => text.slice(start, end))
const spelled = (text: string) => wordsOf(text).map(({ letters }) => letters.map(({ form }) => form).join(''))

/** Scripts, capitals, accents, ligatures, signs, marks without a letter, halves of pairs. */
const LETTERS = [...'aZéÅßİıſﬁﬃŁøÆœΣςσάЁйŶ中国語がハﾊﾞーก่ำ한글ㅎשׁبَـहिक्ष𐐀𝒜①½٣+#-. ,\n\u0301\u00ad\u200d\ud800😀️']
const anyText = fc.string({ unit: fc.constantFrom(...LETTERS), maxLength: 40 })

describe('what is searched in a text', () => {
  it.each([
    ['zazolc', 'Zażółć gęślą jaźń'],
    ['GĘŚLĄ', 'Zażółć gęślą jaźń'],
    ['creme', 'Crème Brûlée'],
    ['brulee creme', 'Crème Brûlée'],
    ['straße', 'STRASSE'],
    ['strasse', 'Straße'],
    ['STRAẞE', 'straße'],
    ['istanbul', '\u0130stanbul'],
    ['ISTANBUL', '\u0131stanbul'],
    ['office', 'of\ufb01ce'],
    ['c++', 'I write C++ now'],
    ['C#', 'or c# instead'],
    ['c', 'I write C++ now'],
    ['https://example.org/a?b=1', 'see HTTPS://example.org/a?b=1!'],
    ['example.org', 'see https://www.example.org/'],
    ['q', 'Quite'],
    ['1,000.50', 'it is 1,000.50 now'],
    ['οδος', 'ΟΔΟΣ'],
    ['елка', 'Ёлка'],
    ['東京', '私は東京都に住んでいます'],
    ['京', '私は東京都に住んでいます'],
    ['ｶﾞ', 'ガ'],
    ['한국', '나는 한국어를 배운다'],
    ['ภาษา', 'ฉันพูดภาษาไทย'],
    ['سلام', 'سَلَامٌ'],
    ['سلام', 'ســلام'],
    ['שלום', 'שָׁלוֹם'],
    ['co\u00adoperate', 'cooperate'],
  ])('[V3] %s finds %s, composed and decomposed', (query, text) => {
    for (const form of ['NFC', 'NFD'] as const) {
      for (const other of ['NFC', 'NFD'] as const) {
        expect(finds(query.normalize(form), text.normalize(other))).toBe(true)
      }
    }
  })

  it.each([
    ['cats', 'cat'],
    ['at', 'cat'],
    ['東都', '東京都'],
    ['か', 'が'],
    ['c+', 'c'],
    ['the cat', 'the dog'],
  ])('%s does not find %s', (query, text) => {
    expect(finds(query, text)).toBe(false)
  })

  it('takes every query, and finds nothing without a word', () => {
    for (const query of ['', ' ', '!!!', '++', '\u0301', '\ud800', '😀'])
      expect(finds(query, `a ${query} b`)).toBe(false)
    fc.assert(
      fc.property(fc.oneof(anyText, fc.string({ unit: 'binary' })), (text) => {
        expect(termsOfQuery(text).length).toBeLessThanOrEqual(CHOSEN.SEARCH_QUERY_TOKENS)
        expect(termsOf(text).length).toBeLessThanOrEqual(PROTOCOL.SEARCH_MESSAGE_TOKENS)
      }),
      { numRuns: cases(300, 10_000) },
    )
  })

  it('knows a word of 200 letters by its first 16', () => {
    const word = 'abcdefghijklmnopqrst'.repeat(10)
    expect(termsOf(word)).toEqual(Array.from({ length: 16 }, (_, n) => word.slice(0, n + 1)))
    expect(finds(word, `a ${word}`)).toBe(true)
    expect(finds(word, 'abcdefghijklmnop')).toBe(true)
    expect(finds(word, 'abcdefghijklmno')).toBe(false)
  })

  it('bounds what a hostile text costs', () => {
    const text = Array.from({ length: 2_000 }, (_, n) => `${n}${'z'.repeat(12)}`).join(' ')
    expect(termsOf(text)).toHaveLength(PROTOCOL.SEARCH_MESSAGE_TOKENS)
    expect(spelled(`a${'\u0301'.repeat(60_000)}b`)).toEqual(['ab'])
  })

  it('has one normal form: of composed and decomposed, of capitals and small letters, of itself', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const words = spelled(text)
        expect(spelled(text.normalize('NFD'))).toEqual(words)
        expect(spelled(text.normalize('NFC'))).toEqual(words)
        expect(spelled(words.join(' '))).toEqual(words)
      }),
      { numRuns: cases(500, 20_000) },
    )
    for (let code = 0; code < 0x3_0000; code++) {
      const letter = String.fromCodePoint(code)
      const form = normalForm(letter)
      if (normalForm(form) !== form) expect.fail(`${code.toString(16)}: ${form} is not its own form`)
      if (normalForm(letter.toLowerCase()) !== form)
        expect.fail(`${code.toString(16)}: another form than its small letter`)
    }
  })

  it('finds a text by the beginning of each of its words, and marks it there', () => {
    const word = fc.string({ unit: fc.constantFrom(...'abcßéÅñł'), minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 5 }), fc.nat(), fc.nat(), (words, which, length) => {
        const text = words.join(' ')
        const letters = [...(words[which % words.length] as string)]
        const query = letters.slice(0, 1 + (length % letters.length)).join('')
        expect(finds(query, text)).toBe(true)
        for (const part of marked(query, text))
          expect(spelled(part)[0]?.startsWith(spelled(query)[0] ?? '-')).toBe(true)
      }),
      { numRuns: cases(300, 10_000) },
    )
  })
})

describe('what is marked in a hit', () => {
  it.each([
    ['creme b', 'Une Crème Brûlée', ['Crème', 'B']],
    ['cre', 'Cre\u0300me', ['Cre\u0300']],
    ['of', 'of\ufb01ce', ['of']],
    ['offi', 'O\ufb03ce', ['O\ufb03']],
    ['off', 'O\ufb03ce', ['O\ufb03']],
    ['strasse', 'Die Straße', ['Straße']],
    ['stras', 'Die Straße', ['Straß']],
    ['東京都', '私は東京都に', ['東京都']],
    ['京', '東京と京都', ['京', '京']],
    ['ภาษา', 'พูดภาษาไทย', ['ภาษา']],
    ['c++', 'c++ C c+', ['c++']],
    ['a', 'a 😀 Ab', ['a', 'A']],
  ])('%s in %s', (query, text, expected) => {
    expect(marked(query, text)).toEqual(expected)
  })
})
