/** Postings of one segment out of entries, or out of the pages of several segments (11-46, 11-48). */
import type { Posting } from './page.js'
import type { Token } from './tokens.js'

/** A document and its tokens. */
export interface Tokened {
  readonly document: number
  readonly tokens: readonly Token[]
}

/** By ascending tokens. `entries`: by ascending documents. */
export function postingsOf(entries: Iterable<Tokened>): Posting[] {
  const lists = new Map<Token, number[]>()
  for (const { document, tokens } of entries) {
    for (const token of tokens) {
      const list = lists.get(token)
      if (list === undefined) lists.set(token, [document])
      else list.push(document)
    }
  }
  return [...lists].sort(([a], [b]) => (a < b ? -1 : 1)).map(([token, documents]) => ({ token, documents }))
}

/** All of several segments, by ascending tokens. `segments`: by ascending documents, each by ascending tokens. */
export function* mergePostings(segments: readonly Iterable<Posting>[]): Generator<Posting> {
  const readers = segments.map((segment) => segment[Symbol.iterator]())
  const heads = readers.map((reader) => reader.next())
  for (;;) {
    let token: Token | undefined
    for (const head of heads)
      if (!head.done && (token === undefined || head.value.token < token)) token = head.value.token
    if (token === undefined) return
    const documents: number[] = []
    for (const [n, head] of heads.entries()) {
      if (head.done || head.value.token !== token) continue
      for (const document of head.value.documents) documents.push(document)
      heads[n] = (readers[n] as Iterator<Posting>).next()
    }
    yield { token, documents }
  }
}

/** What all lists have in common, descending. Each list ascends. */
export function intersection(lists: readonly (readonly number[])[]): number[] {
  const [shortest, ...others] = [...lists].sort((a, b) => a.length - b.length)
  return (shortest ?? []).filter((document) => others.every((list) => holds(list, document))).reverse()
}

function holds(list: readonly number[], wanted: number): boolean {
  let low = 0
  for (let high = list.length; low < high; ) {
    const middle = (low + high) >> 1
    if ((list[middle] as number) < wanted) low = middle + 1
    else high = middle
  }
  return list[low] === wanted
}
