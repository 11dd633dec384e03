/** The doors: creating an account, logging in, opening a vault, the words, locking. */
import type { Action, Snapshot } from '../action.js'
import type { Command, Step } from '../command.js'
import { NO_DEVICES } from '../devices.js'
import { EMPTY_CONVERSATION, nothingOpen, type Phase, type Problem, type Route, type State } from '../state.js'
import { sameWord } from '../word.js'

const still = (state: State): Step<State> => [state, []]
const phase = (state: State, next: Phase, ...commands: Command[]): Step<State> => [{ ...state, phase: next }, commands]

/** Where someone without an open account belongs: before their vault if there is one, else at the beginning. */
/** What is chosen in the settings outlives the vault that was open there (11-124). */
function isVaultGone(
  { appearance, language }: State,
  { vaults, problem }: Extract<Action, { type: 'probed' }>,
): boolean {
  return vaults.length === 0 && problem === undefined && (appearance !== 'system' || language.chosen !== 'system')
}

export function outside(state: State, problem?: Problem): Phase {
  const vault = state.vaults[0]
  const trouble = problem === undefined ? {} : { problem }
  if (vault === undefined) return { name: 'welcome', form: 'choice', busy: false, ...trouble }
  return { name: 'locked', vault, key: 'password', busy: false, ...trouble }
}

function enter(state: State, snapshot: Snapshot, next: Phase): State {
  const { account, server, now } = snapshot
  const vault = { username: account.username, server: account.server }
  const others = state.vaults.filter((known) => known.username !== vault.username || known.server !== vault.server)
  return {
    ...state,
    ...nothingOpen,
    // It waited for this.
    share: state.share,
    isVaultGone: false,
    phase: next,
    account,
    server,
    now,
    notifications: snapshot.notifications,
    devices: { ...NO_DEVICES, list: snapshot.devices },
    locks: snapshot.locks,
    network: { ...snapshot.network, busy: false },
    session: snapshot.session,
    clockAheadMs: snapshot.clockAheadMs,
    vaults: [vault, ...others],
    contacts: Object.fromEntries(snapshot.contacts.map((contact) => [contact.id, contact])),
    notes: snapshot.notes,
    conversations: Object.fromEntries(
      Object.entries(snapshot.drafts).map(([contact, draft]) => [contact, { ...EMPTY_CONVERSATION, draft }]),
    ),
    requests: snapshot.requests.map((request) => ({ ...request, busy: false })),
    invitations: snapshot.invitations,
    transfers: Object.fromEntries(
      snapshot.transfers.map((transfer) => [
        transfer.id,
        { ...transfer, kept: false, rate: 0, sampledAt: now, sampledBytes: transfer.bytes },
      ]),
    ),
  }
}

/** An invitation that brought the person here waits where people are added. */
const firstRoute = ({ invited }: State): Route => ({ screen: invited === undefined ? 'home' : 'add' })

const firstLook = (state: State, snapshot: Snapshot): Command[] => [
  { type: 'replace', route: firstRoute(state) },
  { type: 'look_at_account' },
  { type: 'keep_shell' },
  ...[...snapshot.contacts, snapshot.notes].map(({ id }): Command => ({ type: 'history', contact: id })),
]

function failed(state: State, problem: Problem): Step<State> {
  const now = state.phase
  switch (now.name) {
    case 'welcome':
    case 'creating': {
      const form = now.name === 'creating' ? 'create' : now.form
      if (problem.code === 'storage_locked' && form === 'login' && now.typed !== undefined) {
        const vault = { username: now.typed.username, server: state.origin }
        return phase(state, { name: 'elsewhere', vault })
      }
      const trouble = problem.code === 'cancelled' ? {} : { problem }
      const typed = now.typed === undefined ? {} : { typed: now.typed }
      return phase(state, { name: 'welcome', form, busy: false, ...trouble, ...typed })
    }
    case 'locked':
      if (problem.code === 'storage_locked') return phase(state, { name: 'elsewhere', vault: now.vault })
      return phase(state, { ...now, busy: false, ...(problem.code === 'cancelled' ? {} : { problem }) })
    case 'elsewhere':
      if (problem.code === 'storage_locked') return still(state)
      return phase(state, {
        name: 'locked',
        vault: now.vault,
        key: 'password',
        busy: false,
        ...(problem.code === 'cancelled' ? {} : { problem }),
      })
    default:
      return still(state)
  }
}

export function updateDoor(state: State, action: Action): Step<State> | undefined {
  const now = state.phase
  switch (action.type) {
    case 'probed': {
      const known = { ...state, vaults: action.vaults, isVaultGone: isVaultGone(state, action) }
      if (action.missing.length > 0) return phase(known, { name: 'unsupported', missing: action.missing })
      return phase(known, outside(known, action.problem))
    }
    case 'form_chosen':
      return phase(state, { name: 'welcome', form: action.form, busy: false })
    case 'vault_chosen':
      return phase(state, { name: 'locked', vault: action.vault, key: 'password', busy: false })
    case 'register': {
      const { username, displayName, password } = action
      return phase(
        state,
        { name: 'creating', stage: 'loading', typed: { username, displayName } },
        { type: 'register', username, displayName, password },
      )
    }
    case 'working':
      return now.name === 'creating' ? phase(state, { ...now, stage: action.stage }) : still(state)
    case 'login': {
      if (now.name !== 'welcome' || now.busy) return still(state)
      const { username, password } = action
      const typed = { username, displayName: '' }
      return phase(state, { name: 'welcome', form: 'login', busy: true, typed }, { type: 'login', username, password })
    }
    case 'unlock':
      if (now.name !== 'locked' || now.busy) return still(state)
      return phase(
        state,
        { name: 'locked', vault: now.vault, key: 'password', busy: true },
        { type: 'unlock', vault: now.vault, password: action.password },
      )
    case 'key_chosen':
      if (now.name !== 'locked' || now.busy) return still(state)
      return phase(state, { name: 'locked', vault: now.vault, key: action.key, busy: false })
    case 'unlock_with_words': {
      if (now.name !== 'locked' || now.busy) return still(state)
      const { vault } = now
      const { words, newPassword } = action
      const opening = { name: 'locked', vault, key: 'words', busy: true } as const
      if (newPassword === '') return phase(state, opening, { type: 'unlock_with_words', vault, words })
      return phase(state, opening, { type: 'recover', vault, words, newPassword })
    }
    case 'recover': {
      if (now.name !== 'welcome' || now.busy) return still(state)
      const { username, words, newPassword } = action
      const vault = { server: state.origin, username }
      return phase(
        state,
        { name: 'welcome', form: 'recover', busy: true, typed: { username, displayName: '' } },
        { type: 'recover', vault, words, newPassword },
      )
    }
    case 'cancel':
      return [state, [{ type: 'cancel' }]]
    case 'door_failed':
      return failed(state, action.problem)
    case 'registered':
      return [enter(state, action.snapshot, { name: 'words', words: action.words }), [{ type: 'keep_shell' }]]
    case 'opened':
      return [
        { ...enter(state, action.snapshot, { name: 'open' }), route: firstRoute(state) },
        firstLook(state, action.snapshot),
      ]
    case 'print':
      return [state, [{ type: 'print' }]]
    case 'words_written':
      return now.name === 'words'
        ? phase(state, { name: 'confirm', words: now.words, asked: action.asked, wrong: [] })
        : still(state)
    case 'words_again':
      return now.name === 'confirm' ? phase(state, { name: 'words', words: now.words }) : still(state)
    case 'words_typed': {
      if (now.name !== 'confirm') return still(state)
      const wrong = now.asked.filter(
        (position, place) => !sameWord(action.typed[place] ?? '', now.words[position] ?? ''),
      )
      if (wrong.length > 0) return phase(state, { ...now, wrong })
      // From here on the words are nowhere in this program.
      return phase(
        { ...state, route: firstRoute(state) },
        { name: 'open' },
        { type: 'replace', route: firstRoute(state) },
      )
    }
    case 'lock':
      return [state, [action]]
    case 'logout':
      return [state, [{ type: 'logout' }]]
    case 'clear_data':
    case 'emergency_reset':
      return phase({ ...state, ...nothingOpen }, { name: 'wiping' }, { type: action.type })
    case 'locked': {
      const bare = { ...state, ...nothingOpen, vaults: action.vaults }
      const next = outside(bare)
      const { why } = action
      return phase(bare, next.name === 'locked' && why !== undefined ? { ...next, why } : next)
    }
    case 'server':
      return [
        { ...state, server: action.state },
        state.server === 'away' && action.state === 'connected' ? [{ type: 'look_at_account' }] : [],
      ]
    default:
      return undefined
  }
}
