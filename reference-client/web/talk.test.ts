import { describe, expect, it } from 'vitest'
import type { Action, Snapshot } from './action.js'
import type { Command } from './command.js'
import type { Message } from './sdk.js'
import { type ContactView, contactsByActivity, conversationOf, initialState, type State } from './state.js'
import { update } from './update.js'

const ANA = 'a'.repeat(64)
const BEN = 'b'.repeat(64)
const person = (id: string, displayName: string, change: Partial<ContactView> = {}): ContactView => ({
  ...{ id, displayName, alias: '7K3M9QXA', state: 'connected', path: 'direct', safetyNumber: '', verification: 'none' },
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
const snapshot = (contacts: readonly ContactView[], drafts: Record<string, string> = {}): Snapshot => ({
  account: {
    username: 'lena',
    displayName: 'Lena',
    pairingCode: '2B8WQ7ZN5C',
    alias: '4F9TZ2KD',
    server: 'http://localhost',
  },
  ...{ server: 'connected', requests: [], invitations: [], transfers: [], notifications: { state: 'off' }, now: 1_000 },
  contacts,
  notes: { id: '9'.repeat(64), timerSeconds: 0, pinned: false, archived: false },
  drafts,
  devices: [],
  locks: { afterMinutes: 0, maximumSecurity: false },
  network: { pace: 'normal', paths: 'any' },
  session: 'valid',
  clockAheadMs: 0,
})
const outside: State = initialState({
  ...{ host: 'localhost', origin: 'http://localhost', appearance: 'system', now: 0 },
  language: { chosen: 'system', shown: 'en' },
})
const opened = (contacts: readonly ContactView[], drafts: Record<string, string> = {}): State =>
  after(outside, { type: 'probed', missing: [], vaults: [] }, { type: 'opened', snapshot: snapshot(contacts, drafts) })

function after(state: State, ...actions: Action[]): State {
  return actions.reduce((now, action) => update(now, action)[0], state)
}
function asked(state: State, action: Action): readonly Command[] {
  return update(state, action)[1]
}
function message(position: number, change: Partial<Message> = {}): Message {
  return {
    ...{ id: `m${position}`, contact: ANA, outgoing: false, state: 'received', writtenAt: position, position },
    ...{ body: { kind: 'text', text: `text ${position}` }, edited: false, reactions: {} },
    ...change,
  }
}
const mine = (position: number, change: Partial<Message> = {}): Message =>
  message(position, { outgoing: true, state: 'delivered', ...change })

const open = opened([person(ANA, 'Ana'), person(BEN, 'Ben')])
const toAna = { type: 'go', route: { screen: 'conversation', contact: ANA } } as const
const came = (position: number, count: number, first: number): Action[] => [
  { type: 'message', message: message(position) },
  { type: 'unread', contact: ANA, count, first },
]

describe('what is new', () => {
  it('[C4] stays counted until it is looked at, is marked as read once, and the line stands before the first', () => {
    const two = after(open, ...came(1, 1, 1), ...came(2, 2, 1))
    expect(two.contacts[ANA]?.unread).toBe(2)
    const marks = asked(two, toAna).filter(({ type }) => type === 'mark_read')
    expect(marks).toEqual([{ type: 'mark_read', contact: ANA, id: 'm2' }])
    const reading = after(two, toAna)
    expect(conversationOf(reading, ANA).newFrom).toBe(1)
    expect(asked(reading, { type: 'unread', contact: ANA, count: 2, first: 1 })).toEqual([])
    const read = after(reading, { type: 'unread', contact: ANA, count: 0, first: undefined })
    expect(conversationOf(read, ANA).newFrom).toBe(1)
  })

  it('what comes while it is looked at is read, without a line', () => {
    const looking = after(open, toAna, { type: 'message', message: message(1) })
    const [state, commands] = update(looking, { type: 'unread', contact: ANA, count: 1, first: 1 })
    expect(commands).toEqual([{ type: 'mark_read', contact: ANA, id: 'm1' }])
    expect(conversationOf(state, ANA).newFrom).toBeUndefined()
  })

  it('what comes while the page is hidden is not read until it can be seen, and has its line', () => {
    const hidden = after(open, toAna, { type: 'visibility', visible: false })
    const later = after(hidden, ...came(1, 1, 1), ...came(2, 2, 1))
    expect(later.contacts[ANA]?.unread).toBe(2)
    expect(conversationOf(later, ANA).newFrom).toBe(1)
    expect(asked(later, { type: 'visibility', visible: true })).toEqual([{ type: 'mark_read', contact: ANA, id: 'm2' }])
  })

  it('is read only when the past has come from the vault', () => {
    const state = opened([person(ANA, 'Ana', { unread: 1, firstUnread: 7 })])
    expect(asked(state, toAna).map(({ type }) => type)).not.toContain('mark_read')
    const history = { type: 'history', contact: ANA, messages: [message(7)], more: false } as const
    expect(asked(after(state, toAna), history)).toEqual([{ type: 'mark_read', contact: ANA, id: 'm7' }])
  })

  it('of a muted contact is counted and not said', () => {
    const state = opened([person(ANA, 'Ana', { muted: true })])
    expect(after(state, ...came(1, 1, 1)).spoken).toBeUndefined()
    expect(after(open, ...came(1, 1, 1)).spoken?.message.id).toBe('m1')
  })
})

describe('drafts', () => {
  it('come from the vault, go there at each key, and go when they are sent', () => {
    const state = opened([person(ANA, 'Ana')], { [ANA]: 'from before' })
    expect(conversationOf(state, ANA).draft).toBe('from before')
    expect(asked(state, { type: 'draft', contact: ANA, text: 'new' })).toEqual([
      { type: 'keep_draft', contact: ANA, text: 'new' },
    ])
    const writing = after(state, toAna)
    expect(asked(writing, { type: 'send', contact: ANA, text: 'new' })).toContainEqual({
      ...{ type: 'keep_draft', contact: ANA, text: '' },
    })
  })
})

describe('answers and edits', () => {
  it('an answer goes out with what it answers, once', () => {
    const replying = after(open, { type: 'reply', message: message(1) })
    expect(asked(replying, { type: 'send', contact: ANA, text: 'yes' })[0]).toEqual({
      ...{ type: 'send', contact: ANA, text: 'yes', replyTo: 'm1' },
    })
    const sent = after(replying, { type: 'send', contact: ANA, text: 'yes' })
    expect(asked(sent, { type: 'send', contact: ANA, text: 'more' })[0]).not.toHaveProperty('replyTo')
  })

  it('an edit leaves the draft as it is, changes nothing when nothing was changed, and is left by Escape', () => {
    const drafted = after(open, { type: 'message', message: mine(1) }, { type: 'draft', contact: ANA, text: 'draft' })
    const editing = after(drafted, { type: 'edit_begin', message: mine(1) })
    expect(editing.talk.composing[ANA]).toMatchObject({ kind: 'edit', text: 'text 1' })
    expect(asked(editing, { type: 'edit', contact: ANA })).toEqual([])
    const typed = after(editing, { type: 'edit_typed', contact: ANA, text: 'better' })
    expect(asked(typed, { type: 'edit', contact: ANA })).toEqual([
      { type: 'edit', contact: ANA, id: 'm1', text: 'better' },
    ])
    expect(conversationOf(typed, ANA).draft).toBe('draft')
    expect(after(typed, { type: 'compose_left', contact: ANA }).talk.composing).toEqual({})
  })

  it('nobody edits what somebody else wrote', () => {
    expect(after(open, { type: 'edit_begin', message: message(1) }).talk.composing).toEqual({})
  })

  it('what is deleted or disappears is answered and edited no more', () => {
    const replying = after(open, { type: 'message', message: message(1) }, { type: 'reply', message: message(1) })
    const deleted = message(1, { body: { kind: 'deleted' } })
    expect(after(replying, { type: 'receipt', message: deleted }).talk.composing).toEqual({})
    expect(after(replying, { type: 'gone', contact: ANA, ids: ['m1'] }).talk.composing).toEqual({})
  })
})

describe('quotes', () => {
  const answer = message(60, { replyTo: 'm1' })

  it('are looked up once when what they quote is not on the screen', () => {
    const first = update(open, { type: 'message', message: answer })
    expect(first[1]).toEqual([{ type: 'look_up', contact: ANA, id: 'm1' }])
    expect(asked(first[0], { type: 'message', message: message(61, { replyTo: 'm1' }) })).toEqual([])
    const here = after(open, { type: 'message', message: message(1) })
    expect(asked(here, { type: 'message', message: answer })).toEqual([])
  })

  it('follow an edit, and say that what disappeared is not here', () => {
    const found = after(
      open,
      { type: 'message', message: answer },
      { type: 'quoted', contact: ANA, id: 'm1', message: message(1) },
    )
    const edited = message(1, { body: { kind: 'text', text: 'new' }, edited: true })
    expect(after(found, { type: 'receipt', message: edited }).talk.quotes['m1']).toEqual(edited)
    expect(after(found, { type: 'gone', contact: ANA, ids: ['m1'] }).talk.quotes['m1']).toBe('missing')
    expect(JSON.stringify(after(found, { type: 'contact_removed', contact: ANA }))).not.toContain('text 1')
  })
})

describe('the past', () => {
  const page = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, at) => message(from + at))
  const reading = after(open, { type: 'history', contact: ANA, messages: page(201, 250), more: true }, toAna)
  const jump = { type: 'jump', contact: ANA, id: 'm40', position: 40 } as const

  it('is jumped to where it is, loads what is around, and leaves the newest where they are', () => {
    expect(asked(reading, jump)).toEqual([{ type: 'look', contact: ANA, way: 'around', from: 40, id: 'm40' }])
    const there = after(reading, jump, {
      ...{ type: 'looked', contact: ANA, way: 'around', messages: page(1, 90), earlier: false, id: 'm40' },
    })
    expect(there.talk.windows[ANA]?.messages).toHaveLength(90)
    expect(there.talk.target).toMatchObject({ contact: ANA, id: 'm40' })
    expect(conversationOf(there, ANA).messages).toHaveLength(50)
    // What comes meanwhile is the newest, not a part of the past.
    const more = after(there, { type: 'message', message: message(251) })
    expect(more.talk.windows[ANA]?.messages.at(-1)?.id).toBe('m90')
    expect(conversationOf(more, ANA).messages.at(-1)?.id).toBe('m251')
    expect(after(more, { type: 'newest', contact: ANA }).talk.windows).toEqual({})
  })

  it('becomes one with the newest when it reaches them, without a hole', () => {
    const there = after(reading, jump, {
      ...{ type: 'looked', contact: ANA, way: 'around', messages: page(31, 180), earlier: true, id: 'm40' },
    })
    expect(asked(there, { type: 'later', contact: ANA })).toEqual([
      { type: 'look', contact: ANA, way: 'after', from: 180 },
    ])
    const whole = after(there, {
      ...{ type: 'looked', contact: ANA, way: 'after', messages: page(181, 230), earlier: false },
    })
    expect(whole.talk.windows).toEqual({})
    expect(conversationOf(whole, ANA).messages.map(({ position }) => position)).toEqual(
      page(31, 250).map(({ position }) => position),
    )
    expect(conversationOf(whole, ANA).earlier).toBe('some')
  })

  it('of a conversation that was left meanwhile is dropped', () => {
    const gone = after(reading, jump, { type: 'go', route: { screen: 'home' } })
    const late = after(gone, {
      ...{ type: 'looked', contact: ANA, way: 'around', messages: page(1, 90), earlier: false, id: 'm40' },
    })
    expect(late.talk.windows).toEqual({})
  })

  it('what is on the screen is only brought into sight, each time it is asked for', () => {
    const one = after(reading, { ...jump, id: 'm210', position: 210 })
    const two = after(one, { ...jump, id: 'm210', position: 210 })
    expect(one.talk.target?.key).not.toBe(two.talk.target?.key)
  })
})

describe('search', () => {
  const found = (text: string): Action => ({
    ...{ type: 'search_found', text, more: false, isWhole: true },
    hits: [{ order: 5, contact: ANA, message: message(1), ranges: [] }],
  })

  it('[V3] shows what is typed now: answers to an earlier text are dropped', () => {
    const typed = after(open, { type: 'search_typed', text: 'lig' }, { type: 'search_typed', text: 'light' })
    expect(after(typed, found('lig')).talk.search.hits).toEqual([])
    expect(after(typed, found('light')).talk.search.hits).toHaveLength(1)
    expect(after(typed, found('light'), { type: 'search_closed' }, found('light')).talk.search.hits).toEqual([])
  })

  it('[V3] shows no more what disappeared or was deleted with its contact', () => {
    const shown = after(open, { type: 'search_typed', text: 'light' }, found('light'))
    expect(after(shown, { type: 'gone', contact: ANA, ids: ['m1'] }).talk.search.hits).toEqual([])
    expect(after(shown, { type: 'contact_removed', contact: ANA }).talk.search.hits).toEqual([])
  })

  it('goes on behind the oldest hit', () => {
    const shown = after(open, { type: 'search_typed', text: 'light' }, found('light'))
    expect(asked(shown, { type: 'search_more' })).toEqual([{ type: 'search', text: 'light', before: 5 }])
  })
})

describe('a place', () => {
  const place = { latitude: 1, longitude: 2, accuracy: 3, takenAt: 4 }

  it('[V20] is sent only after it was looked at, and never after the person changed their mind', () => {
    const wanted = after(open, { type: 'place_wanted', contact: ANA })
    expect(asked(wanted, { type: 'place_send' })).toEqual([])
    const measured = after(wanted, { type: 'place_measured', contact: ANA, place })
    expect(asked(measured, { type: 'place_send' })).toEqual([{ type: 'send_place', contact: ANA, place }])
    const dropped = after(wanted, { type: 'place_dropped' }, { type: 'place_measured', contact: ANA, place })
    expect(asked(dropped, { type: 'place_send' })).toEqual([])
    const elsewhere = after(measured, { type: 'go', route: { screen: 'conversation', contact: BEN } })
    expect(asked(elsewhere, { type: 'place_send' })).toEqual([])
  })
})

describe('the list', () => {
  it('has what is pinned on top, then the latest activity, and names as the person gave them', () => {
    const state = opened([
      person(ANA, 'Ana'),
      person(BEN, 'Zoe', { nickname: 'Abe' }),
      person('c'.repeat(64), 'Cleo', { pinned: true }),
    ])
    expect(contactsByActivity(state).map(({ displayName }) => displayName)).toEqual(['Cleo', 'Zoe', 'Ana'])
    const said = after(state, { type: 'message', message: message(1) })
    expect(contactsByActivity(said).map(({ displayName }) => displayName)).toEqual(['Cleo', 'Ana', 'Zoe'])
  })

  it('[V14] a contact that is removed leaves nothing, and its screen leads home', () => {
    const there = after(open, toAna, { type: 'message', message: message(1) })
    const [state, commands] = update(there, { type: 'contact_removed', contact: ANA })
    expect(state.route).toEqual({ screen: 'home' })
    expect(commands).toContainEqual({ type: 'replace', route: { screen: 'home' } })
    expect(JSON.stringify(state)).not.toContain('text 1')
  })
})
