import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '../../../tools/cases.js'
import { fromUtf8, utf8 } from '../bytes/bytes.js'
import { Solo2Error } from '../errors.js'
import { checkDisplayName, foldUsername, preparePassword } from './rules.js'

const refused = (code: string, field: string) => expect.objectContaining({ name: 'Solo2Error', code, field })

describe('[A1] user names', () => {
  it.each([
    ['lilian7', 'lilian7'],
    ['Lilian7', 'lilian7'],
    // A capital i is another letter of the alphabet: another name, shown as "iilian7".
    ['Iilian7', 'iilian7'],
    ['lilian7.', 'lilian7.'],
    ['a.b_c-9', 'a.b_c-9'],
    ['...', '...'],
    ['a'.repeat(32), 'a'.repeat(32)],
  ])('%j is %j', (typed, folded) => expect(foldUsername(typed)).toBe(folded))

  it.each([
    ['a Cyrillic i', 'l\u0456lian7'],
    ['a zero-width blank', 'lilian7\u200B'],
    ['a blank before', ' lilian7'],
    ['a blank behind', 'lilian7 '],
    ['a line end behind', 'lilian7\n'],
    ['a Kelvin sign, which folds to k', '\u212Aelvin'],
    ['a long s', 'u\u017Fer'],
    ['a dotless i', '\u0131van'],
    ['full-width letters', '\uFF41\uFF42\uFF43'],
    ['an @', 'a@b.example'],
    ['two characters', 'ab'],
    ['33 characters', 'a'.repeat(33)],
    ['nothing', ''],
  ])('refuses %s', (_, typed) => {
    expect(() => foldUsername(typed)).toThrow(refused('invalid_argument', 'username'))
  })

  it('folding is the same twice, and gives the alphabet only', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), (text) => {
        let folded: string
        try {
          folded = foldUsername(text)
        } catch (error) {
          return error instanceof Solo2Error && error.field === 'username'
        }
        return /^[a-z0-9._-]{3,32}$/.test(folded) && foldUsername(folded) === folded
      }),
      { numRuns: cases('property.bytes') },
    )
  })
})

describe('[A5] display names', () => {
  it.each([
    ['Bob', 'Bob'],
    ['  Bob  Ross ', 'Bob Ross'],
    ['山田\u3000太郎', '山田 太郎'],
    ['Zoe\u0308', 'Zoë'],
    ['Nguyễn Thị Ánh', 'Nguyễn Thị Ánh'],
    ['שָׁלוֹם', 'שָׁלוֹם'.normalize('NFC')],
    ['กี่ที', 'กี่ที'],
    ['क्षत्रिय', 'क्षत्रिय'],
    ['محمد', 'محمد'],
    ['Amy ❤\uFE0F', 'Amy ❤\uFE0F'],
    ['🦊', '🦊'],
    ['<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
    ['é'.repeat(32), 'é'.repeat(32)],
  ])('%j is %j', (typed, name) => {
    expect(checkDisplayName(typed)).toBe(name)
    expect(checkDisplayName(name)).toBe(name)
  })

  it.each([
    ['a direction override', 'Evil\u202E'],
    ['a direction isolate', '\u2067Bob'],
    ['direction marks alone', '\u200F\u200F'],
    ['an Arabic letter mark', 'Bob\u061C'],
    ['a Hangul filler', '\u3164'],
    ['a half-width Hangul filler', 'a\uFFA0'],
    ['a byte order mark', '\uFEFFBob'],
    ['a zero-width joiner', 'Bo\u200Db'],
    ['a soft hyphen', 'Bo\u00ADb'],
    ['an annotation mark', 'Bo\uFFF9b'],
    ['a grapheme joiner', 'Bo\u034Fb'],
    ['a tag character', 'Bob\u{E0041}'],
    ['a variation selector on a letter', 'Bo\uFE0Fb'],
    ['a variation selector supplement', 'Bob\u{E0100}'],
    ['two presentation selectors on a pictograph', '❤\uFE0F\uFE0F'],
    ['a blank Braille pattern', '\u2800'],
    ['a null note head', 'a\u{1D159}'],
    ['a line end', 'Bob\nRoss'],
    ['a tab', 'Bob\tRoss'],
    ['a line separator', 'Bob\u2028Ross'],
    ['a NUL', 'Bob\0'],
    ['an escape sequence', '\u001b[31mBob'],
    ['a C1 control', 'Bob\u009b31m'],
    ['a lone surrogate', 'Bob\uD800'],
    ['private use', 'Bob\uE000'],
    ['an object replacement', '\uFFFC'],
    ['60 marks on a letter', `A${'\u0301'.repeat(60)}`],
    ['five marks on a letter', `x${'\u0301'.repeat(5)}`],
    ['a mark at the start', '\u0301Bob'],
    ['a mark on a blank', 'Bob \u0301'],
    ['a mark alone', '\u0301'],
    ['nothing', ''],
    ['blanks', ' \u00A0\u3000'],
    ['65 bytes', 'a'.repeat(65)],
    ['33 letters of two bytes', 'é'.repeat(33)],
    ['a long text', 'a'.repeat(100_000)],
  ])('refuses %s', (_, typed) => {
    expect(() => checkDisplayName(typed)).toThrow(refused('invalid_argument', 'display_name'))
  })

  it('the stored form is its own stored form, fits, and is never invisible', () => {
    const unit = fc.oneof(
      fc.constantFrom(' ', '\u0301', '\u200F', '\uFE0F', '❤', '\u3164', '\u00A0', 'e', '\u1100', '\u1161'),
      fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
    )
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 24 }), (parts) => {
        let name: string
        try {
          name = checkDisplayName(parts.join(''))
        } catch (error) {
          return error instanceof Solo2Error && error.field === 'display_name'
        }
        const length = utf8(name).length
        return checkDisplayName(name) === name && length >= 1 && length <= 64 && name === name.normalize('NFC').trim()
      }),
      { numRuns: cases('property.bytes') },
    )
  })
})

describe('passwords', () => {
  it('keeps blanks at the ends and inside: one rule, at every door [A2]', () => {
    expect(fromUtf8(preparePassword('  blue kettle 42  '))).toBe('  blue kettle 42  ')
    expect(fromUtf8(preparePassword('blue kettle 42'))).toBe('blue kettle 42')
    // NFKC makes a no-break space a space: typed or pasted, it is the same password.
    expect(preparePassword('blue kettle 42\u00A0')).toEqual(utf8('blue kettle 42 '))
    expect(preparePassword('blue kettle 42\n')).toEqual(utf8('blue kettle 42\n'))
  })

  it('composed, decomposed and compatible forms are one password', () => {
    expect(preparePassword('Zoe\u0308 \uFB01sh \u2177')).toEqual(utf8('Zoë fish viii'))
    expect(preparePassword('Zoë fish viii')).toEqual(utf8('Zoë fish viii'))
  })

  it('counts bytes after NFKC: 8 to 1,024', () => {
    expect(preparePassword('12345678')).toHaveLength(8)
    expect(preparePassword('\uFF11'.repeat(8))).toHaveLength(8)
    expect(preparePassword('é'.repeat(4))).toHaveLength(8)
    expect(preparePassword('a'.repeat(1_024))).toHaveLength(1_024)
    // One ligature of 18 letters (33 bytes) makes a short input long enough, and a long one too long.
    expect(preparePassword('\uFDFA')).toHaveLength(33)
  })

  it.each([
    ['7 bytes', '1234567'],
    ['8 full-width digits less one', '\uFF11'.repeat(7)],
    ['nothing', ''],
    ['1,025 bytes', 'a'.repeat(1_025)],
    ['what NFKC makes too long', '\uFDFA'.repeat(32)],
    ['what is too long to normalise', 'a'.repeat(1_000_000)],
    ['half a character', 'blue kettle \uD83D'],
    ['the other half', '\uDE00 blue kettle'],
  ])('refuses %s', (_, typed) => {
    expect(() => preparePassword(typed)).toThrow(refused('weak_password', 'password'))
  })

  it('the bound before normalising refuses nothing that would fit after it', () => {
    // The tightest composition: four code units to one of three bytes.
    const tight = '\u03B1\u0313\u0300\u0345'
    expect(tight.normalize('NFKC')).toHaveLength(1)
    expect(preparePassword(tight.repeat(341))).toHaveLength(1_023)
  })

  it('no message holds what was typed', () => {
    for (const typed of ['geheim', 'geheim\uD800 geheim', 'geheim'.repeat(2_000)]) {
      expect(() => preparePassword(typed)).toThrow(
        expect.not.objectContaining({ message: expect.stringMatching('geheim') }),
      )
    }
  })
})
