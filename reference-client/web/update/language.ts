/** The language of the app: chosen at once, shown when it is there. */
import type { Action } from '../action.js'
import type { Step } from '../command.js'
import type { State } from '../state.js'

export function updateLanguage(state: State, action: Action): Step<State> | undefined {
  switch (action.type) {
    case 'language_chosen':
      return [
        { ...state, language: { ...state.language, chosen: action.choice } },
        [{ type: 'language', choice: action.choice, before: state.language }],
      ]
    case 'language':
      return [{ ...state, language: action.language }, []]
    default:
      return undefined
  }
}
