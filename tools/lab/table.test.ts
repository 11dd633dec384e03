import { describe, expect, test } from 'vitest'
import { type ClientKind, outcomeDue, SITUATIONS } from './situations.js'
import { type Cell, networksPage } from './table.js'

const named = (name: string) => {
  const found = SITUATIONS.find((situation) => situation.name === name)
  if (found === undefined) throw new Error(name)
  return found
}

describe('what must come of a situation', () => {
  const symmetric = named('symmetric NAT on both sides')
  const blocked = named('UDP blocked on both sides')

  test.each<[string, string, readonly ClientKind[], string, string]>([
    ['one LAN', 'of any two', ['node', 'firefox'], 'direct', 'direct'],
    [symmetric.name, 'of any two', ['node', 'node'], 'mirror', 'no'],
    [blocked.name, 'of browsers', ['firefox', 'chromium'], 'mirror', 'no'],
    [blocked.name, 'with Node at one end', ['chromium', 'node'], 'no', 'no'],
  ])('%s, %s', (name, _, clients, withMirror, withoutMirror) => {
    expect(outcomeDue(named(name), clients, true)).toBe(withMirror)
    expect(outcomeDue(named(name), clients, false)).toBe(withoutMirror)
  })
})

test('the page has a row for each situation, a column for each pair, and says what was not run', () => {
  const cell: Cell = {
    situation: 'one LAN',
    clients: ['chromium', 'node'],
    withMirror: { outcome: 'direct', milliseconds: 512 },
    withoutMirror: { outcome: 'no' },
  }
  const page = networksPage(SITUATIONS, [cell])
  expect(page).toContain('| Situation | Chromium–Node |\n|---|---|\n')
  expect(page).toContain('| one LAN | direct 0.5 s · no |')
  expect(page.match(/ not run \|$/gm)).toHaveLength(SITUATIONS.length - 1)
})
