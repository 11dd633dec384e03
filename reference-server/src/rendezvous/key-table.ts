/**
 * A table whose keys are bytes in places of its own, so that they can be overwritten: a string or a big integer could
 * not. Buckets are found by a hash with random multipliers; along a bucket's chain all bytes are compared.
 */
import { createSlab } from '../memory/slab.js'

/** What the table keeps in an entry itself, which would take more beside it. An entry is in one table at most. */
export interface Keyed {
  /** Where the key lies; none before the entry is added. */
  place: number
  /** The next entry of its bucket. */
  next: Keyed | undefined
}

/** Of an entry that is in no table. */
export const UNPLACED = -1

export interface KeyTable<T extends Keyed> {
  find(key: Uint8Array): T | undefined
  /** Adds an entry under a copy of `key`, which must not be in the table yet. */
  add(key: Uint8Array, entry: T): T
  /** The table's own copy of an entry's key, as a view to be used at once. */
  keyOf(entry: T): Uint8Array
  /** Removes the entry and overwrites its key. */
  remove(entry: T): void
  /** Removes those of which `isOver` is true. Nothing is allocated: it is asked each second. */
  prune(isOver: (entry: T) => boolean): void
  /** All that are in it now, in no order. */
  entries(): readonly T[]
  readonly size: number
}

const BUCKETS_MIN = 256

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
  let buckets: (T | undefined)[] = new Array(BUCKETS_MIN).fill(undefined)
  let size = 0

  /** Buckets are a power of two. */
  const slotOf = (key: Uint8Array): number => {
    let mixed = 0
    for (let at = 0; at < multipliers.length; at++) {
      mixed = Math.imul((mixed >>> 15) ^ mixed ^ word(key, 4 * at), multipliers[at] as number)
    }
    return ((mixed >>> 15) ^ mixed) & (buckets.length - 1)
  }
  const put = (entry: T) => {
    const slot = slotOf(slab.bytes(entry.place))
    entry.next = buckets[slot]
    buckets[slot] = entry
  }
  const entries = (): T[] => {
    const all: T[] = []
    for (const first of buckets) {
      for (let entry = first; entry !== undefined; entry = entry.next as T | undefined) all.push(entry)
    }
    return all
  }
  const grow = () => {
    const all = entries()
    buckets = new Array(2 * buckets.length).fill(undefined)
    for (const entry of all) put(entry)
  }
  const remove = (entry: T) => {
    if (entry.place === UNPLACED) return
    const slot = slotOf(slab.bytes(entry.place))
    let before: Keyed | undefined
    for (let at: Keyed | undefined = buckets[slot]; at !== entry; at = at.next) {
      if (at === undefined) return
      before = at
    }
    if (before === undefined) buckets[slot] = entry.next as T | undefined
    else before.next = entry.next
    slab.give(entry.place)
    entry.place = UNPLACED
    entry.next = undefined
    size -= 1
  }
  return {
    find(key) {
      let entry = buckets[slotOf(key)]
      while (entry !== undefined && !slab.holds(entry.place, key)) entry = entry.next as T | undefined
      return entry
    },
    add(key, entry) {
      if (size === buckets.length) grow()
      entry.place = slab.take()
      slab.bytes(entry.place).set(key)
      put(entry)
      size += 1
      return entry
    },
    keyOf: (entry) => slab.bytes(entry.place),
    remove,
    prune(isOver) {
      for (let slot = 0; slot < buckets.length; slot++) {
        for (let entry = buckets[slot]; entry !== undefined; ) {
          const next = entry.next as T | undefined
          if (isOver(entry)) remove(entry)
          entry = next
        }
      }
    },
    entries,
    get size() {
      return size
    },
  }
}
