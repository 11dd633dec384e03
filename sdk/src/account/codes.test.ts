import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '../../../tools/cases.js'
import { noblePrimitives } from '../crypto/primitives-noble.js'
import { aliasOf, CODE_ALPHABET, formatCode, isAlias, normaliseCode, randomPairingCode } from './codes.js'

const refused = expect.objectContaining({ code: 'wrong_code', field: 'code' })

describe('[A6] codes as people type them', () => {
  it.each([
    ['7K3M-9QXA-4T', 'pairing', '7K3M9QXA4T'],
    ['7k3m9qxa4t', 'pairing', '7K3M9QXA4T'],
    ['  7k3m 9qxa\t4t\n', 'pairing', '7K3M9QXA4T'],
    ['7K3M\u20139QXA\u20114T', 'pairing', '7K3M9QXA4T'],
    ['7K3M\u00A09QXA', 'alias', '7K3M9QXA'],
    ['iIlL-oO00', 'alias', '11110000'],
  ])('%j is the %s code %s', (typed, kind, code) => expect(normaliseCode(typed)).toEqual({ kind, code }))

  it.each([
    ['nothing', ''],
    ['blanks only', ' - '],
    ['nine characters', '7K3M9QXA4'],
    ['eleven characters', '7K3M9QXA4TT'],
    ['a U', '7K3M9QXU'],
    ['a dotless i, which has I as its capital', '7K3M9QX\u0131'],
    ['a long s, which has S as its capital', '7K3M9QX\u017F'],
    ['a ligature, which has two capitals', '7K3M9Q\uFB01'],
    ['a full-width digit', '7K3M9QX\uFF17'],
    ['a zero-width blank', '7K3M9QXA\u200B'],
    ['more than 64 characters', '7K3M9QXA'.padEnd(65)],
  ])('refuses %s', (_, typed) => expect(() => normaliseCode(typed)).toThrow(refused))

  it('what is shown is read back, in either case and with any separator', () => {
    const char = fc.constantFrom(...CODE_ALPHABET)
    fc.assert(
      fc.property(
        fc.oneof(fc.array(char, { minLength: 8, maxLength: 8 }), fc.array(char, { minLength: 10, maxLength: 10 })),
        (chars) => {
          const code = chars.join('')
          const shown = formatCode(code)
          expect(shown).toMatch(code.length === 8 ? /^.{4}-.{4}$/ : /^.{4}-.{4}-.{2}$/)
          for (const typed of [code, shown, shown.toLowerCase(), shown.replaceAll('-', ' ')]) {
            expect(normaliseCode(typed)).toEqual({ kind: code.length === 8 ? 'alias' : 'pairing', code })
          }
        },
      ),
      { numRuns: cases('property.bytes') },
    )
  })

  it('no text throws anything but wrong_code', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 80 }), (typed) => {
        try {
          return /^[0-9A-HJKMNP-TV-Z]{8,10}$/.test(normaliseCode(typed).code)
        } catch (error) {
          return (error as { code?: string }).code === 'wrong_code'
        }
      }),
      { numRuns: cases('property.bytes') },
    )
  })
})

describe('pairing codes', () => {
  it('uses each character for 8 of 256 byte values', () => {
    const counts = new Map<string, number>()
    for (let start = 0; start < 256 * 10; start += 10) {
      const code = randomPairingCode((length) => Uint8Array.from({ length }, (_, i) => start + i))
      expect(code).toHaveLength(10)
      for (const char of code) counts.set(char, (counts.get(char) ?? 0) + 1)
    }
    expect([...counts.keys()].sort().join('')).toBe(CODE_ALPHABET)
    expect(new Set(counts.values())).toEqual(new Set([80]))
  })

  it('the alphabet has 32 characters, none of which looks like another', () => {
    expect(new Set(CODE_ALPHABET).size).toBe(32)
    expect(CODE_ALPHABET).not.toMatch(/[ILOU]/)
  })
})

describe('[A16] aliases', () => {
  it('are the first 40 bits of the hash of the internal ID, by other means', () => {
    for (const id of ['AbCdEfGhIjKlMnOpQrStUvWx', '0'.repeat(24), '_'.repeat(24)]) {
      const hash = createHash('sha256').update(`Solo2 v1 alias${id}`, 'ascii').digest()
      let bits = BigInt(`0x${hash.subarray(0, 5).toString('hex')}`)
      let expected = ''
      for (let i = 0; i < 8; i++) {
        expected = CODE_ALPHABET.charAt(Number(bits & 31n)) + expected
        bits >>= 5n
      }
      expect(aliasOf(noblePrimitives, id)).toBe(expected)
      expect(isAlias(expected)).toBe(true)
      expect(normaliseCode(expected)).toEqual({ kind: 'alias', code: expected })
    }
  })

  it.each(['', 'a'.repeat(23), 'a'.repeat(25), `${'a'.repeat(23)} `, `${'a'.repeat(23)}é`])(
    'refuses the internal ID %j',
    (id) => {
      expect(() => aliasOf(noblePrimitives, id)).toThrow(expect.objectContaining({ code: 'invalid_argument' }))
    },
  )

  it('isAlias knows the normal form only', () => {
    expect(['7K3M9QXA', '7k3m9qxa', '7K3M-9QXA', '7K3M9QXI', '7K3M9QXA4T', ''].map(isAlias)).toEqual([
      true,
      false,
      false,
      false,
      false,
      false,
    ])
  })
})
