/** The language of the page: what was chosen before, else what the browser prefers; loaded when it is needed. */
import type { Action } from '../action.js'
import type { LanguageCommand } from '../command/language.js'
import { speak } from '../i18n/catalogue.js'
import { DIRECTIONS, isLanguage, preferred } from '../i18n/locale.js'
import type { LanguageChoice, LanguageView } from '../language.js'

/** An item of spec/11 (11-78). */
const LANGUAGE = 'solo2.language'

function storedChoice(): LanguageChoice {
  try {
    const stored = localStorage.getItem(LANGUAGE)
    return isLanguage(stored) ? stored : 'system'
  } catch {
    return 'system'
  }
}

function store(choice: LanguageChoice): void {
  try {
    if (choice === 'system') localStorage.removeItem(LANGUAGE)
    else localStorage.setItem(LANGUAGE, choice)
  } catch {
    // Without storage the choice lasts as long as the page.
  }
}

async function show(chosen: LanguageChoice): Promise<LanguageView> {
  const shown = chosen === 'system' ? preferred(navigator.languages) : chosen
  await speak(shown)
  document.documentElement.lang = shown
  document.documentElement.dir = DIRECTIONS[shown]
  return { chosen, shown }
}

/** For the first drawing. */
export function firstLanguage(): Promise<LanguageView> {
  return show(storedChoice())
}

export function languageHandlers(dispatch: (action: Action) => void, key: () => number) {
  return {
    async language({ choice, before }: LanguageCommand): Promise<void> {
      const language = await show(choice).catch(() => undefined)
      if (language === undefined) {
        dispatch({ type: 'language', language: before })
        dispatch({ type: 'failed', problem: { code: 'server_away', culprit: 'world' }, key: key() })
        return
      }
      store(choice)
      dispatch({ type: 'language', language })
    },
  }
}
