/**
 * Pages of postings (11-46, 11-47): for each token the documents that have it. Pages and entries are padded, so
 * that their lengths tell multiples only. Not its concern: where they are stored.
 */
import { SearchPage } from '@solo2/proto/vault'
import { type Codec, encode } from '../../bytes/canonical.js'
import { ensure } from '../../errors.js'
import { PROTOCOL } from '../../limits.js'
import { TOKEN_SIZE, type Token, tokenAt, writeToken } from './tokens.js'

/** A token's documents, ascending. */
export interface Posting {
  readonly token: Token
  readonly documents: readonly number[]
}

/** Heads of a page's three fields, and of the padding. */
const HEADS = 16

/** Pages of at most `SEARCH_PAGE_BYTES` each, unless one token's documents are more. `postings`: by ascending tokens. */
export function* cutPages(postings: Iterable<Posting>, first: number): Generator<Posting[]> {
  let page: Posting[] = []
  let size = HEADS
  for (const posting of postings) {
    const more = sizeOf(posting, first)
    if (page.length > 0 && size + more > PROTOCOL.SEARCH_PAGE_BYTES) {
      yield page
      page = []
      size = HEADS
    }
    page.push(posting)
    size += more
  }
  if (page.length > 0) yield page
}

/** `first`: the first document of the segment. Tokens without documents are left out. */
export function packPage(postings: readonly Posting[], first: number): SearchPage {
  const held = postings.filter(({ documents }) => documents.length > 0)
  const tokens = new Uint8Array(held.length * TOKEN_SIZE)
  const lengths: number[] = []
  const all: number[] = []
  for (const [n, { token, documents }] of held.entries()) {
    writeToken(tokens, n * TOKEN_SIZE, token)
    lengths.push(documents.length)
    let before = first - 1
    for (const document of documents) {
      all.push(document - before)
      before = document
    }
  }
  return padded(SearchPage, { tokens, lengths, documents: all, padding: new Uint8Array(0) }, PROTOCOL.SEARCH_PAGE_BYTES)
}

/** Throws `storage_damaged`. */
export function unpackPage(page: SearchPage, first: number): Posting[] {
  ensureWhole(page)
  const { tokens, lengths } = page
  const out: Posting[] = []
  let from = 0
  for (const [n, length] of lengths.entries()) {
    out.push({ token: tokenAt(tokens, n * TOKEN_SIZE), documents: documentsAt(page, from, length, first) })
    from += length
  }
  return out
}

/** The documents of one token, without unpacking the others. Throws `storage_damaged`. */
export function documentsOf(page: SearchPage, token: Token, first: number): number[] {
  ensureWhole(page)
  let from = 0
  for (const [n, length] of page.lengths.entries()) {
    if (tokenAt(page.tokens, n * TOKEN_SIZE) === token) return documentsAt(page, from, length, first)
    from += length
  }
  return []
}

function documentsAt({ documents }: SearchPage, from: number, length: number, first: number): number[] {
  const out: number[] = []
  let document = first - 1
  for (let at = from; at < from + length; at++) {
    document += documents[at] as number
    out.push(document)
  }
  return out
}

function ensureWhole({ tokens, lengths, documents }: SearchPage): void {
  const sum = lengths.reduce((total, length) => total + length, 0)
  const whole = tokens.length === lengths.length * TOKEN_SIZE && sum === documents.length
  ensure(whole, 'storage_damaged', 'a page of the search index does not add up')
}

/** Tokens one behind the other, ascending. */
export function packTokens(tokens: readonly Token[]): Uint8Array {
  const out = new Uint8Array(tokens.length * TOKEN_SIZE)
  for (const [n, token] of tokens.entries()) writeToken(out, n * TOKEN_SIZE, token)
  return out
}

/** Throws `storage_damaged`. */
export function unpackTokens(bytes: Uint8Array): Token[] {
  ensure(bytes.length % TOKEN_SIZE === 0, 'storage_damaged', 'a token of the search index has 8 bytes')
  return Array.from({ length: bytes.length / TOKEN_SIZE }, (_, n) => tokenAt(bytes, n * TOKEN_SIZE))
}

/** With so many zeros that its encoding is a multiple of `step` bytes: the least for which there is a padding. */
export function padded<T extends { readonly padding: Uint8Array }>(codec: Codec<T>, message: T, step: number): T {
  const { length } = encode(codec, { ...message, padding: new Uint8Array(0) })
  for (let total = Math.ceil(length / step) * step; ; total += step) {
    const zeros = paddingFor(total - length)
    if (zeros !== undefined) return { ...message, padding: new Uint8Array(zeros) }
  }
}

/** How many zeros make a field of so many bytes, its head included; none do for 1 and 2, and where the head grows. */
function paddingFor(bytes: number): number | undefined {
  if (bytes === 0) return 0
  const zeros = [2, 3, 4].map((head) => bytes - head).find((length) => length > 0 && head(length) + length === bytes)
  return zeros
}

/** Bytes of tag and length of a field of `length` bytes. */
function head(length: number): number {
  return 1 + sizeOfNumber(length)
}

function sizeOf({ documents }: Posting, first: number): number {
  let bytes = TOKEN_SIZE + sizeOfNumber(documents.length)
  let before = first - 1
  for (const document of documents) {
    bytes += sizeOfNumber(document - before)
    before = document
  }
  return bytes
}

/** Bytes of a varint. */
function sizeOfNumber(value: number): number {
  let bytes = 1
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) bytes++
  return bytes
}
