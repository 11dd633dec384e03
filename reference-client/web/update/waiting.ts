/** Trying at once what waits. */
import type { Action } from '../action.js'
import type { Step } from '../command.js'
import type { State } from '../state.js'

export function updateWaiting(state: State, action: Action): Step<State> | undefined {
  return action.type === 'try_now' ? [state, [action]] : undefined
}
