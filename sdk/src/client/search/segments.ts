/** Segments of the search index: read page by page, written whole, and when several are to be one (11-46 to 11-48). */
import { SearchDirectory, type SearchIndex, SearchPage, type SearchSegment } from '@solo2/proto/vault'
import { ensure } from '../../errors.js'
import { CHOSEN } from '../../limits.js'
import { cutPages, type Posting, unpackPage, unpackTokens } from '../../vault/search/page.js'
import type { Token } from '../../vault/search/tokens.js'
import { type Change, numberId, type Vault } from '../vault-store.js'
import { pageId, putDirectory, putIndex, putPage, TABLE } from './records.js'

export interface SegmentSizes {
  /** Messages of a new segment. */
  readonly segment: number
  /** Segments that are merged into one. */
  readonly merged: number
}

export const SIZES: SegmentSizes = { segment: CHOSEN.SEARCH_SEGMENT_MESSAGES, merged: CHOSEN.SEARCH_MERGED_SEGMENTS }

/** Each throws `storage_damaged` for what is not there. */
export interface SegmentReader {
  /** The first token of each page; kept in memory. */
  directory(segment: number): Promise<readonly Token[]>
  page(segment: number, number: number): Promise<SearchPage>
  /** The page where a token stands, or would. */
  pageOf(segment: number, token: Token): Promise<number>
  forget(segment: number): void
  clear(): void
}

export function segmentReader(vault: Pick<Vault, 'read'>): SegmentReader {
  const directories = new Map<number, readonly Token[]>()

  async function directory(segment: number): Promise<readonly Token[]> {
    const known = directories.get(segment)
    if (known !== undefined) return known
    const record = await vault.read(TABLE.directory, numberId(segment), SearchDirectory)
    ensure(record !== undefined, 'storage_damaged', 'a directory of the search index is missing')
    const tokens = unpackTokens(record.tokens)
    directories.set(segment, tokens)
    return tokens
  }

  async function page(segment: number, number: number): Promise<SearchPage> {
    const record = await vault.read(TABLE.page, pageId(segment, number), SearchPage)
    ensure(record !== undefined, 'storage_damaged', 'a page of the search index is missing')
    return record
  }

  async function pageOf(segment: number, token: Token): Promise<number> {
    const first = await directory(segment)
    let low = 0
    for (let high = first.length; low < high; ) {
      const middle = (low + high) >> 1
      if ((first[middle] as Token) <= token) low = middle + 1
      else high = middle
    }
    return Math.max(0, low - 1)
  }

  return {
    directory,
    page,
    pageOf,
    forget(segment) {
      directories.delete(segment)
    },
    clear: () => directories.clear(),
  }
}

/** As the last of the index's segments. */
export function appendSegment(
  index: SearchIndex,
  postings: Iterable<Posting>,
  { first, count }: Pick<SearchSegment, 'first' | 'count'>,
  sizes: SegmentSizes,
): { readonly index: SearchIndex; readonly changes: Change[] } {
  const segment = index.nextSegment
  const changes: Change[] = []
  const starts: Token[] = []
  for (const held of cutPages(postings, first)) {
    changes.push(putPage(segment, starts.length, held, first))
    starts.push(held[0]?.token ?? '')
  }
  // All of them may be gone when segments are merged.
  if (starts.length === 0) return { index, changes: [putIndex(index)] }
  const segments = [...index.segments, { segment, first, count, level: levelOf(count, sizes) }]
  const next = { ...index, segments, nextSegment: segment + 1 }
  return { index: next, changes: [...changes, putDirectory(segment, starts), putIndex(next)] }
}

/** Page by page, so that not all of them are unpacked at once. */
export function* postingsIn(pages: readonly SearchPage[], first: number): Generator<Posting> {
  for (const page of pages) yield* unpackPage(page, first)
}

/** 1, and one more for each time that as many could have been merged. */
function levelOf(count: number, sizes: SegmentSizes): number {
  let level = 1
  for (let size = sizes.segment * sizes.merged; count >= size; size *= sizes.merged) level++
  return level
}

/** Where the newest segments begin that are to be one: enough of a level, with the smaller ones behind and between. */
export function mergeFrom(segments: readonly SearchSegment[], sizes: SegmentSizes): number | undefined {
  const highest = Math.max(0, ...segments.map(({ level }) => level))
  for (let level = 1; level <= highest; level++) {
    let from = segments.length
    while (from > 0 && (segments[from - 1]?.level ?? 0) <= level) from--
    const same = segments.slice(from).filter((segment) => segment.level === level)
    if (same.length >= sizes.merged) return from
  }
  return undefined
}
