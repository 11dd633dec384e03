/**
 * A table of topics whose keys are bytes of our own, so that they can be overwritten: a string or a big integer could
 * not. Buckets are found by a hash with random multipliers; a bucket compares all 16 bytes.
 */
import { equal } from '@solo2/sdk/shared'

export interface Keyed {
  /** 16 bytes, owned by the table: overwritten on removal. */
  readonly key: Uint8Array
}

export interface TopicTable<T extends Keyed> {
  find(key: Uint8Array): T | undefined
  add(entry: T): void
  /** Removes the entry and overwrites its key. */
  remove(entry: T): void
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

export function createTopicTable<T extends Keyed>(random: (length: number) => Uint8Array): TopicTable<T> {
  const seed = random(16)
  const [m0, m1, m2, m3] = [word(seed, 0) | 1, word(seed, 4) | 1, word(seed, 8) | 1, word(seed, 12) | 1]
  const buckets = new Map<number, T[]>()
  let size = 0

  const hash = (key: Uint8Array): number => {
    let mixed = Math.imul(word(key, 0), m0)
    mixed = Math.imul((mixed >>> 15) ^ mixed ^ word(key, 4), m1)
    mixed = Math.imul((mixed >>> 15) ^ mixed ^ word(key, 8), m2)
    mixed = Math.imul((mixed >>> 15) ^ mixed ^ word(key, 12), m3)
    return (mixed >>> 15) ^ (mixed & 0x3fff_ffff)
  }
  return {
    find(key) {
      return buckets.get(hash(key))?.find((entry) => equal(entry.key, key))
    },
    add(entry) {
      const slot = hash(entry.key)
      const bucket = buckets.get(slot)
      if (bucket === undefined) buckets.set(slot, [entry])
      else bucket.push(entry)
      size += 1
    },
    remove(entry) {
      const slot = hash(entry.key)
      const bucket = buckets.get(slot)
      const at = bucket?.indexOf(entry) ?? -1
      if (bucket === undefined || at < 0) return
      bucket.splice(at, 1)
      if (bucket.length === 0) buckets.delete(slot)
      entry.key.fill(0)
      size -= 1
    },
    get size() {
      return size
    },
  }
}
