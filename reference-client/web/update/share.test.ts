/** What another app shared: it waits for the vault and for a choice, and is never sent by itself. */
import { expect, it } from 'vitest'
import type { Action } from '../action.js'
import type { Command } from '../command.js'
import { type ContactView, conversationOf, initialState, type State } from '../state.js'
import { update } from '../update.js'

const ANA = 'a'.repeat(64)
const ana: ContactView = {
  ...{ id: ANA, displayName: 'Ana', alias: '7K3M9QXA', state: 'away', path: 'unknown', safetyNumber: '' },
  ...{ verification: 'none', safetyQr: new Uint8Array(65), notice: false, nickname: '', muted: false },
  ...{ archived: false, pinned: false, readReceipts: true, timerSeconds: 0, blocked: false },
  ...{ unread: 0, firstUnread: undefined, waitsFor: undefined, diagnosis: undefined, build: undefined },
}
const vault = { username: 'l', server: 'http://localhost' }
const locked: State = {
  ...initialState({
    ...{ host: 'localhost', origin: 'http://localhost', appearance: 'system', now: 0 },
    language: { chosen: 'system', shown: 'en' },
  }),
  phase: { name: 'locked', vault, key: 'password', busy: true },
}
const shared: Action = { type: 'shared', text: 'from elsewhere', files: [{ name: 'a.png', size: 3 }] }
const opened: Action = {
  type: 'opened',
  snapshot: {
    ...{ account: { ...vault, displayName: 'L', pairingCode: '', alias: '' }, server: 'connected', now: 0 },
    ...{ contacts: [ana], requests: [], invitations: [], drafts: { [ANA]: 'begun' }, transfers: [], devices: [] },
    notes: { id: '9'.repeat(64), timerSeconds: 0, pinned: false, archived: false },
    ...{
      notifications: { state: 'off' },
      locks: locked.locks,
      network: locked.network,
      session: 'valid',
      clockAheadMs: 0,
    },
  },
}
const choose: Action = { type: 'share_to', contact: ANA }

function run(state: State, ...actions: Action[]): readonly [State, readonly Command[]] {
  let step: readonly [State, readonly Command[]] = [state, []]
  for (const action of actions) step = update(step[0], action)
  return step
}

it('waits while the vault is locked, then goes to whom the person chooses, after what was begun, and is not sent', () => {
  expect(run(locked, shared, choose)).toEqual([expect.objectContaining({ phase: locked.phase }), []])
  const [state, commands] = run(locked, shared, opened, choose)
  expect(state.share).toBeUndefined()
  expect(state.route).toEqual({ screen: 'conversation', contact: ANA })
  expect(conversationOf(state, ANA).draft).toBe('begun\nfrom elsewhere')
  expect(commands).toContainEqual({ type: 'keep_draft', contact: ANA, text: 'begun\nfrom elsewhere' })
  expect(commands).toContainEqual({ type: 'attach_shared', contact: ANA })
  expect(commands.some(({ type }) => type === 'send' || type === 'offer')).toBe(false)
  expect(run(state, choose)).toEqual([state, []])
})

it('goes to nobody who is blocked or unknown', () => {
  const [open] = run(locked, shared, opened)
  expect(run(open, { type: 'share_to', contact: 'b'.repeat(64) })).toEqual([open, []])
  const [blocked] = run(open, { type: 'contact', contact: { ...ana, blocked: true } })
  expect(run(blocked, choose)).toEqual([blocked, []])
})

it('is let go by who cancels and when the vault is locked', () => {
  const [open] = run(locked, shared, opened)
  expect(open.share?.stage).toBe('waiting')
  const [left, commands] = run(open, { type: 'share_left' })
  expect([left.share, commands]).toEqual([undefined, [{ type: 'drop_shared' }]])
  expect(run(open, { type: 'locked', vaults: [vault] })[0].share).toBeUndefined()
})

it('what the worker does not have any more, or did not take, is told until it is closed', () => {
  for (const reason of ['gone', 'too_large'] as const) {
    const [open] = run(locked, { type: 'share_failed', reason }, opened)
    expect(open.share).toEqual({ stage: reason })
    expect(run(open, choose)).toEqual([open, []])
    expect(run(open, { type: 'share_left' })[0].share).toBeUndefined()
  }
})
