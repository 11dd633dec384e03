/** The SDK's merging against the vectors of conformance/vectors, made by the literal transcription of spec/11. */
import { type Stamp, SyncItem } from '@solo2/proto/sync'
import { describe, expect, it } from 'vitest'
import { toHex } from '../../src/bytes/bytes.js'
import { decodeCanonical, encode } from '../../src/bytes/canonical.js'
import { checkItem, joinItems } from '../../src/vault/merge/item.js'
import { conformanceVectors } from './conformance.js'
import { bytes, codeOf } from './published.js'

interface Vectors {
  readonly joins: readonly {
    readonly name: string
    readonly mine: string
    readonly theirs: string
    readonly joined: string
    readonly verdict: 'mine' | 'theirs' | 'both' | 'new'
  }[]
  readonly refusals: readonly { readonly name: string; readonly item: string; readonly code: string }[]
}

const vectors = conformanceVectors<Vectors>('merge')
const NEW: Stamp = { counter: 99n, replica: new Uint8Array(16).fill(9) }

function itemOf(hex: string): SyncItem {
  const item = decodeCanonical(SyncItem, bytes(hex))
  checkItem(item)
  return item
}

describe('merge vectors', () => {
  it.each(vectors.joins)('$name', ({ mine, theirs, joined, verdict }) => {
    const [a, b] = [itemOf(mine), itemOf(theirs)]
    for (const [first, second] of [
      [a, b],
      [b, a],
    ] as const) {
      const result = joinItems(first, second, () => NEW)
      expect(toHex(encode(SyncItem, { ...result, dot: a.dot }))).toBe(joined)
      // Theirs has the greater dot in every pair, so it is kept of two that are equal.
      expect(result.dot).toEqual({ mine: a.dot, theirs: b.dot, both: b.dot, new: NEW }[verdict])
    }
  })

  it.each(vectors.refusals)('refused: $name', ({ item, code }) => {
    expect(codeOf(() => itemOf(item))).toBe(code)
  })
})
