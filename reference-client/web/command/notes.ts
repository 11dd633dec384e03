import type { NotesSettings } from '../sdk.js'

export type NotesCommand = { readonly type: 'change_notes'; readonly change: Partial<NotesSettings> }
