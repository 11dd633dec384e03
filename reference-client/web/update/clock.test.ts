/** The clock by the server's answers: kept from the door on, taken over from what opened, gone with it. */
import { expect, it } from 'vitest'
import type { Snapshot } from '../action.js'
import { NO_LOCKS } from '../locks.js'
import { NO_NETWORK } from '../network.js'
import { initialState, type State } from '../state.js'
import { update } from '../update.js'

const DAY = 86_400_000
const empty: State = initialState({
  ...{ host: 'localhost', origin: 'http://localhost', appearance: 'system', now: 0 },
  language: { chosen: 'system', shown: 'en' },
})
const opened = (clockAheadMs: number): Snapshot => ({
  ...{
    server: 'connected',
    session: 'valid',
    notifications: { state: 'off' },
    locks: NO_LOCKS,
    network: NO_NETWORK,
    now: 0,
    clockAheadMs,
  },
  account: { username: 'lena', displayName: 'Lena', pairingCode: '', alias: '', server: 'http://localhost' },
  ...{
    contacts: [],
    notes: { id: '9'.repeat(64), timerSeconds: 0, pinned: false, archived: false },
    requests: [],
    invitations: [],
    drafts: {},
    transfers: [],
    devices: [],
  },
})

it('is told at the door, and there again until an answer says otherwise', () => {
  const [wrong, commands] = update(empty, { type: 'clock', aheadMs: DAY })
  expect(wrong.clockAheadMs).toBe(DAY)
  expect(commands).toEqual([])
  const [refused] = update(wrong, { type: 'door_failed', problem: { code: 'wrong_password', culprit: 'person' } })
  expect(refused.clockAheadMs).toBe(DAY)
  expect(update(refused, { type: 'clock', aheadMs: 0 })[0].clockAheadMs).toBe(0)
})

it('is what the opened account says, and nothing once it is locked', () => {
  const [wrong] = update(empty, { type: 'clock', aheadMs: DAY })
  expect(update(wrong, { type: 'opened', snapshot: opened(0) })[0].clockAheadMs).toBe(0)
  const [open] = update(wrong, { type: 'opened', snapshot: opened(-DAY) })
  expect(open.clockAheadMs).toBe(-DAY)
  // Of the times that are shown none moves.
  expect(open.now).toBe(0)
  expect(update(open, { type: 'locked', vaults: [] })[0].clockAheadMs).toBe(0)
})
