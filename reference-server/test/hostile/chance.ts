/** Repeatable randomness: what failed once fails again. */
export interface Chance {
  below(bound: number): number
  pick<T>(items: readonly T[]): T
  bytes(length: number): Uint8Array
}

/** Mulberry32: fast, and good enough to be no pattern. */
export function createChance(seed: number): Chance {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return (mixed ^ (mixed >>> 14)) >>> 0
  }
  const below = (bound: number) => next() % bound
  return {
    below,
    pick: (items) => items[below(items.length)] as never,
    bytes: (length) => Uint8Array.from({ length }, () => next() & 0xff),
  }
}
