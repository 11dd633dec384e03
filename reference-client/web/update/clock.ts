/** This device's clock, as the server's answers have it: for its banner only (05-94). */
import type { Action } from '../action.js'
import type { Step } from '../command.js'
import type { State } from '../state.js'

export function updateClock(state: State, action: Action): Step<State> | undefined {
  return action.type === 'clock' ? [{ ...state, clockAheadMs: action.aheadMs }, []] : undefined
}
