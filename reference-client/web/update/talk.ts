/** Conversations and files. */
import type { Action, TransferSnapshot } from '../action.js'
import type { Command, Step } from '../command.js'
import type { Message } from '../sdk.js'
import { type Conversation, conversationOf, type State, type TransferView } from '../state.js'
import { merged, renewed, without } from '../talk.js'
import { settled } from './settled.js'

const still = (state: State): Step<State> => [state, []]

function withConversation(state: State, contact: string, change: Partial<Conversation>): State {
  const conversation = { ...conversationOf(state, contact), ...change }
  return { ...state, conversations: { ...state.conversations, [contact]: conversation } }
}

function receipted(state: State, message: Message): State {
  // Receipts also come for what is never shown, a refusal for one: only what is shown changes.
  const messages = conversationOf(state, message.contact)
    .messages.map((one) => (one.id === message.id ? message : one))
    // One that came late stands before what was written after it, which moves on.
    .sort((a, b) => a.position - b.position)
  return { ...withConversation(state, message.contact, { messages }), talk: renewed(state.talk, message) }
}

function arrived(state: State, message: Message): State {
  const old = conversationOf(state, message.contact)
  const known = old.messages.some((one) => one.id === message.id)
  const next = withConversation(state, message.contact, { messages: merged(old.messages, [message]) })
  if (known || message.outgoing || state.contacts[message.contact]?.muted === true) return next
  return { ...next, spoken: { contact: message.contact, message } }
}

/** Smooths the rate over some seconds, so that the time left does not jump. */
function sampled(old: TransferView | undefined, transfer: TransferSnapshot, now: number): TransferView {
  const kept = old?.kept ?? false
  const fresh = { ...transfer, kept, rate: 0, sampledAt: now, sampledBytes: transfer.bytes }
  if (old === undefined || transfer.stage !== 'accepted') return fresh
  const seconds = (now - old.sampledAt) / 1_000
  if (seconds < 0.25) return { ...old, ...transfer }
  const current = Math.max(0, transfer.bytes - old.sampledBytes) / seconds
  const weight = old.rate === 0 ? 1 : Math.min(1, seconds / 4)
  return { ...fresh, rate: old.rate + (current - old.rate) * weight }
}

export function updateTalk(state: State, action: Action): Step<State> | undefined {
  switch (action.type) {
    case 'earlier': {
      const window = state.talk.windows[action.contact]
      const from = window?.messages[0]?.position
      if (from !== undefined) {
        return window?.earlier
          ? [state, [{ type: 'look', contact: action.contact, way: 'before', from }]]
          : still(state)
      }
      const conversation = conversationOf(state, action.contact)
      if (conversation.earlier !== 'some') return still(state)
      const before = conversation.messages[0]?.position
      const command: Command = { type: 'history', contact: action.contact, ...(before === undefined ? {} : { before }) }
      return [withConversation(state, action.contact, { earlier: 'loading' }), [command]]
    }
    case 'history': {
      const { messages } = conversationOf(state, action.contact)
      const earlier = action.more ? 'some' : 'none'
      const next = withConversation(state, action.contact, { messages: merged(messages, action.messages), earlier })
      return settled(next, action.contact)
    }
    case 'history_failed': {
      const notices = [...state.notices, { key: action.key, problem: action.problem }]
      return [{ ...withConversation(state, action.contact, { earlier: 'some' }), notices }, []]
    }
    case 'message':
      return settled(arrived(state, action.message), action.message.contact)
    case 'receipt':
      return [receipted(state, action.message), []]
    case 'gone': {
      const messages = conversationOf(state, action.contact).messages.filter(({ id }) => !action.ids.includes(id))
      const less = withConversation(state, action.contact, { messages })
      const isSaid = state.spoken !== undefined && action.ids.includes(state.spoken.message.id)
      const talk = without(state.talk, action.contact, action.ids)
      return [{ ...less, talk, spoken: isSaid ? undefined : state.spoken }, []]
    }
    case 'draft': {
      const { contact, text } = action
      return [withConversation(state, contact, { draft: text }), [{ type: 'keep_draft', contact, text }]]
    }
    case 'send': {
      const text = action.text.trim() === '' ? '' : action.text
      if (text === '') return still(state)
      const { contact } = action
      const { newFrom: _seen, ...rest } = conversationOf(state, contact)
      const { [contact]: composing, ...others } = state.talk.composing
      const { [contact]: _window, ...windows } = state.talk.windows
      return [
        {
          ...state,
          conversations: { ...state.conversations, [contact]: { ...rest, draft: '' } },
          talk: { ...state.talk, composing: others, windows },
        },
        [
          { type: 'send', contact, text, ...(composing?.kind === 'reply' && { replyTo: composing.message.id }) },
          { type: 'keep_draft', contact, text: '' },
        ],
      ]
    }
    case 'send_failed': {
      // What was written is not lost: it goes back to where it was written, before anything newer.
      const { draft } = conversationOf(state, action.contact)
      const text = draft === '' ? action.text : `${action.text}\n${draft}`
      const notices = [...state.notices, { key: action.key, problem: action.problem }]
      const kept: Command = { type: 'keep_draft', contact: action.contact, text }
      return [{ ...withConversation(state, action.contact, { draft: text }), notices }, [kept]]
    }
    case 'preparing': {
      const preparing = state.preparing.map((one) => (one.key === action.key ? { ...one, bytes: action.bytes } : one))
      return [{ ...state, preparing }, []]
    }
    case 'prepared':
      return [{ ...state, preparing: state.preparing.filter((one) => one.key !== action.key) }, []]
    case 'transfer': {
      const { transfer, now } = action
      const view = sampled(state.transfers[transfer.id], transfer, now)
      return [{ ...state, transfers: { ...state.transfers, [transfer.id]: view } }, []]
    }
    case 'file_accept':
    case 'file_refuse':
    case 'file_cancel':
    case 'file_choose':
    case 'file_pause':
    case 'file_resume':
      return [state, [action]]
    case 'file_save': {
      const transfer = state.transfers[action.file]
      if (transfer === undefined) return still(state)
      const transfers = { ...state.transfers, [action.file]: { ...transfer, kept: true } }
      return [{ ...state, transfers }, [action]]
    }
    default:
      return undefined
  }
}
