import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '../../../tools/cases.js'
import { utf8 } from '../bytes/bytes.js'
import { cleanName } from './clean-name.js'

describe('names of received files', () => {
  it.each([
    ['map-17.pdf', 'map-17.pdf'],
    ['Übergrößen (2).tar.gz', 'Übergrößen (2).tar.gz'],
    ['写真.jpg', '写真.jpg'],
    ['../../etc/passwd', '_.._etc_passwd'],
    ['..\\..\\boot.ini', '_.._boot.ini'],
    ['C:\\Windows\\x.exe', 'C__Windows_x.exe'],
    ['a／b∕c⁄d', 'a_b_c_d'],
    ['invoice\u202Efdp.exe', 'invoicefdp.exe'],
    ['\u2067a\u2069b\u200F\u200B.txt', 'ab.txt'],
    ['a\u0000b\r\nc\u007f.txt', 'abc.txt'],
    ['.bashrc', 'bashrc'],
    ['.', 'file'],
    ['..', 'file'],
    ['', 'file'],
    ['   ', 'file'],
    ['\u3164\u2800\uFEFF', 'file'],
    ['notes.txt. . .', 'notes.txt'],
    [' a \t  b ', 'a b'],
    ['con', '_con'],
    ['NUL.txt', '_NUL.txt'],
    ['com1.tar.gz', '_com1.tar.gz'],
    ['LPT¹', '_LPT¹'],
    ['console.log', 'console.log'],
    ['aux .c', '_aux .c'],
    ['<img src=x onerror=alert(1)>', '_img src=x onerror=alert(1)_'],
    ['a*b?c"d|e', 'a_b_c_d_e'],
    ['half \ud800 pair', 'half pair'],
    ['A\u0301'.normalize('NFD'), 'Á'],
  ])('%j becomes %j', (name, clean) => {
    expect(cleanName(name)).toBe(clean)
  })

  it('lose marks that leave their line', () => {
    const clean = cleanName(`x${'\u0316'.repeat(60)}.txt`)
    expect(clean).toBe(`x${'\u0316'.repeat(4)}.txt`)
  })

  it('are cut to 255 bytes between characters, the extension whole', () => {
    const clean = cleanName(`${'ü'.repeat(300)}.tar.gz`)
    expect(clean).toMatch(/^ü+\.tar\.gz$/)
    expect(utf8(clean).length).toBe(255)
    const emoji = cleanName(`${'👋'.repeat(100)}.pdf`)
    expect(utf8(emoji).length).toBeLessThanOrEqual(255)
    expect(emoji).toMatch(/^(👋)+\.pdf$/u)
  })

  it('stay in their folder, visible and stable, whatever was sent', () => {
    const alphabet = [
      ...'ab. /\\:*?"<>|~$',
      '\u0000',
      '\n',
      '\u202e',
      '\u200d',
      '\u2066',
      '\u0301',
      'ü',
      '👋',
      '.tar.gz',
    ]
    const pieces = fc.constantFrom(...alphabet, 'con', 'nul', '\ud83d', '\u3164', '\uff0e', '\u00a0', 'x'.repeat(120))
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(text, (name) => {
        const clean = cleanName(name)
        expect(utf8(clean).length).toBeGreaterThan(0)
        expect(utf8(clean).length).toBeLessThanOrEqual(255)
        expect(clean).not.toMatch(/[/\\:*?"<>|\p{Cc}\p{Cf}\p{Cs}]/u)
        expect(clean).not.toMatch(/^[.\s]|[.\s]$/u)
        expect(clean).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i)
        expect(cleanName(clean)).toBe(clean)
      }),
      { numRuns: cases('property.bytes') * 5 },
    )
  })
})
