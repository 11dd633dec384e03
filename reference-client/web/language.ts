/** Which language is chosen, and which one is shown for it. */
import type { Language } from './i18n/locale.js'

/** `system`: what the browser prefers. */
export type LanguageChoice = 'system' | Language

export interface LanguageView {
  readonly chosen: LanguageChoice
  readonly shown: Language
}
