/** Notes to oneself, as the SDK has them. */
import type { Action } from '../action.js'
import type { NotesCommand } from '../command/notes.js'
import type { Contact, Me, Notes } from '../sdk.js'
import { contactView, notesView } from './snapshot.js'

/** What messages are written in: with a contact, or to oneself. */
export function conversationIn(me: Me, id: string): Contact | Notes | undefined {
  return id === me.notes.id ? me.notes : me.contact(id)
}

/** Tells how a conversation stands now. */
export function told(of: Contact | Notes): Action {
  return 'alias' in of ? { type: 'contact', contact: contactView(of) } : { type: 'notes', notes: notesView(of) }
}

export function notesHandlers(dispatch: (action: Action) => void, account: () => Me) {
  return {
    async change_notes({ change }: NotesCommand): Promise<void> {
      const { notes } = account()
      await notes.changeSettings(change)
      dispatch(told(notes))
    },
  }
}
