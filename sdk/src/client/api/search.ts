/** The facade's types of search (spec/11, Search). */
import type { CallProgress, Contact, Message, Notes } from '../api.js'

/** Narrows a search. */
export interface SearchCall {
  /** Only messages with this contact, or the notes. Rejects with `not_found`. */
  readonly contact?: string
  /** At most so many hits; 20 if not given. */
  readonly limit?: number
  /** Only hits that are older than this `order`: the next page. */
  readonly before?: number
  readonly signal?: AbortSignal
}

/** One message that was found. */
export interface SearchHit {
  /** Higher the later this device stored the message; the index gives other ones when it is rebuilt. */
  readonly order: number
  readonly contact: Contact | Notes
  readonly message: Message
  /** What was found in the message's text or file name: code units, the end not included. */
  readonly ranges: readonly { readonly start: number; readonly end: number }[]
}

/** One page of hits. */
export interface SearchResult {
  /** Newest first. */
  readonly hits: readonly SearchHit[]
  /** False while the index is rebuilt: there may be more. */
  readonly isWhole: boolean
}

/** Messages that are in the index again. `total` 0: nothing is being done; what is still missing waits for the next start. */
export interface RebuildProgress {
  readonly done: number
  readonly total: number
}

/** How far the rebuilding came. */
export interface RebuildCall extends CallProgress {
  /** Called as often as it changes. */
  readonly onProgress?: (progress: RebuildProgress) => void
}

/** All messages on this device, by the beginnings of their words (spec/11, Search). */
export interface Search {
  /** Messages that have each word of the query. Without a word there are none. */
  search(query: string, call?: SearchCall): Promise<SearchResult>
  /**
   * Makes the index anew from the messages. What is damaged or missing is rebuilt without being asked; the event `search`
   * tells how far either is, and at last `done` of as many. Rejects with `cancelled`.
   */
  rebuildSearch(call?: RebuildCall): Promise<void>
}
