/** After the messages of a conversation changed: what they quote is looked up, and what is seen is marked as read. */
import type { Command, Step } from '../command.js'
import { conversationOf, type State } from '../state.js'
import type { Quote } from '../talk.js'

export function settled(state: State, contact: string): Step<State> {
  const [quoted, lookUps] = withQuotes(state, contact)
  const [read, marks] = withRead(quoted, contact)
  return [read, [...lookUps, ...marks]]
}

function withQuotes(state: State, contact: string): Step<State> {
  const { messages } = conversationOf(state, contact)
  const shown = [...messages, ...(state.talk.windows[contact]?.messages ?? [])]
  const here = new Set(shown.map(({ id }) => id))
  const wanted = new Set(
    shown.flatMap(({ replyTo }) =>
      replyTo === undefined || here.has(replyTo) || replyTo in state.talk.quotes ? [] : [replyTo],
    ),
  )
  if (wanted.size === 0) return [state, []]
  const looking = Object.fromEntries([...wanted].map((id): [string, Quote] => [id, 'looking']))
  return [
    { ...state, talk: { ...state.talk, quotes: { ...state.talk.quotes, ...looking } } },
    [...wanted].map((id): Command => ({ type: 'look_up', contact, id })),
  ]
}

function withRead(state: State, contact: string): Step<State> {
  const { route, talk, contacts } = state
  const isLooking = route.screen === 'conversation' && route.contact === contact
  const last = conversationOf(state, contact).messages.findLast(({ outgoing }) => !outgoing)
  const hasUnread = (contacts[contact]?.unread ?? 0) > 0
  if (!isLooking || !talk.visible || !hasUnread || last === undefined || talk.marked[contact] === last.id) {
    return [state, []]
  }
  return [
    { ...state, talk: { ...talk, marked: { ...talk.marked, [contact]: last.id } } },
    [{ type: 'mark_read', contact, id: last.id }],
  ]
}
