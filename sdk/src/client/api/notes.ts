/** The facade's types of notes to oneself (spec/11 section 13). */
import type { Contact, ContactSettings } from '../api.js'

/** What a person chooses for the notes; the same on all own devices. */
export type NotesSettings = Pick<ContactSettings, 'archived' | 'pinned' | 'draft'>

/**
 * A conversation with oneself: in the vault, on all own devices, and nowhere else. Events name it by its `id` as their contact.
 * Before the person decided whether this device joins another one (`Me.undecided`), whatever writes rejects with `wrong_state`.
 */
export interface Notes
  extends Pick<
    Contact,
    'send' | 'edit' | 'react' | 'sendPlace' | 'timerSeconds' | 'setTimer' | 'messages' | 'message'
  > {
  /** 64 hex digits: the own identity's. */
  readonly id: string
  /** Leaves nothing of a note, here and on other own devices; the event is `gone`. */
  delete(id: string): Promise<void>
  readonly settings: NotesSettings
  /** Keeps what changed. Rejects with `invalid_argument` beyond a limit. */
  changeSettings(change: Partial<NotesSettings>): Promise<void>
}
