import { expect, test } from 'vitest'
import { giveBack, takeMemory } from './block-memory.js'

test('memory is used again, for the same length only, and holds nothing of before', () => {
  const first = takeMemory(100)
  first.fill(1)
  giveBack(first)
  expect(takeMemory(99)).not.toBe(first)
  const second = takeMemory(100)
  expect(second).toBe(first)
  expect(second).toEqual(new Uint8Array(100))
  expect(takeMemory(100)).not.toBe(first)
})

test('no more than two wait', () => {
  const blocks = [10, 11, 12].map(takeMemory)
  for (const block of blocks) giveBack(block)
  expect([10, 11, 12].map((length) => blocks.includes(takeMemory(length)))).toEqual([false, true, true])
})
