/**
 * The hash tree of a file (spec/10 section 7): SHA-256 over blocks of 1 MiB in the shape of RFC 6962 section 2.1, split at
 * the largest power of two below the number of leaves. A block can be checked as soon as it is whole.
 */
import { concat, equal } from '../bytes/bytes.js'
import type { Primitives } from '../env.js'
import { ensure } from '../errors.js'
import { PROTOCOL } from '../limits.js'

type Hash = Pick<Primitives, 'sha256'>

const HASH_SIZE = 32
const LEAF = Uint8Array.of(0)
const NODE = Uint8Array.of(1)

/** How many blocks a file of `size` bytes has; the empty file has none. */
export function blockCount(size: number): number {
  return Math.ceil(size / PROTOCOL.FILE_BLOCK_BYTES)
}

/** The bytes of block `block` of a file of `size` bytes: the last one may be shorter. */
export function blockLength(size: number, block: number): number {
  return Math.min(PROTOCOL.FILE_BLOCK_BYTES, size - block * PROTOCOL.FILE_BLOCK_BYTES)
}

/** SHA-256(00 ‖ block), 32 bytes. */
export function leafHash(primitives: Hash, block: Uint8Array): Uint8Array {
  return primitives.sha256(concat(LEAF, block))
}

/** SHA-256(01 ‖ left ‖ right), 32 bytes. */
function nodeHash(primitives: Hash, left: Uint8Array, right: Uint8Array): Uint8Array {
  return primitives.sha256(concat(NODE, left, right))
}

/** All levels, leaves first, one string of hashes each: 64 bytes a block. */
export interface HashTree {
  readonly levels: readonly Uint8Array[]
  readonly root: Uint8Array
}

/**
 * The tree over leaf hashes, 32 bytes each, joined. A node without a sibling moves up unchanged, which gives RFC 6962's
 * shape. Throws `invalid_argument`.
 */
export function buildTree(primitives: Hash, leaves: Uint8Array): HashTree {
  ensure(leaves.length % HASH_SIZE === 0, 'invalid_argument', 'leaf hashes have 32 bytes each')
  if (leaves.length === 0) return { levels: [], root: primitives.sha256(new Uint8Array(0)) }
  const levels = [leaves]
  let level = leaves
  while (level.length > HASH_SIZE) {
    const count = level.length / HASH_SIZE
    const next = new Uint8Array(Math.ceil(count / 2) * HASH_SIZE)
    for (let i = 0; i < count; i += 2) {
      const left = hashAt(level, i)
      next.set(i + 1 < count ? nodeHash(primitives, left, hashAt(level, i + 1)) : left, (i / 2) * HASH_SIZE)
    }
    levels.push(next)
    level = next
  }
  return { levels, root: level }
}

/** The sibling hashes of a block from its leaf's level upwards. Throws `invalid_argument` for a block that is not there. */
export function pathOf(tree: HashTree, block: number): Uint8Array[] {
  const count = (tree.levels[0]?.length ?? 0) / HASH_SIZE
  ensure(Number.isInteger(block) && block >= 0 && block < count, 'invalid_argument', 'no such block')
  const path: Uint8Array[] = []
  let index = block
  for (const level of tree.levels.slice(0, -1)) {
    const sibling = index % 2 === 0 ? index + 1 : index - 1
    if (sibling < level.length / HASH_SIZE) path.push(hashAt(level, sibling).slice())
    index = Math.floor(index / 2)
  }
  return path
}

/** How many hashes the path of `block` has in a file of `count` blocks. */
export function pathLength(block: number, count: number): number {
  let length = 0
  let index = block
  for (let width = count; width > 1; width = Math.ceil(width / 2)) {
    if (index % 2 === 1 || index + 1 < width) length++
    index = Math.floor(index / 2)
  }
  return length
}

/** Whether a block with that leaf hash belongs to the root (RFC 9162 section 2.1.3.2). Never throws. */
export function verifyPath(
  primitives: Hash,
  {
    root,
    leaf,
    block,
    count,
    path,
  }: {
    readonly root: Uint8Array
    readonly leaf: Uint8Array
    readonly block: number
    readonly count: number
    readonly path: readonly Uint8Array[]
  },
): boolean {
  if (!(block >= 0 && block < count) || path.length !== pathLength(block, count)) return false
  let hash = leaf
  let index = block
  let next = 0
  for (let width = count; width > 1; width = Math.ceil(width / 2)) {
    const isRight = index % 2 === 1
    if (isRight || index + 1 < width) {
      const sibling = path[next++] as Uint8Array
      hash = isRight ? nodeHash(primitives, sibling, hash) : nodeHash(primitives, hash, sibling)
    }
    index = Math.floor(index / 2)
  }
  return equal(hash, root)
}

function hashAt(level: Uint8Array, index: number): Uint8Array {
  return level.subarray(index * HASH_SIZE, (index + 1) * HASH_SIZE)
}
