/**
 * Places of one size for short-lived secrets, cut from blocks that are never moved nor freed. A small array of its own
 * would lie on the engine's heap, where a collection copies it and leaves the old bytes behind; a place is the only copy.
 * Places are numbers: a view for each would take several times the memory of what it shows.
 */

/** At least 64 bytes a block are needed, or the engine would keep the block on its own heap. */
const BLOCK_BYTES = 64 * 1024

export interface Slab {
  /** A place of zeros. It must be given back. */
  take(): number
  /** A view of a place, to be used and dropped at once. */
  bytes(place: number): Uint8Array
  /** Whether the place holds these bytes; takes as long whichever of them differ. False for another length. */
  holds(place: number, bytes: Uint8Array): boolean
  /** Overwrites the place with zeros and keeps it for the next. Nobody may use it afterwards. */
  give(place: number): void
}

/** `size`: bytes of a place, at most 65,536. */
export function createSlab(size: number): Slab {
  const perBlock = Math.floor(BLOCK_BYTES / size)
  const blocks: Uint8Array[] = []
  const free: number[] = []
  const grow = () => {
    const first = blocks.length * perBlock
    blocks.push(new Uint8Array(new ArrayBuffer(BLOCK_BYTES)))
    for (let place = first + perBlock - 1; place >= first; place--) free.push(place)
  }
  const blockOf = (place: number) => blocks[Math.floor(place / perBlock)] as Uint8Array
  const startOf = (place: number) => (place % perBlock) * size
  const bytes = (place: number) => blockOf(place).subarray(startOf(place), startOf(place) + size)
  return {
    take() {
      if (free.length === 0) grow()
      return free.pop() as number
    },
    bytes,
    holds(place, wanted) {
      if (wanted.length !== size) return false
      const block = blockOf(place)
      const start = startOf(place)
      let difference = 0
      for (let at = 0; at < size; at++) difference |= (block[start + at] as number) ^ (wanted[at] as number)
      return difference === 0
    },
    give(place) {
      bytes(place).fill(0)
      free.push(place)
    },
  }
}
