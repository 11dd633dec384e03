import { expect, it } from 'vitest'
import { type BenchCase, interleave, median, ratio } from './harness.js'

it('runs each case once a round, in an order that rotates', async () => {
  const order: string[] = []
  const make = (name: string): BenchCase => ({
    name,
    unit: 'runs',
    run: (count) => {
      order.push(name)
      return count
    },
  })
  const measured = await interleave([make('a'), make('b'), make('c')], { rounds: 3, minMs: 0 })
  expect(measured.map(({ name }) => name)).toEqual(['a', 'b', 'c'])
  expect(measured.every(({ samples }) => samples.length === 3)).toBe(true)
  expect(order.slice(3).join('')).toBe('abcbcacab')
})

it('counts the units that a run tells, and takes the middle of the rounds', async () => {
  expect(median([3, 1, 2])).toBe(2)
  expect(median([4, 1, 2, 3])).toBe(2.5)
  const [one] = await interleave([{ name: 'a', unit: 'frames', run: (count) => count * 1000 }], { rounds: 2, minMs: 0 })
  expect(one?.median).toBeGreaterThan(1000)
})

it('tells what a unit cost each side in CPU seconds', async () => {
  let spent = 0
  const one: BenchCase = {
    name: 'a',
    unit: 'frames',
    cpu: async () => ({ sender: spent, receiver: 2 * spent }),
    run(count) {
      spent += 3 * count
      return count
    },
  }
  const [measured] = await interleave([one], { rounds: 2, minMs: 0 })
  expect(measured?.cpu).toEqual({ sender: 3, receiver: 6 })
})

it('tells the pace by the wall clock of a case that has another clock', async () => {
  let spent = 0
  const one: BenchCase = {
    name: 'a',
    unit: 'calls',
    clock: () => spent,
    run(count) {
      spent += count * 1000
      return count
    },
  }
  const [measured] = await interleave([one], { rounds: 3, minMs: 0 })
  expect(measured?.median).toBe(1)
  expect(measured?.pace).toBeTypeOf('number')
})

it('gives ratios with the spread of the pairs of one round', () => {
  const measured = (samples: number[]) => ({
    name: '',
    unit: '',
    samples,
    median: median(samples),
    low: Math.min(...samples),
    high: Math.max(...samples),
  })
  expect(ratio(measured([10, 20, 30]), measured([10, 10, 10]))).toEqual({ median: 2, low: 1, high: 3 })
})
