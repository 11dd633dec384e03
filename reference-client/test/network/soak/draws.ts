/** Choices that a seed decides, a stream of them for each who chooses. */
import { createHash } from 'node:crypto'

export interface Draws {
  /** From 0 to below 1. */
  fraction(): number
  /** A whole number, both ends included. */
  between(least: number, most: number): number
  /** Milliseconds as between arrivals that know nothing of each other. */
  pause(meanMs: number): number
  /** By weights. */
  one<Name extends string>(weights: Readonly<Record<Name, number>>): Name
  shuffled<T>(all: readonly T[]): T[]
}

export function draws(seed: string): Draws {
  let count = 0
  const fraction = () => createHash('sha256').update(`${seed} ${count++}`).digest().readUInt32BE() / 2 ** 32
  const between = (least: number, most: number) => least + Math.floor(fraction() * (most - least + 1))
  return {
    fraction,
    between,
    pause: (meanMs) => -Math.log(1 - fraction()) * meanMs,
    one<Name extends string>(weights: Readonly<Record<Name, number>>): Name {
      const names = Object.keys(weights) as Name[]
      let left = fraction() * names.reduce((sum, name) => sum + weights[name], 0)
      for (const name of names) {
        if (left < weights[name]) return name
        left -= weights[name]
      }
      return names[0] as Name
    },
    shuffled<T>(all: readonly T[]): T[] {
      const rest = [...all]
      return all.map(() => rest.splice(between(0, rest.length - 1), 1)[0] as T)
    },
  }
}
