import { SearchPage } from '@solo2/proto/vault'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '../../../../tools/cases.js'
import { encode } from '../../bytes/canonical.js'
import { PROTOCOL } from '../../limits.js'
import { intersection, mergePostings, postingsOf } from './merge.js'
import { cutPages, documentsOf, type Posting, packPage, padded, unpackPage } from './page.js'
import { tokenAt } from './tokens.js'

const token = (n: number) => tokenAt(Uint8Array.of(0, 0, 0, 0, 0, 0, n >> 8, n), 0)
const entries = fc
  .array(fc.uniqueArray(fc.integer({ min: 0, max: 200 }), { maxLength: 30 }), { maxLength: 60 })
  .map((all) => all.map((tokens, n) => ({ document: 1_000 + n * 3, tokens: tokens.map(token) })))
const runs = { numRuns: cases(200, 5_000) }

describe('pages of postings', () => {
  it('give back what was put in, in records of one size', () => {
    fc.assert(
      fc.property(entries, (all) => {
        const postings = postingsOf(all)
        const pages = [...cutPages(postings, 1_000)].map((page) => packPage(page, 1_000))
        expect(pages.flatMap((page) => unpackPage(page, 1_000))).toEqual(postings)
        for (const page of pages) expect(encode(SearchPage, page)).toHaveLength(PROTOCOL.SEARCH_PAGE_BYTES)
        for (const { token: one, documents } of postings) {
          expect(pages.flatMap((page) => documentsOf(page, one, 1_000))).toEqual(documents)
        }
      }),
      runs,
    )
  })

  it('have more than one size for a token that has more documents than one holds', () => {
    const documents = Array.from({ length: 10_000 }, (_, n) => n + 1)
    const [page, ...others] = [...cutPages([{ token: token(7), documents }], 1)].map((one) => packPage(one, 1))
    expect(others).toEqual([])
    expect(encode(SearchPage, page as SearchPage)).toHaveLength(3 * PROTOCOL.SEARCH_PAGE_BYTES)
    expect(documentsOf(page as SearchPage, token(7), 1)).toEqual(documents)
  })

  it('are padded to a multiple, whatever is in them', () => {
    for (let length = 1; length <= 1_200; length++) {
      const page = { tokens: new Uint8Array(length), lengths: [], documents: [], padding: new Uint8Array(0) }
      expect(encode(SearchPage, padded(SearchPage, page, 512)).length % 512).toBe(0)
    }
  })

  it('are refused where they do not add up', () => {
    const page = packPage([{ token: token(1), documents: [1, 2] }], 1)
    for (const change of [{ lengths: [1] }, { lengths: [2, 0] }, { documents: [1] }, { tokens: new Uint8Array(7) }]) {
      expect(() => unpackPage({ ...page, ...change }, 1)).toThrow(expect.objectContaining({ code: 'storage_damaged' }))
      expect(() => documentsOf({ ...page, ...change }, token(1), 1)).toThrow(
        expect.objectContaining({ code: 'storage_damaged' }),
      )
    }
  })
})

describe('segments', () => {
  it('merged are as if they had been one', () => {
    fc.assert(
      fc.property(entries, fc.array(fc.nat(60), { maxLength: 3 }), (all, cuts) => {
        const at = [0, ...cuts.sort((a, b) => a - b), all.length]
        const parts = at.slice(1).map((end, n) => postingsOf(all.slice(at[n], end)))
        expect([...mergePostings(parts)]).toEqual(postingsOf(all))
      }),
      runs,
    )
  })

  it('have in common what all lists hold, newest first', () => {
    const list = fc.uniqueArray(fc.nat(40)).map((numbers) => numbers.sort((a, b) => a - b))
    fc.assert(
      fc.property(fc.array(list, { minLength: 1, maxLength: 4 }), (lists: Posting['documents'][]) => {
        const expected = Array.from({ length: 41 }, (_, n) => 40 - n).filter((n) =>
          lists.every((one) => one.includes(n)),
        )
        expect(intersection(lists)).toEqual(expected)
      }),
      runs,
    )
  })
})
