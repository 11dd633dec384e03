import { expect, test } from 'vitest'
import type { Action } from './action.js'
import type { Command } from './command.js'
import { type NotesView, placeOfNotes } from './notes.js'
import type { Message } from './sdk.js'
import { type ContactView, contactsByActivity, conversationOf, initialState, type State } from './state.js'
import { update } from './update.js'

const OWN = '9'.repeat(64)
const ANA = 'a'.repeat(64)
const BEN = 'b'.repeat(64)
const NOTES: NotesView = { id: OWN, timerSeconds: 0, pinned: false, archived: false }

const person = (id: string, change: Partial<ContactView> = {}): ContactView => ({
  ...{ id, displayName: id, alias: '7K3M9QXA', state: 'away', path: 'unknown', safetyNumber: '', verification: 'none' },
  ...{ safetyQr: new Uint8Array(65), notice: false, nickname: '', muted: false, archived: false, pinned: false },
  ...{
    readReceipts: true,
    timerSeconds: 0,
    blocked: false,
    unread: 0,
    firstUnread: undefined,
    waitsFor: undefined,
    diagnosis: undefined,
    build: undefined,
  },
  ...change,
})

const message = (contact: string, at: number, text = 'x'): Message => ({
  ...{ id: `${contact.slice(0, 4)}${at}`, contact, outgoing: true, state: contact === OWN ? 'kept' : 'delivered' },
  ...{ writtenAt: at, position: at, body: { kind: 'text', text }, edited: false, reactions: {} },
})

function run(state: State, ...actions: Action[]): readonly [State, readonly Command[]] {
  let step: readonly [State, readonly Command[]] = [state, []]
  for (const action of actions) step = update(step[0], action)
  return step
}

function opened(contacts: readonly ContactView[], notes = NOTES): readonly [State, readonly Command[]] {
  const first = initialState({
    ...{ host: 'localhost', origin: 'http://localhost', appearance: 'system', now: 0 },
    language: { chosen: 'system', shown: 'en' },
  })
  const account = { username: 'l', displayName: 'L', pairingCode: '', alias: '', server: 'http://localhost' }
  return run(first, {
    type: 'opened',
    snapshot: {
      ...{ account, server: 'connected', contacts, notes, requests: [], invitations: [], drafts: { [OWN]: 'half' } },
      ...{ transfers: [], devices: [], notifications: { state: 'off' }, session: 'valid', clockAheadMs: 0, now: 0 },
      locks: { afterMinutes: 0, maximumSecurity: false },
      network: { pace: 'normal', paths: 'any' },
    },
  })
}

/** The list as it is drawn. */
function listed(state: State): string[] {
  const contacts = contactsByActivity(state)
  const ids = contacts.map(({ id }) => id)
  return ids.toSpliced(placeOfNotes(state, contacts), 0, OWN)
}

test('an account brings its notes with their draft, looks at what was noted, and takes them along when it is locked', () => {
  const [state, commands] = opened([person(ANA)])
  expect(state.notes).toEqual(NOTES)
  expect(conversationOf(state, OWN).draft).toBe('half')
  expect(commands).toContainEqual({ type: 'history', contact: OWN })
  const [locked] = run(state, { type: 'message', message: message(OWN, 1) }, { type: 'locked', vaults: [] })
  expect([locked.notes, locked.conversations]).toEqual([undefined, {}])
})

test('the notes stand where their last one belongs among the contacts: pinned before all that is not, unused behind all', () => {
  const [unused] = opened([person(ANA), person(BEN)])
  expect(listed(unused)).toEqual([ANA, BEN, OWN])
  const said = [message(ANA, 1), message(OWN, 2), message(BEN, 3)]
  const [used] = run(unused, ...said.map((one): Action => ({ type: 'message', message: one })))
  expect(listed(used)).toEqual([BEN, OWN, ANA])
  expect(listed(run(used, { type: 'notes', notes: { ...NOTES, pinned: true } })[0])).toEqual([OWN, BEN, ANA])
  const [pinned] = run(used, { type: 'contact', contact: person(ANA, { pinned: true }) })
  expect(listed(pinned)).toEqual([ANA, BEN, OWN])
})

test('what is chosen for the notes, and a note, go to the vault like a message: nothing of it is said to a contact', () => {
  const [state] = opened([])
  expect(run(state, { type: 'notes_chosen', change: { pinned: true } })[1]).toEqual([
    { type: 'change_notes', change: { pinned: true } },
  ])
  const [open, looks] = run(state, { type: 'go', route: { screen: 'conversation', contact: OWN } })
  expect(looks).toContainEqual({ type: 'history', contact: OWN })
  const [sent, commands] = run(open, { type: 'send', contact: OWN, text: 'milk' })
  expect(commands).toEqual([
    { type: 'send', contact: OWN, text: 'milk' },
    { type: 'keep_draft', contact: OWN, text: '' },
  ])
  const [kept, more] = run(sent, { type: 'message', message: message(OWN, 5, 'milk') })
  expect([more, kept.spoken]).toEqual([[], undefined])
  expect(conversationOf(run(kept, { type: 'gone', contact: OWN, ids: ['99995'] })[0], OWN).messages).toEqual([])
})
