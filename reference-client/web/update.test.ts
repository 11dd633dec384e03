import { describe, expect, it } from 'vitest'
import type { Action, Snapshot } from './action.js'
import type { Command } from './command.js'
import type { Message } from './sdk.js'
import { type ContactView, conversationOf, holdsFiles, initialState, type State } from './state.js'
import { update } from './update.js'

const ANA = 'a'.repeat(64)
const WORDS = Array.from({ length: 24 }, (_, place) => `word${place}`)

const ana: ContactView = {
  id: ANA,
  displayName: 'Ana',
  alias: '7K3M9QXA',
  state: 'connected',
  path: 'direct',
  safetyNumber: '',
  verification: 'none',
  safetyQr: new Uint8Array(65),
  notice: false,
  nickname: '',
  muted: false,
  archived: false,
  pinned: false,
  readReceipts: true,
  timerSeconds: 0,
  blocked: false,
  unread: 0,
  firstUnread: undefined,
  waitsFor: undefined,
  diagnosis: undefined,
  build: undefined,
}
const snapshot: Snapshot = {
  account: {
    username: 'lena',
    displayName: 'Lena',
    pairingCode: '2B8WQ7ZN5C',
    alias: '4F9TZ2KD',
    server: 'http://localhost',
  },
  server: 'connected',
  contacts: [ana],
  notes: { id: '9'.repeat(64), timerSeconds: 0, pinned: false, archived: false },
  requests: [],
  invitations: [],
  drafts: {},
  transfers: [],
  notifications: { state: 'off' },
  devices: [],
  locks: { afterMinutes: 0, maximumSecurity: false },
  network: { pace: 'normal', paths: 'any' },
  session: 'valid',
  clockAheadMs: 0,
  now: 1_000,
}
const outside: State = initialState({
  host: 'localhost',
  origin: 'http://localhost',
  appearance: 'system',
  language: { chosen: 'system', shown: 'en' },
  now: 0,
})

function after(state: State, ...actions: Action[]): State {
  return actions.reduce((now, action) => update(now, action)[0], state)
}
function asked(state: State, action: Action): readonly Command[] {
  return update(state, action)[1]
}
function message(position: number, change: Partial<Message> = {}): Message {
  const body = { kind: 'text', text: `text ${position}` } as const
  return {
    id: `m${position}`,
    contact: ANA,
    outgoing: false,
    state: 'received',
    writtenAt: position,
    position,
    body,
    edited: false,
    reactions: {},
    ...change,
  }
}

const open = after(outside, { type: 'probed', missing: [], vaults: [] }, { type: 'opened', snapshot })

describe('notifications', () => {
  it('are busy while they are turned on or off, then as the browser and the server left them', () => {
    for (const on of [true, false]) {
      const busy = after(open, { type: 'notifications_wanted', on })
      expect(busy.notifications).toEqual({ state: on ? 'turning_on' : 'turning_off' })
      expect(asked(open, { type: 'notifications_wanted', on })).toEqual([{ type: 'notifications', on }])
      const view = { state: 'off', problem: 'push_service' } as const
      expect(after(busy, { type: 'notifications', view }).notifications).toEqual(view)
      // What comes after the person locked belongs to nobody any more.
      const locked = after(busy, { type: 'locked', vaults: [] })
      expect(after(locked, { type: 'notifications', view: { state: 'on' } }).notifications).toEqual({ state: 'off' })
    }
  })
})

describe('the doors', () => {
  it('says what is missing before any form or words', () => {
    const damaged = {
      type: 'probed',
      missing: [],
      vaults: [],
      problem: { code: 'storage_damaged', culprit: 'world' },
    } as const
    expect(after(outside, damaged).phase).toMatchObject({ name: 'welcome', problem: { code: 'storage_damaged' } })
    const state = after(outside, { type: 'probed', missing: ['storage'], vaults: [] })
    expect(state.phase).toEqual({ name: 'unsupported', missing: ['storage'] })
  })

  it('tells a vault that is gone by the choices that were made in it', () => {
    const nothing = { type: 'probed', missing: [], vaults: [] } as const
    const vault = { username: 'lena', server: 'http://localhost' }
    const dark = { ...outside, appearance: 'dark' } as const
    const spanish = { ...outside, language: { chosen: 'es', shown: 'es' } } as const
    expect(after(outside, nothing).isVaultGone).toBe(false)
    for (const state of [dark, spanish]) expect(after(state, nothing).isVaultGone).toBe(true)
    expect(after(dark, { ...nothing, vaults: [vault] }).isVaultGone).toBe(false)
    expect(after(dark, { ...nothing, problem: { code: 'storage_damaged', culprit: 'world' } }).isVaultGone).toBe(false)
    expect(after(dark, nothing, { type: 'opened', snapshot }).isVaultGone).toBe(false)
  })

  it('never holds a password', () => {
    const password = 'blue kettle 42'
    const creating = update(outside, { type: 'register', username: 'lena', displayName: 'Lena', password })
    expect(JSON.stringify(creating[0])).not.toContain(password)
    expect(creating[1]).toEqual([{ type: 'register', username: 'lena', displayName: 'Lena', password }])
  })

  it('gives back what was typed when the account is refused, and nothing is said of an own cancel', () => {
    const creating = after(outside, { type: 'register', username: 'lena', displayName: 'Lena', password: 'x' })
    const refused = after(creating, { type: 'door_failed', problem: { code: 'username_taken', culprit: 'person' } })
    expect(refused.phase).toMatchObject({
      name: 'welcome',
      form: 'create',
      typed: { username: 'lena', displayName: 'Lena' },
      problem: { code: 'username_taken' },
    })
    const cancelled = after(creating, { type: 'door_failed', problem: { code: 'cancelled', culprit: 'caller' } })
    expect(cancelled.phase).not.toHaveProperty('problem')
  })

  it.each([
    ['small', (word: string) => word],
    ['capitals', (word: string) => word.toUpperCase()],
    ['a capital first, blanks around', (word: string) => ` ${word.charAt(0).toUpperCase()}${word.slice(1)}\u00a0`],
  ])('[V4] takes the asked words in %s and forgets all of them', (_how, typed) => {
    const words = after(outside, { type: 'registered', snapshot, words: WORDS })
    const confirm = after(words, { type: 'words_written', asked: [2, 7, 23] })
    const done = after(confirm, { type: 'words_typed', typed: ['word2', 'word7', 'word23'].map(typed) })
    expect(done.phase).toEqual({ name: 'open' })
    expect(JSON.stringify(done)).not.toContain('word7')
  })

  it('tells which of the words is wrong and goes nowhere', () => {
    const confirm = after(
      outside,
      { type: 'registered', snapshot, words: WORDS },
      { type: 'words_written', asked: [2, 7, 23] },
    )
    const wrong = after(confirm, { type: 'words_typed', typed: ['word2', 'word8', ''] })
    expect(wrong.phase).toMatchObject({ name: 'confirm', wrong: [7, 23] })
  })

  it('waits for the tab that holds the vault, from the locked screen and from the form', () => {
    const problem = { code: 'storage_locked', culprit: 'world' } as const
    const vault = { username: 'lena', server: 'http://localhost' }
    const locked = after(outside, { type: 'probed', missing: [], vaults: [vault] }, { type: 'unlock', password: 'x' })
    expect(after(locked, { type: 'door_failed', problem }).phase).toEqual({ name: 'elsewhere', vault })
    const form = after(
      outside,
      { type: 'probed', missing: [], vaults: [] },
      { type: 'form_chosen', form: 'login' },
      { type: 'login', username: 'lena', password: 'x' },
    )
    const waiting = after(form, { type: 'door_failed', problem })
    expect(waiting.phase).toEqual({ name: 'elsewhere', vault })
    expect(after(waiting, { type: 'opened', snapshot }).phase).toEqual({ name: 'open' })
  })

  it('[V18] keeps nothing of an account when it is locked', () => {
    const used = after(
      open,
      { type: 'message', message: message(1) },
      { type: 'draft', contact: ANA, text: 'secret draft' },
    )
    const locked = after(used, { type: 'locked', vaults: [{ username: 'lena', server: 'http://localhost' }] })
    expect(JSON.stringify(locked)).not.toMatch(/secret draft|text 1|Ana/u)
    expect(locked.phase.name).toBe('locked')
  })
})

describe('conversations', () => {
  it('shows each message once, in its place, with its latest state', () => {
    const mine = message(2, { outgoing: true, state: 'waiting' })
    const state = after(
      open,
      { type: 'message', message: mine },
      { type: 'message', message: message(1) },
      { type: 'receipt', message: { ...mine, state: 'delivered' } },
      { type: 'history', contact: ANA, messages: [message(1)], more: false },
    )
    expect(conversationOf(state, ANA).messages.map(({ id, state: now }) => [id, now])).toEqual([
      ['m1', 'received'],
      ['m2', 'delivered'],
    ])
  })

  it('does not go back when an older look at the past comes after a receipt', () => {
    const mine = message(1, { outgoing: true, state: 'delivered' })
    const state = after(
      open,
      { type: 'message', message: mine },
      { type: 'history', contact: ANA, messages: [{ ...mine, state: 'waiting' }], more: false },
    )
    expect(conversationOf(state, ANA).messages[0]?.state).toBe('delivered')
  })

  it('forgets a contact that was removed, with all that was said', () => {
    const state = after(open, { type: 'message', message: message(1) }, { type: 'contact_removed', contact: ANA })
    expect([state.contacts[ANA], state.conversations[ANA]]).toEqual([undefined, undefined])
  })

  it('shows no more what has disappeared', () => {
    const arrivals = [1, 2, 3].map((n) => ({ type: 'message', message: message(n) }) as const)
    const state = after(open, ...arrivals, { type: 'gone', contact: ANA, ids: ['m1', 'm3', 'm9'] })
    expect(conversationOf(state, ANA).messages.map(({ id }) => id)).toEqual(['m2'])
  })

  it('shows nothing for a receipt of what is not shown', () => {
    const state = after(open, { type: 'receipt', message: message(1, { outgoing: true, body: { kind: 'unknown' } }) })
    expect(conversationOf(state, ANA).messages).toEqual([])
  })

  it('keeps a draft per contact and gives back a text that could not be stored', () => {
    const drafted = after(open, { type: 'draft', contact: ANA, text: 'newer' })
    const problem = { code: 'storage_failed', culprit: 'world' } as const
    const state = after(drafted, { type: 'send_failed', contact: ANA, text: 'older', problem, key: 1 })
    expect(conversationOf(state, ANA).draft).toBe('older\nnewer')
    expect(state.notices).toHaveLength(1)
  })

  it('sends nothing that is only blanks', () => {
    expect(asked(open, { type: 'send', contact: ANA, text: ' \n ' })).toEqual([])
  })
})

describe('files', () => {
  const transfer = {
    id: 'f',
    contact: ANA,
    outgoing: false,
    name: 'x',
    size: 2 ** 33,
    stage: 'accepted',
    bytes: 0,
    stored: false,
    held: undefined,
    damaged: undefined,
  } as const

  it('estimates the rate from what is durable, not from how often it is told', () => {
    const state = [0, 1, 2, 3, 4].reduce(
      (now, second) =>
        after(now, { type: 'transfer', transfer: { ...transfer, bytes: second * 5_000_000 }, now: second * 1_000 }),
      open,
    )
    const twice = after(state, { type: 'transfer', transfer: { ...transfer, bytes: 20_500_000 }, now: 4_100 })
    expect(twice.transfers['f']).toMatchObject({ rate: 5_000_000, bytes: 20_500_000 })
  })

  it('holds the page while a file moves, not when it is in the vault', () => {
    const moving = after(open, { type: 'transfer', transfer, now: 0 })
    expect(holdsFiles(moving)).toBe(true)
    const complete = { ...transfer, stage: 'complete', bytes: transfer.size, stored: true } as const
    expect(holdsFiles(after(moving, { type: 'transfer', transfer: complete, now: 1 }))).toBe(false)
  })

  it('has no rate once it has ended', () => {
    const moving = after(
      open,
      { type: 'transfer', transfer, now: 0 },
      { type: 'transfer', transfer: { ...transfer, bytes: 10 }, now: 1_000 },
    )
    const ended = after(moving, {
      type: 'transfer',
      transfer: { ...transfer, stage: 'cancelled', bytes: 10 },
      now: 2_000,
    })
    expect(ended.transfers['f']?.rate).toBe(0)
  })
})

describe('moving about', () => {
  it('adds an entry on the way down and none between screens of one depth', () => {
    expect(asked(open, { type: 'go', route: { screen: 'settings' } })[0]).toEqual({
      type: 'push',
      route: { screen: 'settings' },
    })
    const there = after(open, { type: 'go', route: { screen: 'settings' } })
    expect(asked(there, { type: 'go', route: { screen: 'add' } })[0]).toEqual({
      type: 'replace',
      route: { screen: 'add' },
    })
    expect(asked(there, { type: 'go', route: { screen: 'settings' } })).toEqual([])
  })

  it('looks for requests with each step, and each minute as long as the own code is shown', () => {
    const look = { type: 'look_for_requests' }
    const showing = after(open, { type: 'go', route: { screen: 'add' } })
    for (const screen of ['add', 'settings'] as const) {
      expect(asked(open, { type: 'go', route: { screen } })).toContainEqual(look)
    }
    expect(asked(showing, { type: 'minute', now: 1 })).toEqual([look])
    expect(asked(open, { type: 'minute', now: 1 })).toEqual([])
  })

  it('stays where it is when the browser goes back outside an open account', () => {
    expect(after(outside, { type: 'went', route: { screen: 'settings' } }).route).toEqual({ screen: 'home' })
  })
})

describe('requests', () => {
  const request = { id: 'r', displayName: 'Noor', alias: '9CQ2TR6H', createdAt: 0 }

  it('stay busy while they are answered, and are free again when that failed', () => {
    const accepting = after(open, { type: 'requests', requests: [request] }, { type: 'accept', request: 'r' })
    expect(after(accepting, { type: 'requests', requests: [request] }).requests[0]?.busy).toBe(true)
    const problem = { code: 'server_away', culprit: 'world' } as const
    const failed = after(accepting, { type: 'answer_failed', request: 'r', problem, key: 1 })
    expect(failed.requests[0]?.busy).toBe(false)
  })
})
