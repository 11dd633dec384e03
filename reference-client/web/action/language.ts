import type { LanguageChoice, LanguageView } from '../language.js'

export type LanguageAction =
  | { readonly type: 'language_chosen'; readonly choice: LanguageChoice }
  | { readonly type: 'language'; readonly language: LanguageView }
