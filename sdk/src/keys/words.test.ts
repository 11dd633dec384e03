import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '../../../tools/cases.js'
import { fromHex, toHex } from '../bytes/bytes.js'
import { Solo2Error } from '../errors.js'
import { BIP39_WORDS } from './bip39.js'
import {
  confirmWord,
  entropyToWords,
  generateMasterKey,
  normaliseWords,
  suggestWords,
  wordsToEntropy,
} from './words.js'

const W =
  'erase present expand convince muscle join palace figure tobacco rifle average scorpion name reject fit repair frequent glass champion hospital leaf north attitude hammer'
const E = fromHex('4c75414097c918f067cab0e337343f60992d69d5f5b45cac5c9836f7eb2c83ab')
const words = W.split(' ')
const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)

describe('[V4] [V7] the 24 words', () => {
  it('are the master key', () => {
    expect(entropyToWords(E).join(' ')).toBe(W)
    expect(wordsToEntropy(W)).toEqual(E)
  })

  it.each([
    ['capitals at the start of each', words.map(capital).join(' ')],
    ['all capitals', W.toUpperCase()],
    ['only word 1 in capitals', [words[0]?.toUpperCase(), ...words.slice(1)].join(' ')],
    ['double blanks, tabs and blanks at the ends', `  ${words.join('  \t')} \n`],
    ['one a line, Windows line ends', words.join('\r\n')],
    ['no-break and ideographic blanks', words.join('\u00A0\u3000')],
    ['full-width letters', W.replace(/[a-z]/g, (c) => String.fromCodePoint(c.charCodeAt(0) + 0xfee0))],
    ['a ligature', W.replace('fi', '\uFB01')],
    ['commas', words.join(', ')],
    ['numbers', words.map((word, i) => `${i + 1}. ${word}`).join('\n')],
    ['numbers without blanks', words.map((word, i) => `${i + 1}.${word}`).join(' ')],
    ['a byte order mark and zero-width blanks', `\uFEFF${words.join('\u200B ')}`],
  ])('typed with %s have one verdict at every door', (_, typed) => {
    expect(normaliseWords(typed)).toEqual(words)
    expect(wordsToEntropy(typed)).toEqual(E)
    const list = normaliseWords(typed)
    for (const position of [1, 12, 24]) expect(confirmWord(E, position, ` ${list[position - 1]} `)).toBe(true)
  })

  it('confirms each word under the same normal form, and no other word', () => {
    expect(confirmWord(E, 1, 'ERASE')).toBe(true)
    expect(confirmWord(E, 1, ' Erase\n')).toBe(true)
    expect(confirmWord(E, 24, 'hammer')).toBe(true)
    expect(confirmWord(E, 2, 'erase')).toBe(false)
    expect(confirmWord(E, 1, 'erase present')).toBe(false)
    expect(confirmWord(E, 1, '')).toBe(false)
    expect(confirmWord(E, 25, 'hammer')).toBe(false)
    expect(confirmWord(E, 0, '')).toBe(false)
  })

  it('offers words to complete', () => {
    expect(suggestWords('HAM')).toEqual(['hamster', 'hammer'].sort())
    expect(suggestWords('')).toEqual([])
    expect(suggestWords('a')).toHaveLength(5)
    expect(suggestWords('xq')).toEqual([])
  })
})

describe('a new master key', () => {
  it('[V4] is 256 bits as the system gives them', () => {
    const drawn = Uint8Array.from({ length: 32 }, (_, at) => at)
    expect(generateMasterKey({ random: (length) => drawn.slice(0, length) })).toEqual(drawn)
  })
})

describe('wrong words say which', () => {
  const refused = (field: string) => expect.objectContaining({ code: 'wrong_words', field })
  it.each([
    ['a word that is not in the list', W.replace('palace', 'palaces'), 'words.7'],
    ['a word of another script that looks the same', W.replace('erase', '\u0435rase'), 'words.1'],
    ['an accent', W.replace('name', 'namé'), 'words.13'],
    ['23 words', words.slice(1).join(' '), 'words'],
    ['25 words', `${W} zoo`, 'words'],
    ['a missing blank', W.replace('erase present', 'erasepresent'), 'words'],
    ['two words that changed places', W.replace('erase present', 'present erase'), 'words'],
    ['a wrong word of the list', W.replace('hammer', 'hamster'), 'words'],
    ['nothing', '', 'words'],
    ['a long text', 'erase '.repeat(100_000), 'words'],
    ['24 names of object members', Array(24).fill('constructor').join(' '), 'words.1'],
  ])('%s', (_, typed, field) => expect(() => wordsToEntropy(typed)).toThrow(refused(field)))

  it('without repeating what was typed', () => {
    try {
      wordsToEntropy(W.replace('palace', 'qwertz'))
      expect.unreachable()
    } catch (error) {
      expect(`${error} ${JSON.stringify(error)} ${(error as Error).cause}`).not.toMatch(/qwertz|erase|hammer/)
    }
  })

  it('[V4] a changed word of the list is found with the probability of the checksum, and gives no other key unseen', () => {
    let accepted = 0
    for (const word of BIP39_WORDS) {
      try {
        if (toHex(wordsToEntropy([...words.slice(0, 23), word].join(' '))) !== toHex(E)) accepted++
      } catch (error) {
        expect(error).toBeInstanceOf(Solo2Error)
      }
    }
    // 3 bits of the last word are entropy, 8 are the checksum: 8 of 2,048 fit, one of them the right one.
    expect(accepted).toBe(7)
  })
})

it('every master key goes there and back', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 32, maxLength: 32 }), (key) => {
      const shown = entropyToWords(key)
      expect(shown).toHaveLength(24)
      expect(wordsToEntropy(shown.map((word, i) => `${i + 1}) ${word.toUpperCase()}`).join('\n'))).toEqual(key)
    }),
    { numRuns: cases('property.bytes') },
  )
})

it('no typed text throws anything but wrong_words', () => {
  const piece = fc.oneof(fc.constantFrom(...BIP39_WORDS), fc.string({ unit: 'binary', maxLength: 8 }))
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      try {
        return wordsToEntropy(pieces.join(' ')).length === 32
      } catch (error) {
        return error instanceof Solo2Error && error.code === 'wrong_words'
      }
    }),
    { numRuns: cases('property.bytes') },
  )
})

it('a master key is 32 bytes of the random source', () => {
  expect(generateMasterKey({ random: (length) => new Uint8Array(length).fill(9) })).toEqual(new Uint8Array(32).fill(9))
  expect(() => entropyToWords(new Uint8Array(16))).toThrow(expect.objectContaining({ code: 'invalid_argument' }))
})
