import {
  type Content,
  ContentKind,
  Delete,
  Edit,
  FileOffer,
  FileRefusal,
  Place,
  Reaction,
  Read,
  Text,
  Timer,
} from '@solo2/proto/content'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '../../../tools/cases.js'
import { encode } from '../bytes/canonical.js'
import { Solo2Error } from '../errors.js'
import { CONTENT_BYTES } from '../frame/reassembly.js'
import {
  composeDelete,
  composeEdit,
  composeFileCancel,
  composeFileOffer,
  composeFileRefusal,
  composePlace,
  composeReaction,
  composeRead,
  composeText,
  composeTimer,
  encodeContent,
  withExpiry,
} from './compose.js'
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

function placed(change: Partial<Place>): Content {
  const fair = { latitude: 0, longitude: 0, accuracy: 0, takenAt: 0n }
  return { ...sound, kind: 9, body: encode(Place, { ...fair, ...change }) }
}

function offered(media: FileOffer['media']): Content {
  return { ...sound, kind: 2, body: encode(FileOffer, { file, name: 'n', size: 1n, root, media }) }
}

function arrive(content: Content) {
  return parseContent(decodeContent(encodeContent(content)))
}

const place = { latitude: -33.8567844, longitude: 151.2152967, accuracy: 12, takenAt: 1_700_000_000_000 }
const picture = { kind: 'picture', width: 3, height: 2, pixels: new Uint8Array(12).fill(9) } as const
const none = new Uint8Array(0)

const sound: Content = {
  id: new Uint8Array(16),
  sequence: 1n,
  writtenAt: 0n,
  kind: 1,
  body: encode(Text, { text: 'a', replyTo: none }),
  expirySeconds: 0,
}

describe('contents', () => {
  it('arrive as they were composed', () => {
    expect(arrive(composeText(env, 1, 'Grüße 👋'))).toEqual({ kind: 'text', text: 'Grüße 👋' })
    const offer = { file, name: 'map-17.pdf', size: 2 ** 32 + 1, root }
    expect(arrive(composeFileOffer(env, 2, offer))).toEqual({ kind: 'fileOffer', ...offer })
    expect(arrive(composeFileOffer(env, 2, { ...offer, size: 0 }))).toMatchObject({ size: 0 })
    expect(arrive(composeFileRefusal(env, 3, file))).toEqual({ kind: 'fileRefusal', file })
    expect(arrive(composeFileCancel(env, 4, file))).toEqual({ kind: 'fileCancel', file })
    for (const media of [
      { kind: 'voice', durationMs: 1 } as const,
      picture,
      { ...picture, width: 0, height: 0, pixels: none },
    ]) {
      expect(arrive(composeFileOffer(env, 2, { ...offer, media }))).toEqual({ kind: 'fileOffer', ...offer, media })
    }
    expect(arrive(composeText(env, 5, 'yes', file))).toEqual({ kind: 'text', text: 'yes', replyTo: file })
    expect(arrive(composeEdit(env, 6, file, 'no'))).toEqual({ kind: 'edit', target: file, text: 'no' })
    expect(arrive(composeDelete(env, 7, file))).toEqual({ kind: 'delete', target: file })
    for (const emoji of ['👍', '']) {
      expect(arrive(composeReaction(env, 8, file, emoji))).toEqual({ kind: 'reaction', target: file, emoji })
    }
    expect(arrive(composeTimer(env, 9, 0, 2))).toEqual({ kind: 'timer', seconds: 0, revision: 2 })
    expect(arrive(composePlace(env, 10, place))).toEqual({ kind: 'place', ...place })
    const nowhere = { latitude: 0, longitude: 0, accuracy: 0, takenAt: 0 }
    expect(arrive(composePlace(env, 10, nowhere))).toEqual({ kind: 'place', ...nowhere })
    expect(arrive(composeRead(env, 11, 2 ** 53 - 1))).toEqual({ kind: 'read', sequence: 2 ** 53 - 1 })
    const { id, sequence, writtenAt, expirySeconds } = withExpiry(composeText(env, 9, 'x'), 60)
    expect({ id, sequence, writtenAt }).toEqual({ id: env.random(16), sequence: 9n, writtenAt: 1_700_000_000_123n })
    expect(expirySeconds).toBe(60)
  })

  it('fit what a tunnel joins again, at their longest', () => {
    const text = 'x'.repeat(65_536)
    expect(arrive(composeText(env, Number.MAX_SAFE_INTEGER, text))).toEqual({ kind: 'text', text })
    const widest = {
      ...sound,
      sequence: 2n ** 53n - 1n,
      writtenAt: 2n ** 53n - 1n,
      kind: 2 ** 32 - 1,
      expirySeconds: 2_419_200,
    }
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
    ['an answer to a short ID', () => composeText(env, 1, 'a', file.slice(1))],
    ['a life of 4 seconds', () => withExpiry(composeText(env, 1, 'a'), 4)],
    ['a life of four weeks and a second', () => withExpiry(composeText(env, 1, 'a'), 2_419_201)],
    ['an edit to nothing', () => composeEdit(env, 1, file, '')],
    ['a reaction of two emoji', () => composeReaction(env, 1, file, '👍👍')],
    ['a timer of half a second', () => composeTimer(env, 1, 0.5, 1)],
    ['a timer without a revision', () => composeTimer(env, 1, 5, 0)],
    ['a place beyond the pole', () => composePlace(env, 1, { ...place, latitude: 90.0000001 })],
    ['a place that is no number', () => composePlace(env, 1, { ...place, longitude: Number.NaN })],
    ['a place before 1970', () => composePlace(env, 1, { ...place, takenAt: -1 })],
    ['a read position of 0', () => composeRead(env, 1, 0)],
    [
      'a voice note of more than a day',
      () =>
        composeFileOffer(env, 1, { file, name: 'n', size: 1, root, media: { kind: 'voice', durationMs: 86_400_001 } }),
    ],
    [
      'a thumbnail with a pixel too many',
      () =>
        composeFileOffer(env, 1, { file, name: 'n', size: 1, root, media: { ...picture, pixels: new Uint8Array(14) } }),
    ],
    [
      'a thumbnail of more than 16,384 bytes',
      () =>
        composeFileOffer(env, 1, {
          file,
          name: 'n',
          size: 1,
          root,
          media: { kind: 'picture', width: 8_193, height: 1, pixels: new Uint8Array(16_386) },
        }),
    ],
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
    ['a text of 65,537 bytes', { ...sound, body: encode(Text, { text: 'x'.repeat(65_537), replyTo: none }) }],
    [
      'an offer without a size',
      { ...sound, kind: 2, body: encode(FileOffer, { file, name: 'n', size: undefined, root, media: undefined }) },
    ],
    [
      'an offer of 2^53 bytes',
      { ...sound, kind: 2, body: encode(FileOffer, { file, name: 'n', size: 2n ** 53n, root, media: undefined }) },
    ],
    [
      'an offer without a name',
      { ...sound, kind: 2, body: encode(FileOffer, { file, name: '', size: 1n, root, media: undefined }) },
    ],
    ['a life of 4 seconds', { ...sound, expirySeconds: 4 }],
    ['a life of 2^32 - 1 seconds', { ...sound, expirySeconds: 2 ** 32 - 1 }],
    ['an answer to a short ID', { ...sound, body: encode(Text, { text: 'a', replyTo: file.slice(1) }) }],
    ['an edit to nothing', { ...sound, kind: 5, body: encode(Edit, { target: file, text: '' }) }],
    ['an edit of nothing', { ...sound, kind: 5, body: encode(Edit, { target: none, text: 'a' }) }],
    ['a deletion of a short ID', { ...sound, kind: 6, body: encode(Delete, { target: file.slice(1) }) }],
    ['a reaction to nothing', { ...sound, kind: 7, body: encode(Reaction, { target: none, emoji: '👍' }) }],
    ['a reaction of 41 bytes', { ...sound, kind: 7, body: encode(Reaction, { target: file, emoji: 'x'.repeat(41) }) }],
    ['a timer of 4 seconds', { ...sound, kind: 8, body: encode(Timer, { seconds: 4, revision: 1 }) }],
    ['a timer without a revision', { ...sound, kind: 8, body: encode(Timer, { seconds: 5, revision: 0 }) }],
    ['a place without a longitude', placed({ longitude: undefined })],
    ['a place north of the pole', placed({ latitude: 900_000_001 })],
    ['a place west of the date line', placed({ longitude: -1_800_000_001 })],
    ['a place within 20,000,001 metres', placed({ accuracy: 20_000_001 })],
    ['a place of 2^53', placed({ takenAt: 2n ** 53n })],
    ['a read position of 0', { ...sound, kind: 10, body: encode(Read, { sequence: 0n }) }],
    ['a voice note of no time', offered({ $case: 'voice', value: { durationMs: 0 } })],
    [
      'a thumbnail that lacks a byte',
      offered({ $case: 'picture', value: { width: 3, height: 2, pixels: new Uint8Array(11) } }),
    ],
    ['a thumbnail without height', offered({ $case: 'picture', value: { width: 3, height: 0, pixels: none } })],
    ['a refusal of a short ID', { ...sound, kind: 3, body: encode(FileRefusal, { file: file.slice(1) }) }],
  ])('are refused with %s', (_, content) => {
    expect(codeOf(() => arrive(content))).toBe('bad_content')
  })

  it('are refused when the envelope is not canonical', () => {
    const bytes = encodeContent(sound)
    const unknownField = new Uint8Array([...bytes, 0x38, 1])
    expect(codeOf(() => decodeContent(unknownField))).toBe('bad_content')
    expect(codeOf(() => decodeContent(bytes.slice(0, -1)))).toBe('bad_content')
    expect(codeOf(() => decodeContent(new Uint8Array(0)))).toBe('bad_content')
  })

  it('of a kind or form that is not known are kept as unknown', () => {
    expect(arrive({ ...sound, kind: 11 })).toEqual({ kind: 'unknown' })
    const widened = new Uint8Array([...sound.body, 0x18, 1])
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
      kind: fc.integer({ min: 0, max: 12 }),
      body: fc.uint8Array({ maxLength: 80 }),
      expirySeconds: fc.nat(2 ** 32 - 1),
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
