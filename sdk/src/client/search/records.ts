/** The tables of the search index (spec/11, Search), as changes of a commit. */
import { SearchDirectory, SearchDocuments, SearchEntry, SearchIndex, SearchPage } from '@solo2/proto/vault'
import { fromHex } from '../../bytes/bytes.js'
import { PROTOCOL } from '../../limits.js'
import type { Posting } from '../../vault/search/page.js'
import { packPage, packTokens, padded } from '../../vault/search/page.js'
import type { Token } from '../../vault/search/tokens.js'
import { type Change, numberId, put, remove } from '../vault-store.js'

export const TABLE = {
  index: 'search',
  entry: 'search/entry',
  directory: 'search/directory',
  page: 'search/page',
  document: 'search/document',
} as const

export const INDEX_ID = 'index'
export const INDEX_VERSION = 1

/** A message and its tokens, which ascend. */
export interface Entry {
  readonly document: number
  /** Hex. */
  readonly conversation: string
  readonly position: number
  readonly tokens: readonly Token[]
}

export const EMPTY_INDEX: SearchIndex = {
  version: INDEX_VERSION,
  rebuilding: false,
  conversations: [],
  segments: [],
  nextSegment: 1,
}

const NONE = new Uint8Array(0)

export function pageId(segment: number, page: number): string {
  return numberId(segment) + numberId(page)
}

export function putIndex(index: SearchIndex): Change {
  return put(TABLE.index, INDEX_ID, SearchIndex, index)
}

export function putEntry({ document, conversation, position, tokens }: Entry): Change {
  const entry = { conversation: fromHex(conversation), position, tokens: packTokens(tokens), padding: NONE }
  return put(TABLE.entry, numberId(document), SearchEntry, padded(SearchEntry, entry, PROTOCOL.SEARCH_ENTRY_BYTES))
}

export function removeEntry(document: number): Change {
  return remove(TABLE.entry, numberId(document))
}

/** `first`: the first document of the segment. */
export function putPage(segment: number, page: number, postings: readonly Posting[], first: number): Change {
  return put(TABLE.page, pageId(segment, page), SearchPage, packPage(postings, first))
}

/** `directory`: the first token of each page. */
export function putDirectory(segment: number, directory: readonly Token[]): Change {
  return put(TABLE.directory, numberId(segment), SearchDirectory, { tokens: packTokens(directory) })
}

export function removeSegment(segment: number, pages: number): Change[] {
  const all = Array.from({ length: pages }, (_, page) => remove(TABLE.page, pageId(segment, page)))
  return [remove(TABLE.directory, numberId(segment)), ...all]
}

export function putDocuments(page: number, conversations: readonly number[], positions: readonly number[]): Change {
  const documents = { conversations: [...conversations], positions: [...positions], padding: NONE }
  const record = padded(SearchDocuments, documents, PROTOCOL.SEARCH_PAGE_BYTES)
  return put(TABLE.document, numberId(page), SearchDocuments, record)
}
