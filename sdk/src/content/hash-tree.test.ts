import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '../../../tools/cases.js'
import { concat, toHex, utf8 } from '../bytes/bytes.js'
import { noblePrimitives } from '../crypto/primitives-noble.js'
import { blockCount, blockLength, buildTree, leafHash, pathLength, pathOf, verifyPath } from './hash-tree.js'

const BLOCK = 1_048_576
const { sha256 } = noblePrimitives

/** RFC 6962 section 2.1, word for word. */
function mth(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return sha256(new Uint8Array(0))
  if (leaves.length === 1) return leaves[0] as Uint8Array
  const k = split(leaves.length)
  return sha256(concat(Uint8Array.of(1), mth(leaves.slice(0, k)), mth(leaves.slice(k))))
}

/** RFC 6962 section 2.1.1, word for word. */
function auditPath(m: number, leaves: readonly Uint8Array[]): Uint8Array[] {
  if (leaves.length <= 1) return []
  const k = split(leaves.length)
  return m < k
    ? [...auditPath(m, leaves.slice(0, k)), mth(leaves.slice(k))]
    : [...auditPath(m - k, leaves.slice(k)), mth(leaves.slice(0, k))]
}

function split(n: number): number {
  let k = 1
  while (k * 2 < n) k *= 2
  return k
}

function leavesOf(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, i) => leafHash(noblePrimitives, utf8(`block ${i}`)))
}

describe('hash tree', () => {
  it('has the known roots of RFC 6962 trees', () => {
    // From the reference test data of Certificate Transparency: inputs "", 00, 10, 2021, 3031, 40414243, ...
    const inputs = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f']
    const leaves = inputs.map((hex) => leafHash(noblePrimitives, Uint8Array.from(Buffer.from(hex, 'hex'))))
    const rootOf = (count: number) => toHex(buildTree(noblePrimitives, concat(...leaves.slice(0, count))).root)
    expect(rootOf(0)).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
    expect(rootOf(1)).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d')
    expect(rootOf(2)).toBe('fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125')
    expect(rootOf(3)).toBe('aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77')
    expect(rootOf(8)).toBe('5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328')
  })

  it('has the shape of RFC 6962, and its paths verify', () => {
    for (let count = 0; count <= 33; count++) {
      const leaves = leavesOf(count)
      const tree = buildTree(noblePrimitives, concat(...leaves))
      expect(toHex(tree.root)).toBe(toHex(mth(leaves)))
      for (let block = 0; block < count; block++) {
        const path = pathOf(tree, block)
        expect(path).toEqual(auditPath(block, leaves))
        expect(path).toHaveLength(pathLength(block, count))
        const leaf = leaves[block] as Uint8Array
        expect(verifyPath(noblePrimitives, { root: tree.root, leaf, block, count, path })).toBe(true)
      }
    }
  })

  it('refuses another leaf, place, count, root and path', () => {
    const setting = fc.integer({ min: 1, max: 40 }).chain((count) =>
      fc.record({
        count: fc.constant(count),
        block: fc.nat(count - 1),
        deviation: fc.constantFrom('leaf', 'block', 'root', 'path', 'shorter', 'longer', 'beyond'),
        pick: fc.nat(31),
      }),
    )
    fc.assert(
      fc.property(setting, ({ count, block, deviation, pick }) => {
        const leaves = leavesOf(count)
        const tree = buildTree(noblePrimitives, concat(...leaves))
        const path = pathOf(tree, block)
        const honest = { root: tree.root, leaf: leaves[block] as Uint8Array, block, count, path }
        const bent = { ...honest }
        const bend = (bytes: Uint8Array) => bytes.map((byte, i) => (i === pick ? byte ^ 1 : byte))
        if (deviation === 'leaf') bent.leaf = bend(honest.leaf)
        if (deviation === 'root') bent.root = bend(honest.root)
        if (deviation === 'block') bent.block = (block + 1) % count
        if (deviation === 'beyond') bent.block = count
        if (deviation === 'shorter') bent.path = path.slice(0, -1)
        if (deviation === 'longer') bent.path = [...path, honest.leaf]
        if (deviation === 'path') bent.path = path.map((hash, i) => (i === pick % path.length ? bend(hash) : hash))
        const same =
          JSON.stringify(Object.values(bent).map(String)) === JSON.stringify(Object.values(honest).map(String))
        expect(verifyPath(noblePrimitives, bent)).toBe(same)
      }),
      { numRuns: cases('property.sealing') },
    )
  })

  it('counts blocks beyond 2^32 bytes, with paths below 40 hashes', () => {
    expect(blockCount(0)).toBe(0)
    expect(blockCount(1)).toBe(1)
    expect(blockCount(BLOCK)).toBe(1)
    expect(blockCount(BLOCK + 1)).toBe(2)
    expect(blockCount(2 ** 32 + 1)).toBe(4_097)
    expect(blockLength(2 ** 32 + 1, 4_096)).toBe(1)
    expect(blockLength(2 ** 32, 4_095)).toBe(BLOCK)
    const most = blockCount(Number.MAX_SAFE_INTEGER)
    expect(pathLength(0, most)).toBeLessThanOrEqual(40)
    expect(pathLength(most - 1, most)).toBeLessThanOrEqual(40)
  })
})
