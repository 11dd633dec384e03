/** What a person sends, as a Content (spec/10 sections 2 and 3). Each function throws `invalid_argument` beyond a limit. */
import { Content, ContentKind, FileCancel, FileOffer, FileRefusal, Text } from '@solo2/proto/content'
import { utf8 } from '../bytes/bytes.js'
import { encode } from '../bytes/canonical.js'
import type { Env } from '../env.js'
import { ensure } from '../errors.js'
import { PROTOCOL } from '../limits.js'

type Source = Pick<Env, 'random' | 'now'>

const HASH_SIZE = 32

/** 1 to 65,536 bytes of UTF-8. `sequence`: the author's next number in this conversation, from 1. */
export function composeText(env: Source, sequence: number, text: string): Content {
  ensureText(text, PROTOCOL.TEXT_BYTES, 'a text has 1 to 65,536 bytes of UTF-8')
  return content(env, sequence, ContentKind.TEXT, encode(Text, { text }))
}

/** `file` 16 random bytes, `name` 1 to 255 bytes of UTF-8, `size` in bytes, `root` the hash tree's, 32 bytes. */
export function composeFileOffer(
  env: Source,
  sequence: number,
  offer: { readonly file: Uint8Array; readonly name: string; readonly size: number; readonly root: Uint8Array },
): Content {
  ensureFile(offer.file)
  ensureText(offer.name, PROTOCOL.FILE_NAME_BYTES, 'a file name has 1 to 255 bytes of UTF-8')
  ensure(Number.isSafeInteger(offer.size) && offer.size >= 0, 'invalid_argument', 'not a size')
  ensure(offer.root.length === HASH_SIZE, 'invalid_argument', 'a root has 32 bytes')
  const body = encode(FileOffer, { ...offer, size: BigInt(offer.size) })
  return content(env, sequence, ContentKind.FILE_OFFER, body)
}

export function composeFileRefusal(env: Source, sequence: number, file: Uint8Array): Content {
  ensureFile(file)
  return content(env, sequence, ContentKind.FILE_REFUSAL, encode(FileRefusal, { file }))
}

export function composeFileCancel(env: Source, sequence: number, file: Uint8Array): Content {
  ensureFile(file)
  return content(env, sequence, ContentKind.FILE_CANCEL, encode(FileCancel, { file }))
}

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
  }
}

function ensureText(text: string, limit: number, message: string): void {
  ensure(!/\p{Surrogate}/u.test(text), 'invalid_argument', 'half of a surrogate pair is no text')
  ensure(text.length <= limit, 'invalid_argument', message)
  const { length } = utf8(text)
  ensure(length >= 1 && length <= limit, 'invalid_argument', message)
}

function ensureFile(file: Uint8Array): void {
  ensure(file.length === PROTOCOL.ID_SIZE, 'invalid_argument', 'a file ID has 16 bytes')
}
