/** Search as an application sees it: hits with their messages, newest first, and the index that is behind them. */
import type { Primitives } from '../../env.js'
import { ensure, Solo2Error } from '../../errors.js'
import { rangesOf, termsOfQuery } from '../../vault/search/tokens.js'
import type {
  Contact,
  Message,
  Notes,
  RebuildCall,
  RebuildProgress,
  Search,
  SearchCall,
  SearchHit,
  SearchResult,
} from '../api.js'
import type { Vault } from '../vault-store.js'
import { type Found, openIndexStore } from './index-store.js'
import { indexedVault, isDamage } from './indexed-vault.js'
import { conversationsOf, rebuild } from './rebuild.js'

const DEFAULT_LIMIT = 20

/** A contact or the notes, and the name of the tables. */
export interface Searched {
  readonly conversation: string
  readonly view: Contact | Notes
}

export interface SearchOptions {
  readonly vault: Vault
  readonly primitives: Primitives
  contacts(): Iterable<Searched>
  /** The index is being made anew, by itself or because somebody asked. */
  onRebuild(progress: RebuildProgress): void
}

export interface OpenSearch {
  /** In the place of the bare one, which it closes. */
  readonly vault: Vault
  readonly calls: Search
  /** Rebuilds in the background what is not whole. */
  begin(): void
}

export async function openSearch({ vault: bare, primitives, contacts, onRebuild }: SearchOptions): Promise<OpenSearch> {
  const index = await openIndexStore({
    vault: bare,
    primitives,
    async hasMessages() {
      for (const conversation of await conversationsOf(bare)) {
        if ((await bare.ids(`message/${conversation}`)).length > 0) return true
      }
      return false
    },
  })
  const vault = indexedVault(bare, index, begin)
  let running: { stop(): void; readonly over: Promise<void> } | undefined
  let closed = false

  /** One at a time: a later call takes the place of an earlier one. */
  async function rebuildSearch({ onProgress, signal }: RebuildCall = {}): Promise<void> {
    const before = running
    let stopped = false
    before?.stop()
    const over = (async () => {
      await before?.over.catch(() => undefined)
      const isStopped = () => stopped || closed || signal?.aborted === true
      await rebuild({
        vault,
        index,
        isStopped,
        onProgress(progress) {
          onRebuild(progress)
          onProgress?.(progress)
        },
      })
    })()
    const own = {
      stop() {
        stopped = true
      },
      over,
    }
    running = own
    try {
      await over
    } catch (error) {
      // Unless another has taken its place, nobody goes on with it.
      if (running === own && !closed) onRebuild({ done: 0, total: 0 })
      throw error
    }
  }

  function begin(): void {
    if (closed || index.isWhole) return
    // It begins anew with the next start, if not now.
    void rebuildSearch().catch((error: unknown) => {
      if (!(error instanceof Solo2Error)) throw error
    })
  }

  async function lose(): Promise<void> {
    await vault.alone(() => vault.carryOut(index.lose()))
    begin()
  }

  async function hitOf({ document, conversation, position }: Found, terms: readonly string[]): Promise<SearchHit[]> {
    const contact = [...contacts()].find((one) => one.conversation === conversation)?.view
    const [message] = (await contact?.messages({ before: position + 1, limit: 1 })) ?? []
    // Gone meanwhile, or a contact's that was removed.
    if (contact === undefined || message?.position !== position) return []
    return [{ order: document, contact, message, ranges: rangesOf(textOf(message), terms) }]
  }

  async function search(query: string, call: SearchCall = {}): Promise<SearchResult> {
    const { contact, limit = DEFAULT_LIMIT, before = Number.POSITIVE_INFINITY, signal } = call
    const terms = termsOfQuery(query)
    const conversation = [...contacts()].find(({ view }) => view.id === contact)?.conversation
    ensure(contact === undefined || conversation !== undefined, 'not_found', 'no such contact')
    const hits: SearchHit[] = []
    for (let from = before; terms.length > 0 && hits.length < limit; ) {
      const wanted = limit - hits.length
      const found = await vault.alone(async () => {
        ensure(!closed, 'closed', 'the account is locked')
        ensure(signal?.aborted !== true, 'cancelled', 'the search was cancelled')
        return index.find({ terms, conversation, before: from, limit: wanted })
      })
      const more = await Promise.all(found.map((one) => hitOf(one, terms)))
      hits.push(...more.flat())
      from = found.at(-1)?.document ?? from
      if (found.length < wanted) break
    }
    return { hits, isWhole: index.isWhole }
  }

  return {
    vault: {
      ...vault,
      get own() {
        return vault.own
      },
      get header() {
        return vault.header
      },
      async close() {
        closed = true
        await running?.over.catch(() => undefined)
        await vault.close()
      },
    },
    calls: {
      async search(query, call) {
        try {
          return await search(query, call)
        } catch (error) {
          if (!isDamage(error)) throw error
          await lose()
          return { hits: [], isWhole: false }
        }
      },
      rebuildSearch,
    },
    begin,
  }
}

function textOf({ body }: Message): string {
  if (body.kind === 'text') return body.text
  return body.kind === 'file' ? body.name : ''
}
