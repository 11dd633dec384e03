import { expect, test } from 'vitest'
import { noblePrimitives } from '../../crypto/primitives-noble.js'
import { chosenPrimitives, nodePrimitives } from './primitives.js'

test('node:crypto is chosen here, since it agrees with noble', () => {
  expect(chosenPrimitives()).toBe(nodePrimitives)
})

test('primitives that differ or throw are not chosen', () => {
  const wrong = { ...nodePrimitives, hmac: () => new Uint8Array(32) }
  const broken = {
    ...nodePrimitives,
    aeadSeal() {
      throw new Error('not in this build')
    },
  }
  expect(chosenPrimitives(wrong)).toBe(noblePrimitives)
  expect(chosenPrimitives(broken)).toBe(noblePrimitives)
})

test('results are plain arrays, whose slices are copies', () => {
  const digest = nodePrimitives.sha256(new Uint8Array(1))
  expect(Buffer.isBuffer(digest)).toBe(false)
  digest.slice(0, 1).fill(0)
  expect(digest).toEqual(noblePrimitives.sha256(new Uint8Array(1)))
})
