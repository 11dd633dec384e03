/** Which messages the documents of the index are: all of them in memory, a few bytes each, once they were asked for. */
import { SearchDocuments } from '@solo2/proto/vault'
import { ensure } from '../../errors.js'
import { PROTOCOL } from '../../limits.js'
import { type Change, numberId, type Vault } from '../vault-store.js'
import { putDocuments, TABLE } from './records.js'

const PAGE = PROTOCOL.SEARCH_DOCUMENTS

/** `conversation`: by place in the index's list, from 1. */
export interface Place {
  readonly conversation: number
  readonly position: number
}

export interface Documents {
  at(document: number): Place | undefined
  find(place: Place): number | undefined
  /** As they will be; `this` stays as it is. */
  with(places: Iterable<readonly [document: number, place: Place | undefined]>): {
    readonly documents: Documents
    readonly changes: readonly Change[]
  }
}

interface Page {
  readonly conversations: readonly number[]
  readonly positions: readonly number[]
}

/** `last`: the last document of the last segment, 0 if there is none. Throws `storage_damaged`. */
export async function loadDocuments(vault: Vault, last: number): Promise<Documents> {
  const numbers = Array.from({ length: Math.ceil(last / PAGE) }, (_, page) => page)
  const pages = await Promise.all(
    numbers.map(async (page) => {
      const record = await vault.read(TABLE.document, numberId(page), SearchDocuments)
      const whole = record !== undefined && record.conversations.length === record.positions.length
      ensure(whole, 'storage_damaged', 'a page of the search index is missing')
      return record
    }),
  )
  return documentsOver(pages)
}

function documentsOver(pages: readonly Page[]): Documents {
  return {
    at(document) {
      const page = pages[Math.floor((document - 1) / PAGE)]
      const slot = (document - 1) % PAGE
      const conversation = page?.conversations[slot] ?? 0
      return conversation === 0 ? undefined : { conversation, position: page?.positions[slot] ?? 0 }
    },
    find({ conversation, position }) {
      for (const [n, { conversations, positions }] of pages.entries()) {
        for (let slot = positions.indexOf(position); slot >= 0; slot = positions.indexOf(position, slot + 1)) {
          if (conversations[slot] === conversation) return n * PAGE + slot + 1
        }
      }
      return undefined
    },
    with(places) {
      const next = [...pages]
      const touched = new Map<number, { conversations: number[]; positions: number[] }>()
      function slots(number: number) {
        const known = touched.get(number)
        if (known !== undefined) return known
        const { conversations = [], positions = [] } = next[number] ?? {}
        const fresh = { conversations: [...conversations], positions: [...positions] }
        touched.set(number, fresh)
        next[number] = fresh
        return fresh
      }
      for (const [document, place] of places) {
        for (let number = next.length; number * PAGE < document; number++) slots(number)
        const page = slots(Math.floor((document - 1) / PAGE))
        const slot = (document - 1) % PAGE
        while (page.positions.length <= slot) {
          page.conversations.push(0)
          page.positions.push(0)
        }
        page.conversations[slot] = place?.conversation ?? 0
        page.positions[slot] = place?.position ?? 0
      }
      const changes = [...touched].map(([number, { conversations, positions }]) =>
        putDocuments(number, conversations, positions),
      )
      return { documents: documentsOver(next), changes }
    },
  }
}
