/** The own devices: what a new one does before it has anything, the code that lets one in, and what comes from another. */

import type { DeviceAction } from '../action/devices.js'
import type { Action } from '../action.js'
import type { Command, Step } from '../command.js'
import type { Adding, Devices, Undecided } from '../devices.js'
import { conversationOf, nothingOpen, type State } from '../state.js'

const still = (state: State): Step<State> => [state, []]

const devices = (state: State, change: Partial<Devices>, ...commands: Command[]): Step<State> => [
  { ...state, devices: { ...state.devices, ...change } },
  commands,
]

const adding = (state: State, next: Adding, ...commands: Command[]): Step<State> =>
  devices(state, { adding: next }, ...commands)

const BUSY: ReadonlySet<Undecided['step']> = new Set(['joining', 'restoring', 'publishing'])

export function updateDevices(state: State, action: Action): Step<State> | undefined {
  return updateUndecided(state, action) ?? updateAdding(state, action) ?? updateSync(state, action)
}

function updateUndecided(state: State, action: Action): Step<State> | undefined {
  const now = state.phase
  const step = (next: Omit<Undecided, 'name' | 'vault'>, ...commands: Command[]): Step<State> =>
    now.name === 'undecided'
      ? [{ ...state, phase: { name: 'undecided', vault: now.vault, ...next } }, commands]
      : still(state)
  const isBusy = now.name === 'undecided' && BUSY.has(now.step)
  switch (action.type) {
    case 'undecided': {
      const { vault } = action
      const others = state.vaults.filter((one) => one.username !== vault.username || one.server !== vault.server)
      const phase = { name: 'undecided', vault, step: 'choice' } as const
      return [{ ...state, ...nothingOpen, vaults: [vault, ...others], phase }, [{ type: 'keep_shell' }]]
    }
    case 'undecided_step':
      return isBusy ? still(state) : step({ step: action.step })
    case 'join_device':
      return isBusy ? still(state) : step({ step: 'joining' }, action)
    case 'restore_device':
      return isBusy ? still(state) : step({ step: 'restoring', progress: { stage: 'keys', bytes: 0 } }, action)
    case 'restore_progress':
      return now.name === 'undecided' && now.step === 'restoring'
        ? step({ step: 'restoring', progress: action.progress })
        : still(state)
    case 'decline_device':
      return isBusy ? still(state) : step({ step: 'publishing' }, action)
    case 'undecided_cancel':
      return [state, [action]]
    case 'undecided_failed': {
      const { problem, offset } = action
      const told = problem.code === 'cancelled' ? {} : { problem, ...(offset !== undefined && { offset }) }
      return step({ step: action.step, ...told })
    }
    default:
      return undefined
  }
}

function updateAdding(state: State, action: Action): Step<State> | undefined {
  const now = state.devices.adding
  switch (action.type) {
    case 'device_add':
      return now.stage === 'none' ? adding(state, { stage: 'starting' }, action) : still(state)
    case 'device_code': {
      const { words, qr, expiresAt } = action
      return now.stage === 'starting' ? adding(state, { stage: 'shown', words, qr, expiresAt }) : still(state)
    }
    case 'device_asked':
      return now.stage === 'shown' ? adding(state, { ...now, stage: 'asked', name: action.name }) : still(state)
    case 'device_approve':
      return now.stage === 'asked' ? adding(state, { ...now, stage: 'approving' }, action) : still(state)
    case 'device_add_cancel':
      return now.stage === 'none' ? still(state) : adding(state, { stage: 'none' }, action)
    case 'device_add_ended': {
      if (now.stage === 'none') return still(state)
      const { problem, added } = action
      const told = problem === undefined || problem.code === 'cancelled' ? {} : { problem }
      return adding(state, { stage: 'none', ...told, ...(added !== undefined && { added }) })
    }
    case 'device_list':
      return devices(state, { list: action.list })
    case 'device_rename':
    case 'device_remove':
      return [state, [action]]
    default:
      return undefined
  }
}

function updateSync(state: State, action: Action): Step<State> | undefined {
  switch (action.type) {
    case 'sync': {
      const { remaining } = action
      if (remaining > 0) {
        // A round may grow while it goes on: the bar then begins anew rather than running over.
        const total = Math.max(remaining, state.devices.sync?.total ?? 0)
        return devices(state, { sync: { remaining, total } })
      }
      const shown = Object.fromEntries(
        Object.entries(state.conversations).map(([contact, { messages }]) => [contact, messages.length]),
      )
      return devices(state, { sync: undefined }, { type: 'show_synced', shown })
    }
    case 'synced':
      return [synced(state, action), []]
    default:
      return undefined
  }
}

/** What own devices agreed on takes the place of what was on the screen: order and contents may be others (11-71). */
function synced(state: State, action: Extract<DeviceAction, { type: 'synced' }>): State {
  if (state.account === undefined) return state
  const { now } = action
  const conversations = { ...state.conversations }
  for (const [contact, { messages, more }] of Object.entries(action.histories)) {
    conversations[contact] = { ...conversationOf(state, contact), messages, earlier: more ? 'some' : 'none' }
  }
  const transfers = { ...state.transfers }
  for (const transfer of action.transfers) {
    const fresh = { kept: false, rate: 0, sampledAt: now, sampledBytes: transfer.bytes }
    transfers[transfer.id] = { ...fresh, ...transfers[transfer.id], ...transfer }
  }
  const contacts = Object.fromEntries(action.contacts.map((contact) => [contact.id, contact]))
  return { ...state, contacts, conversations, transfers }
}
