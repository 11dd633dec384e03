/**
 * The search index in the vault (spec/11, Search): new messages as entries, 256 of them folded into a segment, eight
 * segments merged into one. Each call plans from the state that the last commit left; the caller runs one at a time.
 * Not its concern: what the messages are.
 */
import { SearchDirectory, SearchEntry, SearchIndex, SearchPage, type SearchSegment } from '@solo2/proto/vault'
import { fromHex, toHex, wipe } from '../../bytes/bytes.js'
import type { Primitives } from '../../env.js'
import { ensure, Solo2Error } from '../../errors.js'
import { CHOSEN } from '../../limits.js'
import { intersection, mergePostings, postingsOf } from '../../vault/search/merge.js'
import { cutPages, documentsOf, type Posting, unpackPage, unpackTokens } from '../../vault/search/page.js'
import { termsOf, tokenOf } from '../../vault/search/tokens.js'
import type { Change, Vault } from '../vault-store.js'
import { type Documents, loadDocuments, type Place } from './documents.js'
import { createEdits } from './edits.js'
import {
  EMPTY_INDEX,
  type Entry,
  INDEX_ID,
  INDEX_VERSION,
  numberId,
  pageId,
  putDirectory,
  putEntry,
  putIndex,
  putPage,
  removeEntry,
  removeSegment,
  TABLE,
} from './records.js'

/** A message before and after a commit; without words it is in no index. */
export interface Revision {
  /** Hex. */
  readonly conversation: string
  readonly position: number
  readonly before: string
  readonly after: string
}

/** Changes that a commit shall make; once it has, `done` makes the next plan start from them. */
export interface Plan {
  readonly changes: readonly Change[]
  done(): void
}

export interface Query {
  readonly terms: readonly string[]
  /** Hex. */
  readonly conversation?: string | undefined
  /** Only documents with a lower number. */
  readonly before: number
  readonly limit: number
}

export interface Found {
  readonly document: number
  readonly conversation: string
  readonly position: number
}

export interface IndexStore {
  /** Every message is in it. */
  readonly isWhole: boolean
  /** It is to be rebuilt: something of it is damaged. */
  lose(): Plan
  revise(revisions: readonly Revision[]): Promise<Plan>
  /** Newest first. Throws `storage_damaged`. */
  find(query: Query): Promise<Found[]>
  /** What would keep the index in order, if anything would. */
  upkeep(): Promise<Plan | undefined>
  /** An index without any message, to be filled. */
  clear(): Promise<Plan>
  /** Adds messages in their order, after a `clear`. `isLast`: it is whole then. */
  fill(messages: readonly Omit<Revision, 'before'>[], isLast: boolean): Promise<Plan>
  close(): void
}

interface State {
  readonly index: SearchIndex
  /** By ascending documents. */
  readonly entries: ReadonlyMap<number, Entry>
  /** Undefined until asked for. */
  readonly documents: Documents | undefined
}

export interface OpenIndex {
  /** The bare one. */
  readonly vault: Vault
  readonly primitives: Primitives
  /** Whether the vault has any message. */
  hasMessages(): Promise<boolean>
  /** Messages of a segment, and segments that are merged into one. */
  readonly sizes?: { readonly segment: number; readonly merged: number }
}

const SIZES = { segment: CHOSEN.SEARCH_SEGMENT_MESSAGES, merged: CHOSEN.SEARCH_MERGED_SEGMENTS }

/** What is missing, damaged or of another version is an index that is to be rebuilt. */
export async function openIndexStore({
  vault,
  primitives,
  hasMessages,
  sizes = SIZES,
}: OpenIndex): Promise<IndexStore> {
  const key = vault.searchKey()
  const directories = new Map<number, readonly string[]>()
  /** While the index is filled: the last position of each conversation that is in it. */
  const reached = new Map<string, number>()
  let state: State
  try {
    state = await loaded()
  } catch (error) {
    ensureDamage(error)
    state = { index: { ...EMPTY_INDEX, rebuilding: true }, entries: new Map(), documents: undefined }
  }

  async function loaded(): Promise<State> {
    const index = await vault.read(TABLE.index, INDEX_ID, SearchIndex)
    const isKnown = index === undefined || index.version === INDEX_VERSION
    ensure(isKnown, 'storage_damaged', 'a search index of another version')
    const entries = new Map<number, Entry>()
    for (const [id, { conversation, position, tokens }] of await vault.entries(TABLE.entry, SearchEntry)) {
      const document = Number(id)
      entries.set(document, { document, conversation: toHex(conversation), position, tokens: unpackTokens(tokens) })
    }
    const isNew = index === undefined && entries.size === 0 && !(await hasMessages())
    ensure(index !== undefined || isNew, 'storage_damaged', 'the search index is gone')
    return { index: index ?? EMPTY_INDEX, entries, documents: undefined }
  }

  function tokensOf(text: string): string[] {
    return [...new Set(termsOf(text).map((term) => tokenOf(primitives, key, term)))].sort()
  }

  function lastFolded({ segments }: SearchIndex): number {
    const last = segments.at(-1)
    return last === undefined ? 0 : last.first + last.count - 1
  }

  function nextDocument(): number {
    return Math.max(lastFolded(state.index), [...state.entries.keys()].at(-1) ?? 0) + 1
  }

  async function documents(): Promise<Documents> {
    const all = state.documents ?? (await loadDocuments(vault, lastFolded(state.index)))
    state = { ...state, documents: all }
    return all
  }

  function placeOf({ conversations }: SearchIndex, conversation: string, position: number): Place | undefined {
    const at = conversations.findIndex((known) => toHex(known) === conversation)
    return at < 0 ? undefined : { conversation: at + 1, position }
  }

  async function directory(segment: number): Promise<readonly string[]> {
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

  /** The page where a token stands, or would. */
  async function pageOf(segment: number, token: string): Promise<number> {
    const first = await directory(segment)
    let low = 0
    for (let high = first.length; low < high; ) {
      const middle = (low + high) >> 1
      if ((first[middle] as string) <= token) low = middle + 1
      else high = middle
    }
    return Math.max(0, low - 1)
  }

  function plan(next: State, changes: readonly Change[], done?: () => void): Plan {
    return {
      changes,
      done() {
        state = next
        done?.()
      },
    }
  }

  async function revise(revisions: readonly Revision[]): Promise<Plan> {
    const entries = new Map(state.entries)
    const byPlace = new Map([...entries.values()].map((entry) => [`${entry.conversation}/${entry.position}`, entry]))
    const changes: Change[] = []
    const edits = createEdits({ page, pageOf })
    const gone: number[] = []
    let next = nextDocument()

    function write(entry: Entry): void {
      entries.set(entry.document, entry)
      changes.push(putEntry(entry))
    }

    for (const { conversation, position, before, after } of revisions) {
      if (before === after) continue
      const had = tokensOf(before)
      const tokens = tokensOf(after)
      const entry = byPlace.get(`${conversation}/${position}`)
      if (entry !== undefined && tokens.length > 0) {
        write({ ...entry, tokens })
      } else if (entry !== undefined) {
        entries.delete(entry.document)
        changes.push(removeEntry(entry.document))
      } else {
        const place = placeOf(state.index, conversation, position)
        const document = had.length === 0 || !place ? undefined : (await documents()).find(place)
        if (document !== undefined) {
          edits.replace(segmentOf(document), document, had, tokens)
          if (tokens.length === 0) gone.push(document)
        } else if (tokens.length > 0 && !isAhead(conversation, position)) {
          write({ document: next++, conversation, position, tokens })
        }
      }
    }
    if (changes.length > 0 && nextDocument() === 1) changes.push(putIndex(state.index))
    changes.push(...(await edits.changes()))
    if (gone.length === 0) return plan({ ...state, entries }, changes)
    const kept = (await documents()).with(gone.map((document) => [document, undefined]))
    return plan({ ...state, entries, documents: kept.documents }, [...changes, ...kept.changes])
  }

  /** What fills the index comes to this message by itself. */
  function isAhead(conversation: string, position: number): boolean {
    return state.index.rebuilding && position > (reached.get(conversation) ?? 0)
  }

  function segmentOf(document: number): SearchSegment {
    const segment = state.index.segments.find(({ first, count }) => document >= first && document < first + count)
    ensure(segment !== undefined, 'storage_damaged', 'a document of the search index is in no segment')
    return segment
  }

  /** All entries as one segment. */
  async function fold(entries: readonly Entry[], rebuilding: boolean): Promise<Plan> {
    const { index } = state
    const first = entries[0]?.document ?? 0
    const last = entries.at(-1)?.document ?? 0
    if (last === 0) return plan({ ...state, index: { ...index, rebuilding } }, [putIndex({ ...index, rebuilding })])
    const conversations = index.conversations.map(toHex)
    for (const { conversation } of entries) if (!conversations.includes(conversation)) conversations.push(conversation)
    const next = { ...index, rebuilding, conversations: conversations.map(fromHex) }
    const written = writeSegment(next, postingsOf(entries), { first, count: last - first + 1 })
    const places = (await documents()).with(
      entries.map(({ document, conversation, position }) => [document, placeOf(next, conversation, position)]),
    )
    const kept: State = { index: written.index, entries: new Map(), documents: places.documents }
    const removed = [...state.entries.keys()].map(removeEntry)
    return plan(kept, [...written.changes, ...places.changes, ...removed])
  }

  /** As the last of the index's segments. */
  function writeSegment(
    index: SearchIndex,
    postings: Iterable<Posting>,
    { first, count }: Pick<SearchSegment, 'first' | 'count'>,
  ): { readonly index: SearchIndex; readonly changes: Change[] } {
    const segment = index.nextSegment
    const changes: Change[] = []
    const starts: string[] = []
    for (const held of cutPages(postings, first)) {
      changes.push(putPage(segment, starts.length, held, first))
      starts.push(held[0]?.token ?? '')
    }
    // All of them may be gone when segments are merged.
    if (starts.length === 0) return { index, changes: [putIndex(index)] }
    const segments = [...index.segments, { segment, first, count, level: levelOf(count) }]
    const next = { ...index, segments, nextSegment: segment + 1 }
    return { index: next, changes: [...changes, putDirectory(segment, starts), putIndex(next)] }
  }

  /** 1, and one more for each time that as many could have been merged. */
  function levelOf(count: number): number {
    let level = 1
    for (let size = sizes.segment * sizes.merged; count >= size; size *= sizes.merged) level++
    return level
  }

  /** Where the newest segments begin that are to be one: enough of a level, with the smaller ones behind and between. */
  function mergeFrom(segments: readonly SearchSegment[]): number | undefined {
    const highest = Math.max(0, ...segments.map(({ level }) => level))
    for (let level = 1; level <= highest; level++) {
      let from = segments.length
      while (from > 0 && (segments[from - 1]?.level ?? 0) <= level) from--
      const same = segments.slice(from).filter((segment) => segment.level === level)
      if (same.length >= sizes.merged) return from
    }
    return undefined
  }

  async function merge(from: number): Promise<Plan> {
    const { index } = state
    const merged = index.segments.slice(from)
    const removed: Change[] = []
    const readers = await Promise.all(
      merged.map(async ({ segment, first }) => {
        const starts = await directory(segment)
        removed.push(...removeSegment(segment, starts.length))
        const pages = await Promise.all(starts.map((_, number) => page(segment, number)))
        return unpacked(pages, first)
      }),
    )
    const first = merged[0]?.first ?? 0
    const count = lastFolded(index) - first + 1
    const rest = { ...index, segments: index.segments.slice(0, from) }
    const written = writeSegment(rest, mergePostings(readers), { first, count })
    return plan({ ...state, index: written.index }, [...written.changes, ...removed], () => {
      for (const { segment } of merged) directories.delete(segment)
    })
  }

  return {
    get isWhole() {
      return !state.index.rebuilding
    },
    lose() {
      const index = { ...state.index, rebuilding: true }
      return plan({ ...state, index }, [putIndex(index)], () => reached.clear())
    },
    revise,
    async find({ terms, conversation, before, limit }) {
      const { index } = state
      const tokens = terms.map((term) => tokenOf(primitives, key, term))
      const out: Found[] = []
      for (const entry of [...state.entries.values()].reverse()) {
        if (out.length === limit) return out
        if (entry.document >= before || (conversation ?? entry.conversation) !== entry.conversation) continue
        if (tokens.every((token) => entry.tokens.includes(token))) out.push(entry)
      }
      for (const { segment, first } of [...index.segments].reverse()) {
        if (out.length === limit) return out
        if (first >= before) continue
        const lists = await Promise.all(
          tokens.map(async (token) => documentsOf(await page(segment, await pageOf(segment, token)), token, first)),
        )
        const places = await documents()
        for (const document of intersection(lists)) {
          if (out.length === limit) break
          const place = document < before ? places.at(document) : undefined
          const named = index.conversations[(place?.conversation ?? 0) - 1]
          if (place === undefined || named === undefined) continue
          const found = { document, conversation: toHex(named), position: place.position }
          if ((conversation ?? found.conversation) === found.conversation) out.push(found)
        }
      }
      return out
    },
    async upkeep() {
      const entries = [...state.entries.values()]
      const { rebuilding, segments } = state.index
      if (entries.length >= sizes.segment) return fold(entries, rebuilding)
      const from = mergeFrom(segments)
      return from === undefined ? undefined : merge(from)
    },
    async clear() {
      const changes: Change[] = []
      for (const table of Object.values(TABLE)) {
        for (const id of await vault.ids(table)) changes.push({ table, id, value: undefined })
      }
      const index = { ...EMPTY_INDEX, rebuilding: true }
      return plan({ index, entries: new Map(), documents: undefined }, [...changes, putIndex(index)], () => {
        directories.clear()
        reached.clear()
      })
    },
    async fill(messages, isLast) {
      let document = nextDocument()
      const entries = [...state.entries.values()]
      for (const { conversation, position, after } of messages) {
        const tokens = tokensOf(after)
        if (tokens.length > 0) entries.push({ document: document++, conversation, position, tokens })
      }
      const folded = await fold(entries, !isLast)
      return {
        changes: folded.changes,
        done() {
          folded.done()
          for (const { conversation, position } of messages) reached.set(conversation, position)
        },
      }
    },
    close() {
      wipe(key)
    },
  }
}

function* unpacked(pages: readonly SearchPage[], first: number): Generator<Posting> {
  for (const page of pages) yield* unpackPage(page, first)
}

/** What is not damage goes on up. */
function ensureDamage(error: unknown): void {
  if (!(error instanceof Solo2Error) || error.code !== 'storage_damaged') throw error
}
