/** What arrives: a Content's envelope and its body (spec/10 sections 2 and 3). Kinds of later versions are kept as they are. */
import { Content, ContentKind, FileCancel, FileOffer, FileRefusal, Text } from '@solo2/proto/content'
import { utf8 } from '../bytes/bytes.js'
import { type Codec, decodeCanonical } from '../bytes/canonical.js'
import { ensure, Solo2Error } from '../errors.js'
import { PROTOCOL } from '../limits.js'

export type ParsedContent =
  | { readonly kind: 'text'; readonly text: string }
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
    }
  | { readonly kind: 'fileRefusal'; readonly file: Uint8Array }
  | { readonly kind: 'fileCancel'; readonly file: Uint8Array }
  /** A kind, or a form of a kind, that this version does not know: kept, acknowledged, shown as "update to read". */
  | { readonly kind: 'unknown' }

const HASH_SIZE = 32
const LARGEST = BigInt(Number.MAX_SAFE_INTEGER)

/**
 * The envelope. Throws `bad_content` unless it is canonical, its ID has 16 bytes, sequence and kind count from 1, both
 * numbers are below 2^53, and its body keeps 66,560 bytes.
 */
export function decodeContent(bytes: Uint8Array): Content {
  let content: Content
  try {
    content = decodeCanonical(Content, bytes)
  } catch (error) {
    throw new Solo2Error('bad_content', 'not a Content', { cause: error })
  }
  const { id, sequence, writtenAt, kind, body } = content
  ensure(id.length === PROTOCOL.ID_SIZE, 'bad_content', 'a content ID has 16 bytes')
  ensure(sequence >= 1n && sequence <= LARGEST, 'bad_content', 'a sequence number counts from 1, below 2^53')
  ensure(writtenAt <= LARGEST, 'bad_content', 'a time is below 2^53')
  ensure(kind >= 1, 'bad_content', 'a kind counts from 1')
  ensure(body.length <= PROTOCOL.CONTENT_BODY_BYTES, 'bad_content', 'a body keeps 66,560 bytes')
  return content
}

/**
 * The body of a decoded Content. What does not decode as its kind is `unknown`: a later version may have widened it.
 * Throws `bad_content` for a body that decodes and breaks a limit.
 */
export function parseContent(content: Content): ParsedContent {
  switch (content.kind) {
    case ContentKind.TEXT: {
      const body = decodeBody(Text, content.body)
      if (body === undefined) return { kind: 'unknown' }
      const { length } = utf8(body.text)
      ensure(length >= 1 && length <= PROTOCOL.TEXT_BYTES, 'bad_content', 'a text has 1 to 65,536 bytes')
      return { kind: 'text', text: body.text }
    }
    case ContentKind.FILE_OFFER: {
      const body = decodeBody(FileOffer, content.body)
      if (body === undefined) return { kind: 'unknown' }
      const { file, name, size, root } = body
      ensureFile(file)
      ensure(root.length === HASH_SIZE, 'bad_content', 'a root has 32 bytes')
      ensure(size !== undefined && size <= LARGEST, 'bad_content', 'a size is there and below 2^53')
      const { length } = utf8(name)
      ensure(length >= 1 && length <= PROTOCOL.FILE_NAME_BYTES, 'bad_content', 'a file name has 1 to 255 bytes')
      return { kind: 'fileOffer', file, name, size: Number(size), root }
    }
    case ContentKind.FILE_REFUSAL: {
      const body = decodeBody(FileRefusal, content.body)
      if (body === undefined) return { kind: 'unknown' }
      ensureFile(body.file)
      return { kind: 'fileRefusal', file: body.file }
    }
    case ContentKind.FILE_CANCEL: {
      const body = decodeBody(FileCancel, content.body)
      if (body === undefined) return { kind: 'unknown' }
      ensureFile(body.file)
      return { kind: 'fileCancel', file: body.file }
    }
    default:
      return { kind: 'unknown' }
  }
}

function decodeBody<T>(codec: Codec<T>, body: Uint8Array): T | undefined {
  try {
    return decodeCanonical(codec, body)
  } catch {
    return undefined
  }
}

function ensureFile(file: Uint8Array): void {
  ensure(file.length === PROTOCOL.ID_SIZE, 'bad_content', 'a file ID has 16 bytes')
}
