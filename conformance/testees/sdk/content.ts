/** spec/10 sections 2 and 3. */
import type { ContentFields } from '@solo2/proto/conformance'
import type { Content, FileOffer, Place } from '@solo2/proto/content'
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
  decodeContent,
  encodeContent,
  type ParsedContent,
  parseContent,
  withExpiry,
} from '@solo2/sdk/core'
import { bytes, type Functions, given } from './functions.js'

type Media = Parameters<typeof composeFileOffer>[2]['media']

const DEGREE = 1e7

function mediaOf(field: FileOffer['media']): Media {
  if (field === undefined) return undefined
  return field.$case === 'voice' ? { kind: 'voice', ...field.value } : { kind: 'picture', ...field.value }
}

function mediaField(media: Media): FileOffer['media'] {
  if (media === undefined) return undefined
  const { kind, ...value } = media
  return { $case: kind, value } as FileOffer['media']
}

function placeOf({ latitude = 0, longitude = 0, accuracy, takenAt }: Place) {
  return { latitude: latitude / DEGREE, longitude: longitude / DEGREE, accuracy, takenAt: Number(takenAt) }
}

function compose({ envelope, body }: ContentFields): Content {
  const { id, writtenAt, sequence } = given(envelope)
  const source = { random: () => id, now: () => Number(writtenAt) }
  const n = Number(sequence)
  switch (body?.$case) {
    case 'text':
      return composeText(source, n, body.value.text, body.value.replyTo)
    case 'fileOffer': {
      const { size, media, ...offer } = body.value
      return composeFileOffer(source, n, { ...offer, size: Number(size), media: mediaOf(media) })
    }
    case 'fileRefusal':
      return composeFileRefusal(source, n, body.value.file)
    case 'fileCancel':
      return composeFileCancel(source, n, body.value.file)
    case 'edit':
      return composeEdit(source, n, body.value.target, body.value.text)
    case 'delete':
      return composeDelete(source, n, body.value.target)
    case 'reaction':
      return composeReaction(source, n, body.value.target, body.value.emoji)
    case 'timer':
      return composeTimer(source, n, body.value.seconds, body.value.revision)
    case 'place':
      return composePlace(source, n, placeOf(body.value))
    case 'read':
      return composeRead(source, n, Number(body.value.sequence))
    default:
      throw new Error('the request lacks a body')
  }
}

/** As the message of its kind, from what the SDK understood. */
function bodyOf(parsed: ParsedContent): ContentFields['body'] {
  switch (parsed.kind) {
    case 'unknown':
      return undefined
    case 'text':
      return { $case: 'text', value: { text: parsed.text, replyTo: parsed.replyTo ?? new Uint8Array(0) } }
    case 'fileOffer': {
      const { file, name, root, size, media } = parsed
      return { $case: 'fileOffer', value: { file, name, root, size: BigInt(size), media: mediaField(media) } }
    }
    case 'place': {
      const [latitude, longitude] = [Math.round(parsed.latitude * DEGREE), Math.round(parsed.longitude * DEGREE)]
      const { accuracy, takenAt } = parsed
      return { $case: 'place', value: { latitude, longitude, accuracy, takenAt: BigInt(takenAt) } }
    }
    case 'read':
      return { $case: 'read', value: { sequence: BigInt(parsed.sequence) } }
    default: {
      // The others have the fields of their messages.
      const { kind, ...value } = parsed
      return { $case: kind, value } as ContentFields['body']
    }
  }
}

export const content: Functions<'encodeContent' | 'decodeContent'> = {
  encodeContent({ content: fields }) {
    const { envelope } = given(fields)
    return bytes(encodeContent(withExpiry(compose(given(fields)), given(envelope).expirySeconds)))
  },
  decodeContent(value) {
    const envelope = decodeContent(value.content)
    return { $case: 'content', value: { envelope, body: bodyOf(parseContent(envelope)) } }
  },
}
