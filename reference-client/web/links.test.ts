import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '../../tools/cases.js'
import { pieces } from './links.js'

const links = (text: string) =>
  pieces(text).flatMap(({ text: shown, href }) => (href === undefined ? [] : [[shown, href]]))

describe('addresses in a text', () => {
  it.each([
    ['see https://example.org/a?b=c#d.', [['https://example.org/a?b=c#d', 'https://example.org/a?b=c#d']]],
    ['(http://example.org/x)', [['http://example.org/x', 'http://example.org/x']]],
    ['https://example.org/wiki/A_(b)', [['https://example.org/wiki/A_(b)', 'https://example.org/wiki/A_(b)']]],
    ['HTTPS://Example.org', [['HTTPS://Example.org', 'https://example.org/']]],
    [
      'https://a.example, https://b.example!',
      [
        ['https://a.example', 'https://a.example/'],
        ['https://b.example', 'https://b.example/'],
      ],
    ],
  ])('%s', (text, found) => {
    expect(links(text)).toEqual(found)
  })

  it.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'ftp://example.org',
    'file:///etc/passwd',
    'https://bank.example@evil.example/',
    'https://user:word@evil.example/',
    'https://',
    'example.org',
    'www.example.org',
    'javascript:x//http:',
  ])('[C1] %s is no link', (text) => {
    expect(links(text)).toEqual([])
  })

  it('an address ends before a mark that turns what is beside it', () => {
    expect(links('https://example.org/\u202Egro.elpmaxe')).toEqual([['https://example.org/', 'https://example.org/']])
  })

  it('[C1] whatever the text: the pieces are the text, and each link leads to http or https', () => {
    const part = fc.oneof(
      fc.constantFrom('http://', 'https://', 'javascript:', '@', '(', ')', '.', ' ', 'a.example', '\u202E', '"', '<'),
      fc.string({ unit: 'binary', maxLength: 6 }),
    )
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        const text = parts.join('')
        const found = pieces(text)
        expect(found.map((piece) => piece.text).join('')).toBe(text)
        for (const { text: shown, href } of found) {
          if (href === undefined) continue
          expect(href).toMatch(/^https?:\/\/[^@/]+(\/|$)/u)
          expect(shown).toMatch(/^https?:\/\//iu)
        }
      }),
      { numRuns: cases(150, 20_000) },
    )
  })
})
