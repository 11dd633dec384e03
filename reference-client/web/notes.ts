/** Notes to oneself, beside the contacts: a conversation under the own id, and what was chosen for it. */
import { type ContactView, conversationOf, type State } from './state.js'

export interface NotesView {
  readonly id: string
  readonly timerSeconds: number
  readonly pinned: boolean
  readonly archived: boolean
}

/** How many of these contacts stand before the notes: pinned first, then the latest activity. Unused notes come last. */
export function placeOfNotes(state: State, contacts: readonly ContactView[]): number {
  const { notes } = state
  if (notes === undefined) return contacts.length
  const at = (id: string): number => conversationOf(state, id).messages.at(-1)?.writtenAt ?? 0
  const behind = contacts.findIndex(({ id, pinned }) =>
    notes.pinned === pinned ? at(notes.id) > at(id) : notes.pinned && !pinned,
  )
  return behind < 0 ? contacts.length : behind
}
