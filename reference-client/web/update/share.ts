/** What another app shared waits for a contact to be chosen; it is never sent by itself. */
import type { Action } from '../action.js'
import type { Step } from '../command.js'
import { conversationOf, type State } from '../state.js'
import { go } from './route.js'

export function updateShare(state: State, action: Action): Step<State> | undefined {
  switch (action.type) {
    case 'shared': {
      const { text, files } = action
      return [{ ...state, share: { stage: 'waiting', text, files } }, []]
    }
    case 'share_failed':
      return [{ ...state, share: { stage: action.reason } }, []]
    case 'share_left':
      return [{ ...state, share: undefined }, [{ type: 'drop_shared' }]]
    case 'share_to':
      return chosen(state, action.contact)
    default:
      return undefined
  }
}

/** The text goes where one writes, after what is there; the files as if they had been picked there. */
function chosen(state: State, contact: string): Step<State> {
  const { share, phase } = state
  const to = state.contacts[contact]
  if (share?.stage !== 'waiting' || phase.name !== 'open' || to === undefined || to.blocked) return [state, []]
  const [there, commands] = go({ ...state, share: undefined }, { screen: 'conversation', contact })
  const before = conversationOf(there, contact)
  const draft = [before.draft, share.text].filter((part) => part !== '').join('\n')
  const conversations = { ...there.conversations, [contact]: { ...before, draft } }
  return [
    { ...there, conversations },
    [...commands, { type: 'keep_draft', contact, text: draft }, { type: 'attach_shared', contact }],
  ]
}
