import { expect, test } from 'vitest'
import { changesPage } from './changes.js'

test('the page tells a tunnel that stayed from one that was met again, and from none', () => {
  const page = changesPage([
    { change: 'address', clients: ['node', 'node'], isServerAlive: true, milliseconds: 15_780, wasAway: true },
    { change: 'address', clients: ['node', 'node'], isServerAlive: false, wasAway: true },
    { change: 'out-of-mirror', clients: ['node', 'node'], isServerAlive: false, milliseconds: 9_211, wasAway: false },
  ])
  expect(page).toContain('| Change | Server | Node–Node |\n|---|---|---|\n')
  expect(page).toContain('| alive | met again 15.8 s |')
  expect(page).toContain("| Ana's address is another one | dead | no |")
  expect(page).toContain('| dead | stayed 9.2 s |')
  const reason = "one of the two is Node: node-datachannel's ICE library"
  expect(page, 'no without a reason').toContain(reason)
  const browsers = {
    change: 'address',
    clients: ['chromium', 'chromium'],
    isServerAlive: false,
    wasAway: true,
  } as const
  expect(changesPage([browsers]), "a reason that is not a browser's").not.toContain(reason)
  expect(page, 'rows that nobody ran are left out').not.toContain('interface')
})
