/** What arrives: a Content's envelope and its body (spec/10 sections 2 and 3). Kinds of later versions are kept as they are. */
import {
  Content,
  ContentKind,
  Delete,
  Edit,
  FileCancel,
  FileOffer,
  FileRefusal,
  Place,
  Reaction,
  Read,
  Text,
  Timer,
} from '@solo2/proto/content'
import { utf8 } from '../bytes/bytes.js'
import { type Codec, decodeCanonical } from '../bytes/canonical.js'
import { ensure, Solo2Error } from '../errors.js'
import { PROTOCOL } from '../limits.js'
import { type Coordinates, isExpiry, isMedia, isPlace, type Media, TENTH_MICRODEGREES } from './forms.js'

/** A content by its kind. IDs have 16 bytes, a root 32. */
export type ParsedContent =
  | {
      readonly kind: 'text'
      readonly text: string
      /** The ID of the content that it answers, 16 bytes; perhaps unknown here. */
      readonly replyTo: Uint8Array | undefined
    }
  | {
      readonly kind: 'fileOffer'
      /** 16 bytes. */
      readonly file: Uint8Array
      /** As the author wrote it: hostile until `cleanName`. */
      readonly name: string
      /** Bytes. */
      readonly size: number
      /** 32 bytes. */
      readonly root: Uint8Array
      readonly media: Media | undefined
    }
  | { readonly kind: 'fileRefusal'; readonly file: Uint8Array }
  | { readonly kind: 'fileCancel'; readonly file: Uint8Array }
  | ParsedChange
  | { readonly kind: 'timer'; readonly seconds: number; readonly revision: number }
  | ({ readonly kind: 'place' } & Coordinates)
  | { readonly kind: 'read'; readonly sequence: number }
  /** A kind, or a form of a kind, that this version does not know: kept, acknowledged, shown as "update to read". */
  | { readonly kind: 'unknown' }

/** What changes another content, the `target`, 16 bytes. */
export type ParsedChange =
  | { readonly kind: 'edit'; readonly target: Uint8Array; readonly text: string }
  | { readonly kind: 'delete'; readonly target: Uint8Array }
  /** At most 40 bytes of UTF-8, not yet known to be an emoji; empty: taken back. */
  | { readonly kind: 'reaction'; readonly target: Uint8Array; readonly emoji: string }

const HASH_SIZE = 32
const LARGEST = BigInt(Number.MAX_SAFE_INTEGER)

/**
 * The envelope. Throws `bad_content` unless it is canonical, its ID has 16 bytes, sequence and kind count from 1, both
 * numbers are below 2^53, its body keeps 66,560 bytes, and its expiry is none or 5 to 2,419,200 seconds.
 */
export function decodeContent(bytes: Uint8Array): Content {
  let content: Content
  try {
    content = decodeCanonical(Content, bytes)
  } catch (error) {
    throw new Solo2Error('bad_content', 'not a Content', { cause: error })
  }
  const { id, sequence, writtenAt, kind, body, expirySeconds } = content
  ensure(id.length === PROTOCOL.ID_SIZE, 'bad_content', 'a content ID has 16 bytes')
  ensureSequence(sequence)
  ensure(writtenAt <= LARGEST, 'bad_content', 'a time is below 2^53')
  ensure(kind >= 1, 'bad_content', 'a kind counts from 1')
  ensure(body.length <= PROTOCOL.CONTENT_BODY_BYTES, 'bad_content', 'a body keeps 66,560 bytes')
  ensure(isExpiry(expirySeconds), 'bad_content', 'a content is kept for 5 to 2,419,200 seconds, or without end')
  return content
}

/**
 * The body of a decoded Content. What does not decode as its kind is `unknown`: a later version may have widened it.
 * Throws `bad_content` for a body that decodes and breaks a limit.
 */
export function parseContent({ kind, body }: Content): ParsedContent {
  switch (kind) {
    case ContentKind.TEXT:
      return parsed(Text, body, ({ text, replyTo }) => {
        ensureText(text)
        if (replyTo.length > 0) ensureId(replyTo)
        return { kind: 'text', text, replyTo: replyTo.length > 0 ? replyTo : undefined }
      })
    case ContentKind.FILE_OFFER:
      return parsed(FileOffer, body, parseOffer)
    case ContentKind.FILE_REFUSAL:
      return parsed(FileRefusal, body, ({ file }) => ({ kind: 'fileRefusal', file: ensureId(file) }))
    case ContentKind.FILE_CANCEL:
      return parsed(FileCancel, body, ({ file }) => ({ kind: 'fileCancel', file: ensureId(file) }))
    case ContentKind.EDIT:
      return parsed(Edit, body, ({ target, text }) => {
        ensureText(text)
        return { kind: 'edit', target: ensureId(target), text }
      })
    case ContentKind.DELETE:
      return parsed(Delete, body, ({ target }) => ({ kind: 'delete', target: ensureId(target) }))
    case ContentKind.REACTION:
      return parsed(Reaction, body, ({ target, emoji }) => {
        ensure(utf8(emoji).length <= PROTOCOL.REACTION_BYTES, 'bad_content', 'a reaction keeps 40 bytes')
        return { kind: 'reaction', target: ensureId(target), emoji }
      })
    case ContentKind.TIMER:
      return parsed(Timer, body, ({ seconds, revision }) => {
        ensure(isExpiry(seconds), 'bad_content', 'a timer has 5 to 2,419,200 seconds, or 0')
        ensure(revision >= 1, 'bad_content', 'a revision counts from 1')
        return { kind: 'timer', seconds, revision }
      })
    case ContentKind.PLACE:
      return parsed(Place, body, parsePlace)
    case ContentKind.READ:
      return parsed(Read, body, ({ sequence }) => ({ kind: 'read', sequence: ensureSequence(sequence) }))
    default:
      return { kind: 'unknown' }
  }
}

function parsed<T>(codec: Codec<T>, body: Uint8Array, check: (message: T) => ParsedContent): ParsedContent {
  let message: T
  try {
    message = decodeCanonical(codec, body)
  } catch {
    return { kind: 'unknown' }
  }
  return check(message)
}

function parseOffer({ file, name, size, root, media }: FileOffer): ParsedContent {
  ensureId(file)
  ensure(root.length === HASH_SIZE, 'bad_content', 'a root has 32 bytes')
  ensure(size !== undefined && size <= LARGEST, 'bad_content', 'a size is there and below 2^53')
  const { length } = utf8(name)
  ensure(length >= 1 && length <= PROTOCOL.FILE_NAME_BYTES, 'bad_content', 'a file name has 1 to 255 bytes')
  return { kind: 'fileOffer', file, name, size: Number(size), root, media: parseMedia(media) }
}

/** Rejects with `bad_content` beyond a limit. */
export function parseMedia(field: FileOffer['media']): Media | undefined {
  if (field === undefined) return undefined
  const media: Media = field.$case === 'voice' ? { kind: 'voice', ...field.value } : { kind: 'picture', ...field.value }
  ensure(isMedia(media), 'bad_content', 'a duration or a thumbnail keeps its limits')
  return media
}

function parsePlace({ latitude, longitude, accuracy, takenAt }: Place): ParsedContent {
  ensure(latitude !== undefined && longitude !== undefined, 'bad_content', 'a place has both coordinates')
  ensure(takenAt <= LARGEST, 'bad_content', 'a time is below 2^53')
  const place = {
    latitude: latitude / TENTH_MICRODEGREES,
    longitude: longitude / TENTH_MICRODEGREES,
    accuracy,
    takenAt: Number(takenAt),
  }
  ensure(isPlace(place), 'bad_content', 'not a place on earth')
  return { kind: 'place', ...place }
}

function ensureText(text: string): void {
  const { length } = utf8(text)
  ensure(length >= 1 && length <= PROTOCOL.TEXT_BYTES, 'bad_content', 'a text has 1 to 65,536 bytes')
}

function ensureSequence(sequence: bigint): number {
  ensure(sequence >= 1n && sequence <= LARGEST, 'bad_content', 'a sequence number counts from 1, below 2^53')
  return Number(sequence)
}

function ensureId(id: Uint8Array): Uint8Array {
  ensure(id.length === PROTOCOL.ID_SIZE, 'bad_content', 'the ID of a content or a file has 16 bytes')
  return id
}
