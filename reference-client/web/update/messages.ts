/** What is done with messages and with a contact, and looking at the past. */
import type { Action } from '../action.js'
import type { Step } from '../command.js'
import { conversationOf, type State } from '../state.js'
import { type Composing, merged, omit, type Talk } from '../talk.js'
import { go } from './route.js'
import { settled } from './settled.js'

const still = (state: State): Step<State> => [state, []]
const withTalk = (state: State, change: Partial<Talk>): State => ({ ...state, talk: { ...state.talk, ...change } })

function composing(state: State, contact: string, next: Composing): State {
  return withTalk(state, { composing: { ...state.talk.composing, [contact]: next } })
}

export function updateMessages(state: State, action: Action): Step<State> | undefined {
  switch (action.type) {
    case 'unread':
      return unread(state, action)
    case 'visibility': {
      const seen = withTalk(state, { visible: action.visible })
      return action.visible && state.route.screen === 'conversation' ? settled(seen, state.route.contact) : still(seen)
    }
    case 'quoted':
      return still(withTalk(state, { quotes: { ...state.talk.quotes, [action.id]: action.message ?? 'missing' } }))
    case 'jump':
      return jump(state, action)
    case 'looked':
      return looked(state, action)
    case 'later': {
      const from = state.talk.windows[action.contact]?.messages.at(-1)?.position
      return from === undefined
        ? still(state)
        : [state, [{ type: 'look', contact: action.contact, way: 'after', from }]]
    }
    case 'newest':
      return still(withTalk(state, { windows: omit(state.talk.windows, action.contact), target: undefined }))
    case 'reply':
      return still(composing(state, action.message.contact, { kind: 'reply', message: action.message }))
    case 'edit_begin': {
      const { message } = action
      if (!message.outgoing || message.body.kind !== 'text') return still(state)
      return still(composing(state, message.contact, { kind: 'edit', message, text: message.body.text }))
    }
    case 'edit_typed': {
      const before = state.talk.composing[action.contact]
      return before?.kind === 'edit'
        ? still(composing(state, action.contact, { ...before, text: action.text }))
        : still(state)
    }
    case 'edit': {
      const { contact } = action
      const edit = state.talk.composing[contact]
      if (edit?.kind !== 'edit' || edit.text.trim() === '') return still(state)
      const done = withTalk(state, { composing: omit(state.talk.composing, contact) })
      const { message, text } = edit
      if (message.body.kind === 'text' && message.body.text === text) return still(done)
      return [done, [{ type: 'edit', contact, id: message.id, text }]]
    }
    case 'compose_left':
      return still(withTalk(state, { composing: omit(state.talk.composing, action.contact) }))
    case 'delete':
    case 'react':
    case 'block':
    case 'remove_contact':
      return [state, [action]]
    case 'settings_changed':
      return [state, [{ type: 'change_settings', contact: action.contact, change: action.change }]]
    case 'timer_chosen':
      return [state, [{ type: 'set_timer', contact: action.contact, seconds: action.seconds }]]
    default:
      return undefined
  }
}

type Of<Type extends Action['type']> = Extract<Action, { type: Type }>

function unread(state: State, { contact, count, first }: Of<'unread'>): Step<State> {
  const before = state.contacts[contact]
  if (before === undefined) return still(state)
  const known = {
    ...state,
    contacts: { ...state.contacts, [contact]: { ...before, unread: count, firstUnread: first } },
  }
  const { route, talk } = state
  // What came while the page was hidden is told by the line, as if the conversation had been opened since.
  const isBehind = route.screen === 'conversation' && route.contact === contact && !talk.visible
  if (!isBehind || before.unread > 0 || first === undefined) return settled(known, contact)
  const conversation = { ...conversationOf(state, contact), newFrom: first }
  return still({ ...known, conversations: { ...state.conversations, [contact]: conversation } })
}

/** To the conversation, and there to the message: among those on the screen, else with what is around it. */
function jump(state: State, { contact, id, position }: Of<'jump'>): Step<State> {
  const [there, moves] = go(state, { screen: 'conversation', contact })
  const shown = there.talk.windows[contact] ?? conversationOf(there, contact)
  if (!shown.messages.some((message) => message.id === id)) {
    return [there, [...moves, { type: 'look', contact, way: 'around', from: position, id }]]
  }
  return [aimed(there, contact, id), moves]
}

function aimed(state: State, contact: string, id: string): State {
  return withTalk(state, { target: { contact, id, key: (state.talk.target?.key ?? 0) + 1 } })
}

/** A look that reaches the newest messages becomes a part of them. */
function looked(state: State, { contact, way, messages: found, earlier, id }: Of<'looked'>): Step<State> {
  const { route, talk } = state
  if (route.screen !== 'conversation' || route.contact !== contact) return still(state)
  const before = talk.windows[contact]
  if (way !== 'around' && before === undefined) return still(state)
  const messages = way === 'around' ? merged([], found) : merged(before?.messages ?? [], found)
  const more = way === 'after' ? before?.earlier === true : earlier
  const newest = conversationOf(state, contact)
  const first = newest.messages[0]
  const reaches = first === undefined || messages.some((message) => message.position >= first.position)
  const next = reaches
    ? {
        ...withTalk(state, { windows: omit(talk.windows, contact) }),
        conversations: {
          ...state.conversations,
          [contact]: {
            ...newest,
            messages: merged(newest.messages, messages),
            earlier: more ? ('some' as const) : ('none' as const),
          },
        },
      }
    : withTalk(state, { windows: { ...talk.windows, [contact]: { messages, earlier: more } } })
  return settled(id === undefined ? next : aimed(next, contact, id), contact)
}
