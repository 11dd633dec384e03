/** What a commit changes in the pages of segments: each page is read and written once, whatever it changes in it. */
import type { SearchPage, SearchSegment } from '@solo2/proto/vault'
import { unpackPage } from '../../vault/search/page.js'
import type { Token } from '../../vault/search/tokens.js'
import type { Change } from '../vault-store.js'
import { putPage } from './records.js'

export interface Edits {
  /** The document has the tokens `next` instead of `former`; both ascend. */
  replace(segment: SearchSegment, document: number, former: readonly Token[], next: readonly Token[]): void
  changes(): Promise<Change[]>
}

export interface EditedPages {
  page(segment: number, number: number): Promise<SearchPage>
  pageOf(segment: number, token: Token): Promise<number>
}

interface Edit {
  readonly token: Token
  readonly document: number
  readonly isAdded: boolean
}

export function createEdits({ page, pageOf }: EditedPages): Edits {
  const edits = new Map<SearchSegment, Edit[]>()

  async function revisedPage(segment: SearchSegment, number: number, all: readonly Edit[]): Promise<Change> {
    const { segment: name, first } = segment
    const lists = new Map(unpackPage(await page(name, number), first).map(({ token, documents }) => [token, documents]))
    for (const { token, document, isAdded } of all) {
      const others = (lists.get(token) ?? []).filter((other) => other !== document)
      lists.set(token, isAdded ? [...others, document].sort((a, b) => a - b) : others)
    }
    const postings = [...lists].sort(([a], [b]) => (a < b ? -1 : 1)).map(([token, documents]) => ({ token, documents }))
    return putPage(name, number, postings, first)
  }

  return {
    replace(segment, document, former, next) {
      const [had, has] = [new Set(former), new Set(next)]
      const list = edits.get(segment) ?? []
      edits.set(segment, list)
      for (const token of former) if (!has.has(token)) list.push({ token, document, isAdded: false })
      for (const token of next) if (!had.has(token)) list.push({ token, document, isAdded: true })
    },
    async changes() {
      const out: Change[] = []
      for (const [segment, list] of edits) {
        const byPage = new Map<number, Edit[]>()
        for (const edit of list) {
          const number = await pageOf(segment.segment, edit.token)
          byPage.set(number, [...(byPage.get(number) ?? []), edit])
        }
        for (const [number, all] of byPage) out.push(await revisedPage(segment, number, all))
      }
      return out
    },
  }
}
