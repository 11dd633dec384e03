/** What conversations ask of the SDK beside sending: reading, drafts, changes, settings, places, search. */
import type { Action } from '../action.js'
import type { TalkCommand } from '../command/talk.js'
import type { Command } from '../command.js'
import type { Contact, Me, Notes } from '../sdk.js'
import { createDrafts } from './drafts.js'
import { look } from './look.js'
import { told } from './notes.js'
import { measure } from './place.js'
import { problemOf } from './problem.js'

/** Hits that one search brings. */
const HITS = 20

export interface TalkWorld {
  dispatch(action: Action): void
  account(): Me
  contact(id: string): Contact
  conversation(id: string): Contact | Notes
  key(): number
}

type Handlers = {
  readonly [Type in TalkCommand['type']]: (command: Extract<Command, { type: Type }>) => Promise<void> | void
}

export interface TalkEffects {
  readonly handlers: Handlers
  /** Writes what is still on its way into the vault. */
  flush(): Promise<void>
}

export function createTalk({ dispatch, account, contact, conversation, key }: TalkWorld): TalkEffects {
  const drafts = createDrafts(conversation)
  let searching = new AbortController()

  const tell = (of: Contact | Notes): void => dispatch(told(of))
  const tellUnread = ({ id, unread, firstUnread }: Contact): void =>
    dispatch({ type: 'unread', contact: id, count: unread, first: firstUnread })

  const handlers: Handlers = {
    async mark_read({ contact: id, id: message }) {
      await contact(id).markRead(message)
      tellUnread(contact(id))
    },
    keep_draft: ({ contact: id, text }) => drafts.keep(id, text),
    async look_up({ contact: id, id: message }) {
      const found = await conversation(id)
        .message(message)
        .catch(() => undefined)
      dispatch({ type: 'quoted', contact: id, id: message, message: found })
    },
    async look({ contact: id, way, from, id: target }) {
      const { messages, earlier } = await look(conversation(id), way, from)
      dispatch({ type: 'looked', contact: id, way, messages, earlier, ...(target !== undefined && { id: target }) })
    },
    async edit({ contact: id, id: message, text }) {
      try {
        dispatch({ type: 'receipt', message: await conversation(id).edit(message, text) })
      } catch (error) {
        // The new text is not lost: it goes where one writes.
        dispatch({ type: 'send_failed', contact: id, text, problem: problemOf(error), key: key() })
      }
    },
    async delete({ contact: id, id: message }) {
      const left = await conversation(id).delete(message)
      if (left !== undefined) dispatch({ type: 'receipt', message: left })
    },
    async react({ contact: id, id: message, emoji }) {
      dispatch({ type: 'receipt', message: await conversation(id).react(message, emoji) })
    },
    async change_settings({ contact: id, change }) {
      await contact(id).changeSettings(change)
      tell(contact(id))
    },
    async set_timer({ contact: id, seconds }) {
      dispatch({ type: 'message', message: await conversation(id).setTimer(seconds) })
      tell(conversation(id))
    },
    async block({ contact: id, blocked }) {
      await (blocked ? contact(id).block() : contact(id).unblock())
      tell(contact(id))
    },
    async remove_contact({ contact: id }) {
      drafts.drop(id)
      await contact(id).remove()
    },
    async measure_place({ contact: id }) {
      const measured = await measure()
      if (typeof measured === 'string') dispatch({ type: 'place_failed', contact: id, reason: measured })
      else dispatch({ type: 'place_measured', contact: id, place: measured })
    },
    async send_place({ contact: id, place }) {
      dispatch({ type: 'message', message: await conversation(id).sendPlace(place) })
    },
    async search({ text, before }) {
      searching.abort()
      searching = new AbortController()
      const { signal } = searching
      try {
        const { hits, isWhole } = await account().search(text, {
          limit: HITS,
          signal,
          ...(before !== undefined && { before }),
        })
        if (signal.aborted) return
        dispatch({
          type: 'search_found',
          text,
          hits: hits.map((hit) => ({ ...hit, contact: hit.contact.id })),
          more: hits.length === HITS,
          isWhole,
          ...(before !== undefined && { before }),
        })
      } catch (error) {
        if (!signal.aborted) dispatch({ type: 'search_failed', text, problem: problemOf(error) })
      }
    },
    search_stop: () => searching.abort(),
  }
  return { handlers, flush: () => drafts.flush() }
}
