import { expect, it } from 'vitest'
import { promisesPage, shownIn } from './table.js'

const title = { path: 'sdk/test/a.test.ts', line: 3, title: '[T4] goes on when the server | is gone', ids: ['T4'] }

it('writes a row for each promise, with its checks and its state', () => {
  const page = promisesPage([title], new Set(['T4']))
  expect(page).toContain(
    '| T4 | Once connected, the server is unnecessary | goes on when the server \\| is gone (`sdk/test/a.test.ts`) | shown |',
  )
  expect(page).toContain('| W1 |')
  expect(page.match(/not yet \|/g)?.length).toBeGreaterThan(50)
})

it('reads the states back', () => {
  expect(shownIn(promisesPage([title], new Set(['T4', 'S1'])))).toEqual(new Set(['T4', 'S1']))
})
