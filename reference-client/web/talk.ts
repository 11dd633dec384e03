/** What conversations have beside what was said: an answer or an edit that is being written, quotes, a look at the past, a place, search. */
import type { Coordinates, Message, SearchHit } from './sdk.js'
import type { Problem } from './state.js'

export type Composing =
  | { readonly kind: 'reply'; readonly message: Message }
  /** The text in place of the draft, which stays. */
  | { readonly kind: 'edit'; readonly message: Message; readonly text: string }

/** A message that others answer and that is not among those on the screen. */
export type Quote = Message | 'looking' | 'missing'

/** A part of the past that was jumped to, while the newest messages stay where they are. */
export interface Window {
  readonly messages: readonly Message[]
  /** Whether there may be earlier ones. */
  readonly earlier: boolean
}

export type PlaceTask =
  | { readonly contact: string; readonly stage: 'measuring' }
  | { readonly contact: string; readonly stage: 'measured'; readonly place: Coordinates }
  | { readonly contact: string; readonly stage: 'failed'; readonly reason: PlaceProblem }

export type PlaceProblem = 'denied' | 'unavailable' | 'timeout'

export type HitView = Omit<SearchHit, 'contact'> & { readonly contact: string }

export interface SearchView {
  readonly text: string
  readonly searching: boolean
  readonly hits: readonly HitView[]
  /** There may be older ones. */
  readonly more: boolean
  /** False while the index is made anew. */
  readonly isWhole: boolean
  readonly problem?: Problem
}

export interface Talk {
  readonly composing: Readonly<Record<string, Composing>>
  /** By the id of the message that is quoted. */
  readonly quotes: Readonly<Record<string, Quote>>
  readonly windows: Readonly<Record<string, Window>>
  /** What is to be brought into sight; the key tells one wish from the next. */
  readonly target: { readonly contact: string; readonly id: string; readonly key: number } | undefined
  /** By contact, the last message that was marked as read. */
  readonly marked: Readonly<Record<string, string>>
  /** Whether the page can be seen: what nobody can see is not read. */
  readonly visible: boolean
  readonly place: PlaceTask | undefined
  readonly search: SearchView
}

export const NO_SEARCH: SearchView = { text: '', searching: false, hits: [], more: false, isWhole: true }

export const NO_TALK: Talk = {
  composing: {},
  quotes: {},
  windows: {},
  target: undefined,
  marked: {},
  visible: true,
  place: undefined,
  search: NO_SEARCH,
}

/** As it is when the person goes to another screen. */
export function left(talk: Talk): Talk {
  return { ...talk, windows: {}, target: undefined, place: undefined }
}

/** Adds what is not known, in the order of positions. What is known stays: receipts alone change it, looks lag behind. */
export function merged(known: readonly Message[], more: readonly Message[]): Message[] {
  const ids = new Set(known.map(({ id }) => id))
  return [...known, ...more.filter(({ id }) => !ids.has(id))].sort((a, b) => a.position - b.position)
}

/** After a message changed. Nothing deleted is answered or edited any more. */
export function renewed(talk: Talk, message: Message): Talk {
  const { id, contact, body } = message
  const window = talk.windows[contact]
  const composing = talk.composing[contact]
  const isOver = composing?.message.id === id && body.kind === 'deleted'
  return {
    ...talk,
    ...(id in talk.quotes && { quotes: { ...talk.quotes, [id]: message } }),
    ...(window !== undefined && {
      windows: {
        ...talk.windows,
        [contact]: { ...window, messages: window.messages.map((one) => (one.id === id ? message : one)) },
      },
    }),
    ...(isOver && { composing: omit(talk.composing, contact) }),
  }
}

/** After messages disappeared. */
export function without(talk: Talk, contact: string, ids: readonly string[]): Talk {
  const window = talk.windows[contact]
  const composing = talk.composing[contact]
  const missing = Object.fromEntries(ids.map((id): [string, Quote] => [id, 'missing']))
  return {
    ...talk,
    quotes: { ...talk.quotes, ...missing },
    ...(window !== undefined && {
      windows: {
        ...talk.windows,
        [contact]: { ...window, messages: window.messages.filter(({ id }) => !ids.includes(id)) },
      },
    }),
    ...(composing !== undefined && ids.includes(composing.message.id) && { composing: omit(talk.composing, contact) }),
    search: { ...talk.search, hits: talk.search.hits.filter(({ message }) => !ids.includes(message.id)) },
  }
}

/** After a contact was removed: nothing that was said is kept. */
export function parted(talk: Talk, contact: string): Talk {
  const quotes = Object.entries(talk.quotes).filter(
    ([, quote]) => typeof quote === 'string' || quote.contact !== contact,
  )
  return {
    ...talk,
    composing: omit(talk.composing, contact),
    quotes: Object.fromEntries(quotes),
    windows: omit(talk.windows, contact),
    marked: omit(talk.marked, contact),
    search: { ...talk.search, hits: talk.search.hits.filter((hit) => hit.contact !== contact) },
  }
}

export function omit<T>(record: Readonly<Record<string, T>>, key: string): Record<string, T> {
  const { [key]: _omitted, ...others } = record
  return others
}
