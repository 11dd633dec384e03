/** What was chosen for the notes to oneself. */
import type { Action } from '../action.js'
import type { Step } from '../command.js'
import type { State } from '../state.js'

export function updateNotes(state: State, action: Action): Step<State> | undefined {
  switch (action.type) {
    case 'notes':
      return [state.account === undefined ? state : { ...state, notes: action.notes }, []]
    case 'notes_chosen':
      return [state, [{ type: 'change_notes', change: action.change }]]
    default:
      return undefined
  }
}
