/** Locks: what was chosen, and taking a vault over from another tab. */
import type { Action } from '../action.js'
import type { Step } from '../command.js'
import type { State } from '../state.js'

export function updateLocks(state: State, action: Action): Step<State> | undefined {
  const { phase } = state
  switch (action.type) {
    case 'locks':
      return [state.account === undefined ? state : { ...state, locks: action.locks }, []]
    case 'lock_after':
      // Shown at once; if it cannot be stored, what holds is shown again.
      return [{ ...state, locks: { ...state.locks, afterMinutes: action.minutes } }, [action]]
    case 'take_over': {
      if (phase.name !== 'elsewhere' || phase.asking === true) return [state, []]
      return [{ ...state, phase: { ...phase, asking: true } }, [{ type: 'take_over', vault: phase.vault }]]
    }
    default:
      return undefined
  }
}
