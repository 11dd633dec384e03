import { describe, expect, test } from 'vitest'
import { type ClientKind, type Outcome, outcomesDue, SITUATIONS } from './situations.js'
import { type Cell, networksPage } from './table.js'

const named = (name: string) => {
  const found = SITUATIONS.find((situation) => situation.name === name)
  if (found === undefined) throw new Error(name)
  return found
}

describe('what must come of a situation', () => {
  test.each<[string, readonly [ClientKind, ClientKind], readonly Outcome[], readonly Outcome[]]>([
    ['one LAN', ['node', 'chromium'], ['direct'], ['direct']],
    ['one LAN', ['node', 'firefox'], ['direct', 'mirror'], ['direct']],
    ['symmetric NAT on both sides', ['node', 'node'], ['mirror'], ['no']],
    ['UDP blocked on both sides', ['firefox', 'chromium'], ['mirror'], ['no']],
    ['UDP blocked on both sides', ['chromium', 'node'], ['no'], ['no']],
    ['IPv6 only against IPv4 only', ['chromium', 'node'], ['mirror'], ['no']],
    ['IPv6 only against IPv4 only', ['node', 'chromium'], ['no'], ['no']],
  ])('%s, %j', (name, clients, withMirror, withoutMirror) => {
    expect(outcomesDue(named(name), clients, true)).toEqual(withMirror)
    expect(outcomesDue(named(name), clients, false)).toEqual(withoutMirror)
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
