/** What was chosen of paths and pace: shown at once, and what holds when the vault and the server have answered. */
import type { Action } from '../action.js'
import type { Step } from '../command.js'
import type { State } from '../state.js'

export function updateNetwork(state: State, action: Action): Step<State> | undefined {
  switch (action.type) {
    case 'network': {
      const { choices, problem } = action
      if (state.account === undefined) return [state, []]
      return [{ ...state, network: { ...choices, busy: false, ...(problem !== undefined && { problem }) } }, []]
    }
    case 'choose_network': {
      const { pace, paths, busy } = state.network
      if (busy) return [state, []]
      return [{ ...state, network: { pace, paths, ...action.change, busy: true } }, [action]]
    }
    default:
      return undefined
  }
}
