import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ROOT } from '../verify/check.js'
import { longestFirst } from './longest-first.js'
import { SUITES, type VitestSuite } from './suites.js'

const suites = SUITES.filter((suite) => suite.kind === 'vitest')
const suite: VitestSuite = {
  kind: 'vitest',
  name: 'any',
  include: [],
  longest: ['b', 'a', 'gone'],
  testTimeoutMs: 1,
  budgetSeconds: 1,
  workers: 2,
}

it('begins with the longest files, and leaves the others in their order', () => {
  const same = (file: string) => file
  expect(longestFirst(suite, ['z', 'a', 'c', 'b', 'y'], same)).toEqual(['b', 'a', 'z', 'c', 'y'])
  expect(longestFirst(undefined, ['z', 'a'], same)).toEqual(['z', 'a'])
})

it('is told files that there are', () => {
  const named = suites.flatMap(({ longest = [] }) => longest)
  expect(named.length).toBeGreaterThan(0)
  expect(named.filter((file) => !existsSync(join(ROOT, file)))).toEqual([])
})
