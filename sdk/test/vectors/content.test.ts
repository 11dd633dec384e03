/** The SDK's contents against the vectors of conformance/vectors, made by the literal transcription of spec/10. */
import { describe, expect, it } from 'vitest'
import { toHex } from '../../src/bytes/bytes.js'
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
} from '../../src/content/compose.js'
import { isEmoji } from '../../src/content/emoji.js'
import type { Media } from '../../src/content/forms.js'
import { decodeContent, type ParsedContent, parseContent } from '../../src/content/parse.js'
import { conformanceVectors } from './conformance.js'
import { bytes, codeOf } from './published.js'

type Fields = Readonly<Record<string, unknown>>

interface Vectors {
  readonly contents: readonly {
    readonly name: string
    readonly envelope: {
      readonly id: string
      readonly sequence: number
      readonly writtenAt: number
      readonly kind: number
      readonly expirySeconds: number
    }
    readonly body: { readonly kind: string; readonly fields: Fields }
    readonly content: string
  }[]
  readonly unknown: readonly { readonly name: string; readonly content: string }[]
  readonly refusals: readonly { readonly name: string; readonly content: string; readonly code: string }[]
}

const vectors = conformanceVectors<Vectors>('content')

/** A vector's fields as the SDK gives them. */
function expected({ kind, fields }: Vectors['contents'][number]['body']): ParsedContent {
  const one = (value: unknown) => (typeof value === 'string' ? bytes(value) : value)
  switch (kind) {
    case 'text':
      return { kind, text: String(fields['text']), replyTo: one(fields['replyTo']) as Uint8Array | undefined }
    case 'fileOffer': {
      const { file, name, size, root, voice, picture } = fields as Record<string, string> & { picture?: Fields }
      let media: Media | undefined
      if (voice !== undefined) media = { kind: 'voice', ...(voice as unknown as { durationMs: number }) }
      if (picture !== undefined) {
        const { width, height, pixels } = picture as unknown as { width: number; height: number; pixels: string }
        media = { kind: 'picture', width, height, pixels: bytes(pixels) }
      }
      return { kind, file: bytes(file ?? ''), name: name ?? '', size: Number(size), root: bytes(root ?? ''), media }
    }
    case 'place': {
      const { latitude, longitude, accuracy, takenAt } = fields as Record<string, number>
      return {
        kind,
        latitude: (latitude ?? 0) / 10_000_000,
        longitude: (longitude ?? 0) / 10_000_000,
        accuracy: accuracy ?? 0,
        takenAt: takenAt ?? 0,
      }
    }
    default: {
      const plain = new Set(['text', 'emoji'])
      const entries = Object.entries(fields).map(([name, value]) => [name, plain.has(name) ? value : one(value)])
      return { kind, ...Object.fromEntries(entries) } as ParsedContent
    }
  }
}

describe('content vectors', () => {
  it.each(vectors.contents)('$name', ({ envelope, body, content }) => {
    const decoded = decodeContent(bytes(content))
    const { id, sequence, writtenAt, kind, expirySeconds } = decoded
    expect({ id: toHex(id), sequence: Number(sequence), writtenAt: Number(writtenAt), kind, expirySeconds }).toEqual(
      envelope,
    )
    expect(parseContent(decoded)).toEqual(expected(body))
    expect(toHex(encodeContent(decoded))).toBe(content)
  })

  it.each(vectors.contents)('$name, composed', ({ name, envelope, body, content }) => {
    const env = { random: () => bytes(envelope.id), now: () => envelope.writtenAt }
    const { sequence, expirySeconds } = envelope
    const parsed = expected(body)
    const compose = () => {
      switch (parsed.kind) {
        case 'text':
          return composeText(env, sequence, parsed.text, parsed.replyTo)
        case 'fileOffer':
          return composeFileOffer(env, sequence, parsed)
        case 'fileRefusal':
          return composeFileRefusal(env, sequence, parsed.file)
        case 'fileCancel':
          return composeFileCancel(env, sequence, parsed.file)
        case 'edit':
          return composeEdit(env, sequence, parsed.target, parsed.text)
        case 'delete':
          return composeDelete(env, sequence, parsed.target)
        case 'reaction':
          return composeReaction(env, sequence, parsed.target, parsed.emoji)
        case 'timer':
          return composeTimer(env, sequence, parsed.seconds, parsed.revision)
        case 'place':
          return composePlace(env, sequence, parsed)
        case 'read':
          return composeRead(env, sequence, parsed.sequence)
        default:
          throw new Error(`${name} is not composed`)
      }
    }
    if (parsed.kind === 'reaction' && parsed.emoji !== '' && !isEmoji(parsed.emoji)) {
      expect(codeOf(compose)).toBe('invalid_argument')
    } else {
      expect(toHex(encodeContent(withExpiry(compose(), expirySeconds)))).toBe(content)
    }
  })

  it.each(vectors.unknown)('kept unknown: $name', ({ content }) => {
    const decoded = decodeContent(bytes(content))
    expect(parseContent(decoded)).toEqual({ kind: 'unknown' })
    expect(toHex(encodeContent(decoded))).toBe(content)
  })

  it.each(vectors.refusals)('refused: $name', ({ content, code }) => {
    expect(codeOf(() => parseContent(decodeContent(bytes(content))))).toBe(code)
  })
})
