import type { LanguageChoice } from '../language.js'

export type LanguageCommand = { readonly type: 'language'; readonly choice: LanguageChoice }
