/** Moving about. Going somewhere adds an entry to the browser's history, so that its back gesture works. */
import type { Action } from '../action.js'
import type { Command, Step } from '../command.js'
import { conversationOf, type Route, type State } from '../state.js'
import { left } from '../talk.js'
import { settled } from './settled.js'

export function sameRoute(a: Route, b: Route): boolean {
  return a.screen === b.screen && contactOf(a) === contactOf(b)
}

export function contactOf(route: Route): string | undefined {
  return 'contact' in route ? route.contact : undefined
}

/** Two steps from home. */
const DEEP: readonly Route['screen'][] = ['contact', 'account', 'devices', 'safekeeping']

/** Steps from home: moving between two screens of one depth replaces the entry instead of piling up entries. */
function depth(route: Route): number {
  return route.screen === 'home' ? 0 : DEEP.includes(route.screen) ? 2 : 1
}

export function go(state: State, route: Route): Step<State> {
  if (sameRoute(state.route, route)) return [state, []]
  const type = depth(route) > depth(state.route) ? 'push' : 'replace'
  const [arrived, commands] = arrive(state, route)
  return [arrived, [{ type, route }, ...commands]]
}

/** The state after a move, however it came about: what is opened is read, its first new message is remembered. */
function arrive(state: State, route: Route): Step<State> {
  const commands: Command[] = []
  let next: State = {
    ...state,
    route,
    copied: undefined,
    talk: contactOf(route) === contactOf(state.route) ? state.talk : left(state.talk),
  }
  if (route.screen === 'conversation') {
    const old = conversationOf(state, route.contact)
    const { unread = 0, firstUnread } = state.contacts[route.contact] ?? {}
    const { newFrom: _seen, ...rest } = old
    const opened = { ...rest, ...(unread > 0 && firstUnread !== undefined && { newFrom: firstUnread }) }
    next = { ...next, conversations: { ...state.conversations, [route.contact]: opened } }
    const [seen, reading] = settled(next, route.contact)
    next = seen
    commands.push(...reading)
    if (old.earlier === 'unknown') commands.push({ type: 'history', contact: route.contact })
  }
  if (route.screen === 'account') {
    next = { ...next, owner: { ...state.owner, form: state.owner.running?.kind, outcome: undefined } }
    commands.push({ type: 'look_at_account' })
  }
  if (route.screen === 'safekeeping') {
    const { running } = state.safekeeping
    next = { ...next, safekeeping: { ...state.safekeeping, form: running?.kind, outcome: undefined } }
    commands.push({ type: 'look_at_storage' })
  }
  commands.push({ type: 'look_for_requests' })
  if (route.screen === 'add' && state.pairing.stage === 'accepted') next = { ...next, pairing: { stage: 'idle' } }
  commands.push({ type: 'watch_paths', contacts: route.screen === 'proof' ? Object.keys(state.contacts) : [] })
  return [next, commands]
}

export function updateRoute(state: State, action: Action): Step<State> | undefined {
  switch (action.type) {
    case 'go':
      return go(state, action.route)
    case 'back':
      return [state, [{ type: 'back' }]]
    case 'went':
      return state.phase.name === 'open' ? arrive(state, action.route) : [state, []]
    case 'update_ready':
      return [{ ...state, update: 'ready' }, []]
    case 'update_wanted':
      return state.update === 'ready' ? [{ ...state, update: 'renewing' }, [{ type: 'renew' }]] : [state, []]
    case 'minute':
      // Who shows the own code waits for somebody who types it.
      return [{ ...state, now: action.now }, state.route.screen === 'add' ? [{ type: 'look_for_requests' }] : []]
    case 'notice_closed':
      return [{ ...state, notices: state.notices.filter((notice) => notice.key !== action.key) }, []]
    case 'failed':
      return [{ ...state, notices: [...state.notices, { key: action.key, problem: action.problem }].slice(-3) }, []]
    case 'copy':
      return [state, [{ type: 'copy', text: action.text, what: action.what }]]
    case 'copied':
      return [{ ...state, copied: action.what }, []]
    case 'notifications_wanted':
      return [
        { ...state, notifications: { state: action.on ? 'turning_on' : 'turning_off' } },
        [{ type: 'notifications', on: action.on }],
      ]
    case 'notifications':
      return [state.account === undefined ? state : { ...state, notifications: action.view }, []]
    case 'appearance_chosen':
      return [{ ...state, appearance: action.appearance }, [{ type: 'appearance', appearance: action.appearance }]]
    default:
      return undefined
  }
}
