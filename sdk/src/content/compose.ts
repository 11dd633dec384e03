/** What a person sends, as a Content (spec/10 sections 2 and 3). Each function throws `invalid_argument` beyond a limit. */
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
import { encode } from '../bytes/canonical.js'
import type { Env } from '../env.js'
import { ensure } from '../errors.js'
import { PROTOCOL } from '../limits.js'
import { isEmoji } from './emoji.js'
import { type Coordinates, isExpiry, isMedia, isPlace, type Media, TENTH_MICRODEGREES } from './forms.js'

type Source = Pick<Env, 'random' | 'now'>

const HASH_SIZE = 32
const REVISION_MAX = 2 ** 32 - 1

/**
 * 1 to 65,536 bytes of UTF-8. `sequence`: the author's next number in this conversation, from 1. `replyTo`: the ID of the
 * content that is answered, 16 bytes, or empty.
 */
export function composeText(
  env: Source,
  sequence: number,
  text: string,
  replyTo: Uint8Array = new Uint8Array(0),
): Content {
  ensureText(text, PROTOCOL.TEXT_BYTES, 'a text has 1 to 65,536 bytes of UTF-8')
  if (replyTo.length > 0) ensureId(replyTo)
  return content(env, sequence, ContentKind.TEXT, encode(Text, { text, replyTo }))
}

/** `file` 16 random bytes, `name` 1 to 255 bytes of UTF-8, `size` in bytes, `root` the hash tree's, 32 bytes. */
export function composeFileOffer(
  env: Source,
  sequence: number,
  offer: {
    readonly file: Uint8Array
    readonly name: string
    readonly size: number
    readonly root: Uint8Array
    readonly media?: Media | undefined
  },
): Content {
  const { file, name, size, root, media } = offer
  ensureId(file)
  ensureText(name, PROTOCOL.FILE_NAME_BYTES, 'a file name has 1 to 255 bytes of UTF-8')
  ensure(Number.isSafeInteger(size) && size >= 0, 'invalid_argument', 'not a size')
  ensure(root.length === HASH_SIZE, 'invalid_argument', 'a root has 32 bytes')
  ensure(media === undefined || isMedia(media), 'invalid_argument', 'not a duration or a thumbnail within its limits')
  const body = encode(FileOffer, { file, name, size: BigInt(size), root, media: mediaField(media) })
  return content(env, sequence, ContentKind.FILE_OFFER, body)
}

/** `file`: 16 bytes, of an offer that this side does not take. */
export function composeFileRefusal(env: Source, sequence: number, file: Uint8Array): Content {
  ensureId(file)
  return content(env, sequence, ContentKind.FILE_REFUSAL, encode(FileRefusal, { file }))
}

/** `file`: 16 bytes, of a file that either side ends. */
export function composeFileCancel(env: Source, sequence: number, file: Uint8Array): Content {
  ensureId(file)
  return content(env, sequence, ContentKind.FILE_CANCEL, encode(FileCancel, { file }))
}

/** `target`: the ID of an own text. */
export function composeEdit(env: Source, sequence: number, target: Uint8Array, text: string): Content {
  ensureId(target)
  ensureText(text, PROTOCOL.TEXT_BYTES, 'a text has 1 to 65,536 bytes of UTF-8')
  return content(env, sequence, ContentKind.EDIT, encode(Edit, { target, text }))
}

/** `target`: the ID of an own content. */
export function composeDelete(env: Source, sequence: number, target: Uint8Array): Content {
  ensureId(target)
  return content(env, sequence, ContentKind.DELETE, encode(Delete, { target }))
}

/** `emoji`: one, or empty to take the reaction back. */
export function composeReaction(env: Source, sequence: number, target: Uint8Array, emoji: string): Content {
  ensureId(target)
  ensure(emoji === '' || isEmoji(emoji), 'invalid_argument', 'a reaction is one emoji of at most 40 bytes')
  return content(env, sequence, ContentKind.REACTION, encode(Reaction, { target, emoji }))
}

/** `seconds`: 5 to 2,419,200, or 0 for without end. `revision`: one more than the highest of the conversation. */
export function composeTimer(env: Source, sequence: number, seconds: number, revision: number): Content {
  ensure(isExpiry(seconds), 'invalid_argument', 'a timer has 5 to 2,419,200 seconds, or 0')
  ensure(
    Number.isInteger(revision) && revision >= 1 && revision <= REVISION_MAX,
    'invalid_argument',
    'a revision counts from 1',
  )
  return content(env, sequence, ContentKind.TIMER, encode(Timer, { seconds, revision }))
}

/** Degrees are rounded to 1e-7, about a centimetre. `accuracy` in metres, 0 if unknown; `takenAt` in Unix milliseconds. */
export function composePlace(env: Source, sequence: number, place: Coordinates): Content {
  ensure(isPlace(place), 'invalid_argument', 'not a place on earth')
  const body = encode(Place, {
    latitude: Math.round(place.latitude * TENTH_MICRODEGREES),
    longitude: Math.round(place.longitude * TENTH_MICRODEGREES),
    accuracy: Math.ceil(place.accuracy),
    takenAt: BigInt(Math.floor(place.takenAt)),
  })
  return content(env, sequence, ContentKind.PLACE, body)
}

/** `upTo`: a sequence number of the recipient's. */
export function composeRead(env: Source, sequence: number, upTo: number): Content {
  ensure(Number.isSafeInteger(upTo) && upTo >= 1, 'invalid_argument', 'a sequence number counts from 1')
  return content(env, sequence, ContentKind.READ, encode(Read, { sequence: BigInt(upTo) }))
}

/** A text, file offer or place that disappears: `seconds` 5 to 2,419,200, or 0 for without end. */
export function withExpiry(message: Content, seconds: number): Content {
  ensure(isExpiry(seconds), 'invalid_argument', 'a content is kept for 5 to 2,419,200 seconds, or 0')
  return { ...message, expirySeconds: seconds }
}

/** The canonical encoding (spec/00 section 3). Throws nothing for what the functions here made. */
export function encodeContent(message: Content): Uint8Array {
  return encode(Content, message)
}

function content(env: Source, sequence: number, kind: number, body: Uint8Array): Content {
  ensure(Number.isSafeInteger(sequence) && sequence >= 1, 'invalid_argument', 'a sequence number counts from 1')
  return {
    id: env.random(PROTOCOL.ID_SIZE),
    sequence: BigInt(sequence),
    writtenAt: BigInt(Math.max(0, Math.floor(env.now()))),
    kind,
    body,
    expirySeconds: 0,
  }
}

export function mediaField(media: Media | undefined): FileOffer['media'] {
  if (media === undefined) return undefined
  if (media.kind === 'voice') return { $case: 'voice', value: { durationMs: media.durationMs } }
  const { width, height, pixels } = media
  return { $case: 'picture', value: { width, height, pixels } }
}

function ensureText(text: string, limit: number, message: string): void {
  ensure(!/\p{Surrogate}/u.test(text), 'invalid_argument', 'half of a surrogate pair is no text')
  ensure(text.length <= limit, 'invalid_argument', message)
  const { length } = utf8(text)
  ensure(length >= 1 && length <= limit, 'invalid_argument', message)
}

function ensureId(id: Uint8Array): void {
  ensure(id.length === PROTOCOL.ID_SIZE, 'invalid_argument', 'the ID of a content or a file has 16 bytes')
}
