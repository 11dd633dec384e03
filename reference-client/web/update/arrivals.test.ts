/** Waiting for a contact: told once, when both are here. */
import { expect, it } from 'vitest'
import type { Action } from '../action.js'
import type { Command } from '../command.js'
import { type ContactView, initialState, type State } from '../state.js'
import { update } from '../update.js'

const ANA = 'a'.repeat(64)
const ana: ContactView = {
  ...{ id: ANA, displayName: 'Ana', alias: '7K3M9QXA', state: 'away', path: 'unknown', safetyNumber: '' },
  ...{ verification: 'none', safetyQr: new Uint8Array(65), notice: false, nickname: '', muted: false },
  ...{ archived: false, pinned: false, readReceipts: true, timerSeconds: 0, blocked: false },
  ...{ unread: 0, firstUnread: undefined, waitsFor: undefined, diagnosis: undefined, build: undefined },
}
const empty: State = initialState({
  ...{ host: 'localhost', origin: 'http://localhost', appearance: 'system', now: 0 },
  language: { chosen: 'system', shown: 'en' },
})
const comes = (state: ContactView['state']): Action => ({ type: 'contact', contact: { ...ana, state } })
const waits: Action = { type: 'await_contact', contact: ANA, on: true }

function run(state: State, ...actions: Action[]): readonly [State, readonly Command[]] {
  const commands: Command[] = []
  let now = state
  for (const action of actions) {
    const [next, asked] = update(now, action)
    now = next
    commands.push(...asked)
  }
  return [now, commands.filter(({ type }) => type === 'tell_arrival')]
}

it('[C4] who is waited for is told of once, and not again', () => {
  const [came] = run(empty, comes('away'), waits, comes('connecting'), comes('connected'))
  expect(came.arrivals).toEqual({ awaited: [], here: [ANA] })
  expect(came.contacts[ANA]?.state).toBe('connected')
  const [again] = run(came, { type: 'arrival_seen', contact: ANA }, comes('away'), comes('connected'))
  expect(again.arrivals.here).toEqual([])
})

it('[C4] nobody is told of who was not waited for, or is no longer', () => {
  const [state] = run(empty, comes('connected'), comes('away'), waits)
  const off: Action = { type: 'await_contact', contact: ANA, on: false }
  expect(run(state, off, comes('connected'))[0].arrivals.here).toEqual([])
  expect(run(state, comes('connected'), comes('away'))[0].arrivals.here).toEqual([])
  const [removed] = run(state, comes('connected'), { type: 'contact_removed', contact: ANA })
  expect(removed.arrivals).toEqual({ awaited: [], here: [] })
})

it('[C3] a notification is shown only where they are on, and the page is out of sight', () => {
  const on: Action = { type: 'notifications', view: { state: 'on' } }
  const hidden: Action = { type: 'visibility', visible: false }
  const account = { username: 'l', displayName: 'L', pairingCode: '', alias: '', server: '' }
  const state = run({ ...empty, account }, comes('away'), waits)[0]
  expect(run(state, comes('connected'))[1]).toEqual([])
  expect(run(state, on, comes('connected'))[1]).toEqual([])
  expect(run(state, hidden, comes('connected'))[1]).toEqual([])
  expect(run(state, on, hidden, comes('connected'))[1]).toEqual([{ type: 'tell_arrival' }])
})
