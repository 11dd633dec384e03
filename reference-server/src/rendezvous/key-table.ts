/**
 * A table whose keys are bytes in places of its own, so that they can be overwritten: a string or a big integer could
 * not. Buckets are found by a hash with random multipliers; a bucket compares all bytes.
 */
import { equal } from '@solo2/sdk/shared'
import { createSlab } from '../memory/slab.js'

export interface Keyed {
  /** Owned by the table: overwritten on removal. */
  readonly key: Uint8Array
}

export interface KeyTable<T extends Keyed> {
  find(key: Uint8Array): T | undefined
  /** Adds what `make` makes of the table's own copy of `key`, which must not be in the table yet. */
  add(key: Uint8Array, make: (own: Uint8Array) => T): T
  /** Removes the entry and overwrites its key. */
  remove(entry: T): void
  /** In no order; entries that come or go meanwhile are seen or not. */
  values(): Iterator<T>
  readonly size: number
}

function word(key: Uint8Array, at: number): number {
  return (
    ((key[at] as number) << 24) |
    ((key[at + 1] as number) << 16) |
    ((key[at + 2] as number) << 8) |
    (key[at + 3] as number)
  )
}

/** `keySize`: bytes of a key, a multiple of 4. Keys of another length are not found and must not be added. */
export function createKeyTable<T extends Keyed>(keySize: number, random: (length: number) => Uint8Array): KeyTable<T> {
  const seed = random(keySize)
  const multipliers = Array.from({ length: keySize / 4 }, (_, at) => word(seed, 4 * at) | 1)
  const slab = createSlab(keySize)
  const buckets = new Map<number, T[]>()
  let size = 0

  const hash = (key: Uint8Array): number => {
    let mixed = 0
    for (let at = 0; at < multipliers.length; at++) {
      mixed = Math.imul((mixed >>> 15) ^ mixed ^ word(key, 4 * at), multipliers[at] as number)
    }
    return (mixed >>> 15) ^ (mixed & 0x3fff_ffff)
  }
  return {
    find(key) {
      return buckets.get(hash(key))?.find((entry) => equal(entry.key, key))
    },
    add(key, make) {
      const own = slab.take()
      own.set(key)
      const entry = make(own)
      const slot = hash(own)
      const bucket = buckets.get(slot)
      if (bucket === undefined) buckets.set(slot, [entry])
      else bucket.push(entry)
      size += 1
      return entry
    },
    remove(entry) {
      const slot = hash(entry.key)
      const bucket = buckets.get(slot)
      const at = bucket?.indexOf(entry) ?? -1
      if (bucket === undefined || at < 0) return
      bucket.splice(at, 1)
      if (bucket.length === 0) buckets.delete(slot)
      slab.give(entry.key)
      size -= 1
    },
    *values() {
      for (const bucket of buckets.values()) yield* [...bucket]
    },
    get size() {
      return size
    },
  }
}
