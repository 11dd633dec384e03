import type { LanguageChoice, LanguageView } from '../language.js'

export interface LanguageCommand {
  readonly type: 'language'
  readonly choice: LanguageChoice
  /** What it goes back to if the language cannot be loaded. */
  readonly before: LanguageView
}
