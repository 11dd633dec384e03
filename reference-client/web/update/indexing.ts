/** How far the search index is; once it is whole, what is typed is looked for again [V3]. */
import type { Action } from '../action.js'
import type { Step } from '../command.js'
import type { State } from '../state.js'

export function updateIndexing(state: State, action: Action): Step<State> | undefined {
  if (action.type !== 'indexing') return undefined
  const { done, total } = action
  if (done < total) return [{ ...state, indexing: { done, total } }, []]
  const { text, isWhole } = state.talk.search
  const isMissing = text.trim() !== '' && !isWhole
  return [{ ...state, indexing: undefined }, total > 0 && isMissing ? [{ type: 'search', text }] : []]
}
