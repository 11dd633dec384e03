import type { NotesView } from '../notes.js'
import type { NotesSettings } from '../sdk.js'

export type NotesAction =
  | { readonly type: 'notes'; readonly notes: NotesView }
  | { readonly type: 'notes_chosen'; readonly change: Partial<Pick<NotesSettings, 'pinned' | 'archived'>> }
