/** The own account: forms, tasks, and what the server says of it. */
import type { Action } from '../action.js'
import type { Step } from '../command.js'
import type { Owner } from '../owner.js'
import type { State } from '../state.js'

const owner = (state: State, change: Partial<Owner>): State => ({ ...state, owner: { ...state.owner, ...change } })

export function updateOwner(state: State, action: Action): Step<State> | undefined {
  const { running } = state.owner
  switch (action.type) {
    case 'task_form':
      if (running !== undefined) return [state, []]
      return [owner(state, { form: action.kind, outcome: undefined }), []]
    case 'task': {
      if (running !== undefined) return [state, []]
      const { task } = action
      return [
        owner(state, { form: task.kind, outcome: undefined, running: { kind: task.kind, stage: 'loading' } }),
        [{ type: 'task', task }],
      ]
    }
    case 'task_stage':
      return [running === undefined ? state : owner(state, { running: { ...running, stage: action.stage } }), []]
    case 'task_cancel':
      return [state, [{ type: 'task_cancel' }]]
    case 'task_ended': {
      if (running === undefined) return [state, []]
      const { problem } = action
      const outcome = { kind: running.kind, ...action }
      // A form stays for another try; where nothing was wrong it has done its work.
      const form = problem === undefined ? undefined : running.kind
      return [
        owner(state, { form, running: undefined, outcome: problem?.code === 'cancelled' ? undefined : outcome }),
        [{ type: 'look_at_account' }],
      ]
    }
    case 'standing':
      return [state.account === undefined ? state : owner(state, { standing: action.standing }), []]
    case 'sessions':
      return [state.account === undefined ? state : owner(state, { sessions: action.sessions }), []]
    case 'account_named': {
      if (state.account === undefined) return [state, []]
      const { displayName, pairingCode } = action
      return [{ ...state, account: { ...state.account, displayName, pairingCode } }, []]
    }
    case 'session':
      return [{ ...state, session: action.state }, []]
    default:
      return undefined
  }
}
