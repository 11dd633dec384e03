/** The project's own vectors, made by the literal transcription of the spec (conformance/vectors/README.md). */
import { readFileSync } from 'node:fs'
import { noblePrimitives } from '../../src/crypto/primitives-noble.js'
import type { Env } from '../../src/env.js'
import { bytes } from './published.js'

export function conformanceVectors<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../../../conformance/vectors/${name}.json`, import.meta.url), 'utf8')) as T
}

/** Gives the listed random bytes in order, and nothing more. */
export function scripted(...random: string[]): Env {
  const left = random.map(bytes)
  return {
    primitives: noblePrimitives,
    now: () => 0,
    random(length) {
      const next = left.shift()
      if (next?.length !== length) throw new Error(`asked for ${length} random bytes, have ${next?.length}`)
      return next
    },
  }
}
