/**
 * Places of one size for short-lived secrets, cut from blocks that are never moved nor freed. A small array of its own
 * would lie on the engine's heap, where a collection copies it and leaves the old bytes behind; a place is the only copy.
 */

/** At least 64 bytes a block are needed, or the engine would keep the block on its own heap. */
const BLOCK_BYTES = 64 * 1024

export interface Slab {
  /** A place of zeros. It must be given back. */
  take(): Uint8Array
  /** Overwrites the place with zeros and keeps it for the next. Nobody may use it afterwards. */
  give(place: Uint8Array): void
}

/** `size`: bytes of a place, at most 65,536. */
export function createSlab(size: number): Slab {
  const free: Uint8Array[] = []
  const grow = () => {
    const block = new ArrayBuffer(BLOCK_BYTES)
    for (let at = 0; at + size <= BLOCK_BYTES; at += size) free.push(new Uint8Array(block, at, size))
  }
  return {
    take() {
      if (free.length === 0) grow()
      return free.pop() as Uint8Array
    },
    give(place) {
      place.fill(0)
      free.push(place)
    },
  }
}
