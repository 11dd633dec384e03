import { type Content, ContentKind, FileOffer, FileRefusal, Text } from '@solo2/proto/content'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '../../../tools/cases.js'
import { encode } from '../bytes/canonical.js'
import { Solo2Error } from '../errors.js'
import { CONTENT_BYTES } from '../frame/reassembly.js'
import { composeFileCancel, composeFileOffer, composeFileRefusal, composeText, encodeContent } from './compose.js'
import { decodeContent, parseContent } from './parse.js'

const env = { random: (length: number) => new Uint8Array(length).fill(7), now: () => 1_700_000_000_123 }
const file = new Uint8Array(16).fill(1)
const root = new Uint8Array(32).fill(2)

function codeOf(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (error instanceof Solo2Error) return error.code
    throw error
  }
  return 'accepted'
}

function arrive(content: Content) {
  return parseContent(decodeContent(encodeContent(content)))
}

const sound: Content = {
  id: new Uint8Array(16),
  sequence: 1n,
  writtenAt: 0n,
  kind: 1,
  body: encode(Text, { text: 'a' }),
}

describe('contents', () => {
  it('arrive as they were composed', () => {
    expect(arrive(composeText(env, 1, 'Grüße 👋'))).toEqual({ kind: 'text', text: 'Grüße 👋' })
    const offer = { file, name: 'map-17.pdf', size: 2 ** 32 + 1, root }
    expect(arrive(composeFileOffer(env, 2, offer))).toEqual({ kind: 'fileOffer', ...offer })
    expect(arrive(composeFileOffer(env, 2, { ...offer, size: 0 }))).toMatchObject({ size: 0 })
    expect(arrive(composeFileRefusal(env, 3, file))).toEqual({ kind: 'fileRefusal', file })
    expect(arrive(composeFileCancel(env, 4, file))).toEqual({ kind: 'fileCancel', file })
    const { id, sequence, writtenAt } = composeText(env, 9, 'x')
    expect({ id, sequence, writtenAt }).toEqual({ id: env.random(16), sequence: 9n, writtenAt: 1_700_000_000_123n })
  })

  it('fit what a tunnel joins again, at their longest', () => {
    const text = 'x'.repeat(65_536)
    expect(arrive(composeText(env, Number.MAX_SAFE_INTEGER, text))).toEqual({ kind: 'text', text })
    const widest = { ...sound, sequence: 2n ** 53n - 1n, writtenAt: 2n ** 53n - 1n, kind: 2 ** 32 - 1 }
    const longest = encodeContent({ ...widest, body: new Uint8Array(66_560) })
    expect(longest.length).toBeLessThanOrEqual(CONTENT_BYTES)
    expect(parseContent(decodeContent(longest))).toEqual({ kind: 'unknown' })
  })

  it.each([
    ['no text', () => composeText(env, 1, '')],
    ['a text of 65,537 bytes', () => composeText(env, 1, 'x'.repeat(65_537))],
    ['a text of 32,769 characters of two bytes', () => composeText(env, 1, 'ü'.repeat(32_769))],
    ['half a character', () => composeText(env, 1, 'a\ud800')],
    ['sequence 0', () => composeText(env, 0, 'a')],
    ['no name', () => composeFileOffer(env, 1, { file, name: '', size: 1, root })],
    ['a name of 256 bytes', () => composeFileOffer(env, 1, { file, name: 'n'.repeat(256), size: 1, root })],
    ['a negative size', () => composeFileOffer(env, 1, { file, name: 'n', size: -1, root })],
    ['a size of 2^53', () => composeFileOffer(env, 1, { file, name: 'n', size: 2 ** 53, root })],
    ['a short root', () => composeFileOffer(env, 1, { file, name: 'n', size: 1, root: root.slice(1) })],
    ['a short file ID', () => composeFileCancel(env, 1, file.slice(1))],
  ])('are not composed with %s', (_, compose) => {
    expect(codeOf(compose)).toBe('invalid_argument')
  })

  it.each<[string, Content]>([
    ['a short ID', { ...sound, id: new Uint8Array(15) }],
    ['sequence 0', { ...sound, sequence: 0n }],
    ['sequence 2^53', { ...sound, sequence: 2n ** 53n }],
    ['a time of 2^53', { ...sound, writtenAt: 2n ** 53n }],
    ['kind 0', { ...sound, kind: 0 }],
    ['a body of 66,561 bytes', { ...sound, kind: 99, body: new Uint8Array(66_561) }],
    ['an empty text', { ...sound, body: new Uint8Array(0) }],
    ['a text of 65,537 bytes', { ...sound, body: encode(Text, { text: 'x'.repeat(65_537) }) }],
    [
      'an offer without a size',
      { ...sound, kind: 2, body: encode(FileOffer, { file, name: 'n', size: undefined, root }) },
    ],
    [
      'an offer of 2^53 bytes',
      { ...sound, kind: 2, body: encode(FileOffer, { file, name: 'n', size: 2n ** 53n, root }) },
    ],
    ['an offer without a name', { ...sound, kind: 2, body: encode(FileOffer, { file, name: '', size: 1n, root }) }],
    ['a refusal of a short ID', { ...sound, kind: 3, body: encode(FileRefusal, { file: file.slice(1) }) }],
  ])('are refused with %s', (_, content) => {
    expect(codeOf(() => arrive(content))).toBe('bad_content')
  })

  it('are refused when the envelope is not canonical', () => {
    const bytes = encodeContent(sound)
    const unknownField = new Uint8Array([...bytes, 0x30, 1])
    expect(codeOf(() => decodeContent(unknownField))).toBe('bad_content')
    expect(codeOf(() => decodeContent(bytes.slice(0, -1)))).toBe('bad_content')
    expect(codeOf(() => decodeContent(new Uint8Array(0)))).toBe('bad_content')
  })

  it('of a kind or form that is not known are kept as unknown', () => {
    expect(arrive({ ...sound, kind: 5 })).toEqual({ kind: 'unknown' })
    const widened = new Uint8Array([...sound.body, 0x10, 1])
    expect(arrive({ ...sound, body: widened })).toEqual({ kind: 'unknown' })
    expect(arrive({ ...sound, kind: ContentKind.FILE_OFFER, body: new Uint8Array([255]) })).toEqual({ kind: 'unknown' })
    const brokenUtf8 = new Uint8Array([0x0a, 1, 0xff])
    expect(arrive({ ...sound, body: brokenUtf8 })).toEqual({ kind: 'unknown' })
  })

  it('are taken or refused with bad_content, whatever the bytes', () => {
    const kinds = fc.record({
      id: fc.uint8Array({ minLength: 15, maxLength: 17 }),
      sequence: fc.bigInt(0n, 2n ** 64n - 1n),
      writtenAt: fc.bigInt(0n, 2n ** 64n - 1n),
      kind: fc.integer({ min: 0, max: 6 }),
      body: fc.uint8Array({ maxLength: 80 }),
    })
    const bytes = fc.oneof(fc.uint8Array({ maxLength: 120 }), kinds.map(encodeContent))
    fc.assert(
      fc.property(bytes, (input) => {
        const code = codeOf(() => parseContent(decodeContent(input)))
        expect(['accepted', 'bad_content']).toContain(code)
        if (code === 'accepted') expect(encodeContent(decodeContent(input))).toEqual(input)
      }),
      { numRuns: cases('property.bytes') },
    )
  })
})
