/**
 * The search index in the vault (spec/11, Search): new messages as entries, 256 of them folded into a segment, eight
 * segments merged into one. Each call plans from the state that the last commit left; the caller runs one at a time.
 * Not its concern: what the messages are.
 */
import { SearchEntry, SearchIndex, type SearchSegment } from '@solo2/proto/vault'
import { fromHex, toHex, wipe } from '../../bytes/bytes.js'
import type { Primitives } from '../../env.js'
import { ensure, Solo2Error } from '../../errors.js'
import { intersection, mergePostings, postingsOf } from '../../vault/search/merge.js'
import { documentsOf, unpackTokens } from '../../vault/search/page.js'
import { type Token, termsOf, tokenOf } from '../../vault/search/tokens.js'
import type { Change, Vault } from '../vault-store.js'
import { type Documents, loadDocuments, type Place } from './documents.js'
import { createEdits } from './edits.js'
import {
  EMPTY_INDEX,
  type Entry,
  INDEX_ID,
  INDEX_VERSION,
  putEntry,
  putIndex,
  removeEntry,
  removeSegment,
  TABLE,
} from './records.js'
import { appendSegment, mergeFrom, postingsIn, type SegmentSizes, SIZES, segmentReader } from './segments.js'

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
  /** The index has its record in the vault. */
  readonly isStored: boolean
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
  readonly sizes?: SegmentSizes
}

/** Words of a filling that are remembered, a few megabytes. */
const KNOWN_TERMS = 32_768

/** What is missing, damaged or of another version is an index that is to be rebuilt. */
export async function openIndexStore({
  vault,
  primitives,
  hasMessages,
  sizes = SIZES,
}: OpenIndex): Promise<IndexStore> {
  const key = vault.searchKey()
  const segments = segmentReader(vault)
  /** While the index is filled: the last position of each conversation that is in it. */
  const reached = new Map<string, number>()
  /** While the index is filled: the tokens of words that come up again and again. */
  const known = new Map<string, Token>()
  let state: State
  try {
    state = await loaded()
  } catch (error) {
    ensureDamage(error)
    state = { index: { ...EMPTY_INDEX, rebuilding: true }, isStored: false, entries: new Map(), documents: undefined }
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
    return { index: index ?? EMPTY_INDEX, isStored: index !== undefined, entries, documents: undefined }
  }

  function tokensOf(text: string, of = (term: string) => tokenOf(primitives, key, term)): Token[] {
    return [...new Set(termsOf(text).map(of))].sort()
  }

  function knownToken(term: string): Token {
    const token = known.get(term) ?? tokenOf(primitives, key, term)
    if (known.size >= KNOWN_TERMS) known.clear()
    known.set(term, token)
    return token
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
    const edits = createEdits(segments)
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
    // Also where no message has a word: the next start must not take the index for a lost one.
    if (!state.isStored) changes.push(putIndex(state.index))
    changes.push(...(await edits.changes()))
    if (gone.length === 0) return plan({ ...state, entries, isStored: true }, changes)
    const kept = (await documents()).with(gone.map((document) => [document, undefined]))
    return plan({ ...state, entries, isStored: true, documents: kept.documents }, [...changes, ...kept.changes])
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
    if (last === 0)
      return plan({ ...state, index: { ...index, rebuilding }, isStored: true }, [putIndex({ ...index, rebuilding })])
    const conversations = index.conversations.map(toHex)
    for (const { conversation } of entries) if (!conversations.includes(conversation)) conversations.push(conversation)
    const next = { ...index, rebuilding, conversations: conversations.map(fromHex) }
    const written = appendSegment(next, postingsOf(entries), { first, count: last - first + 1 }, sizes)
    const places = (await documents()).with(
      entries.map(({ document, conversation, position }) => [document, placeOf(next, conversation, position)]),
    )
    const kept: State = { index: written.index, isStored: true, entries: new Map(), documents: places.documents }
    const removed = [...state.entries.keys()].map(removeEntry)
    return plan(kept, [...written.changes, ...places.changes, ...removed])
  }

  async function merge(from: number): Promise<Plan> {
    const { index } = state
    const merged = index.segments.slice(from)
    const removed: Change[] = []
    const readers = await Promise.all(
      merged.map(async ({ segment, first }) => {
        const starts = await segments.directory(segment)
        removed.push(...removeSegment(segment, starts.length))
        const pages = await Promise.all(starts.map((_, number) => segments.page(segment, number)))
        return postingsIn(pages, first)
      }),
    )
    const first = merged[0]?.first ?? 0
    const count = lastFolded(index) - first + 1
    const rest = { ...index, segments: index.segments.slice(0, from) }
    const written = appendSegment(rest, mergePostings(readers), { first, count }, sizes)
    return plan({ ...state, index: written.index }, [...written.changes, ...removed], () => {
      for (const { segment } of merged) segments.forget(segment)
    })
  }

  return {
    get isWhole() {
      return !state.index.rebuilding
    },
    lose() {
      const index = { ...state.index, rebuilding: true }
      return plan({ ...state, index, isStored: true }, [putIndex(index)], () => reached.clear())
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
          tokens.map(async (token) =>
            documentsOf(await segments.page(segment, await segments.pageOf(segment, token)), token, first),
          ),
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
      const { rebuilding, segments: all } = state.index
      if (entries.length >= sizes.segment) return fold(entries, rebuilding)
      const from = mergeFrom(all, sizes)
      return from === undefined ? undefined : merge(from)
    },
    async clear() {
      const changes: Change[] = []
      for (const table of Object.values(TABLE)) {
        for (const id of await vault.ids(table)) changes.push({ table, id, value: undefined })
      }
      const index = { ...EMPTY_INDEX, rebuilding: true }
      return plan(
        { index, isStored: true, entries: new Map(), documents: undefined },
        [...changes, putIndex(index)],
        () => {
          segments.clear()
          reached.clear()
        },
      )
    },
    async fill(messages, isLast) {
      let document = nextDocument()
      const entries = [...state.entries.values()]
      for (const { conversation, position, after } of messages) {
        const tokens = tokensOf(after, knownToken)
        if (tokens.length > 0) entries.push({ document: document++, conversation, position, tokens })
      }
      const folded = await fold(entries, !isLast)
      return {
        changes: folded.changes,
        done() {
          folded.done()
          for (const { conversation, position } of messages) reached.set(conversation, position)
          if (isLast) known.clear()
        },
      }
    },
    close() {
      known.clear()
      wipe(key)
    },
  }
}

/** What is not damage goes on up. */
function ensureDamage(error: unknown): void {
  if (!(error instanceof Solo2Error) || error.code !== 'storage_damaged') throw error
}
