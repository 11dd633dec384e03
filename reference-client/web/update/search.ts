/** Search over all messages, as one types. Answers to what is no longer typed are dropped. */
import type { Action } from '../action.js'
import type { Step } from '../command.js'
import type { State } from '../state.js'
import { NO_SEARCH, type SearchView } from '../talk.js'

const withSearch = (state: State, search: SearchView): State => ({ ...state, talk: { ...state.talk, search } })

export function updateSearch(state: State, action: Action): Step<State> | undefined {
  const { search } = state.talk
  switch (action.type) {
    case 'search_typed': {
      const { text } = action
      if (text.trim() === '') return [withSearch(state, { ...NO_SEARCH, text }), [{ type: 'search_stop' }]]
      const { problem: _former, ...rest } = search
      return [withSearch(state, { ...rest, text, searching: true }), [{ type: 'search', text }]]
    }
    case 'search_more': {
      const before = search.hits.at(-1)?.order
      if (before === undefined || search.searching) return [state, []]
      return [withSearch(state, { ...search, searching: true }), [{ type: 'search', text: search.text, before }]]
    }
    case 'search_found': {
      const { text, hits, more, isWhole, before } = action
      if (text !== search.text) return [state, []]
      const all = before === undefined ? hits : [...search.hits, ...hits]
      return [withSearch(state, { text, searching: false, hits: all, more, isWhole }), []]
    }
    case 'search_failed': {
      const { text, problem } = action
      if (text !== search.text) return [state, []]
      return [withSearch(state, { ...NO_SEARCH, text, problem }), []]
    }
    case 'search_closed':
      return [withSearch(state, NO_SEARCH), [{ type: 'search_stop' }]]
    default:
      return undefined
  }
}
