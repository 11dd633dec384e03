/** The language, each by its own name, so that whoever reads no other finds it. */
import type { JSX } from 'preact'
import { t } from '../i18n/catalogue.js'
import { LANGUAGES, OWN_NAMES } from '../i18n/locale.js'
import type { LanguageView } from '../language.js'
import { useDispatch } from '../part/context.js'

export function LanguageCard({ language }: { readonly language: LanguageView }): JSX.Element {
  const dispatch = useDispatch()
  return (
    <section class="card" aria-labelledby="language">
      <h2 id="language">{t.settings.language}</h2>
      <fieldset class="choices">
        <legend class="unseen">{t.settings.language}</legend>
        {(['system', ...LANGUAGES] as const).map((choice) => (
          <label key={choice} class="choice">
            <input
              type="radio"
              name="language"
              value={choice}
              checked={language.chosen === choice}
              onChange={() => dispatch({ type: 'language_chosen', choice })}
            />
            {choice === 'system' ? (
              <span>{t.settings.languageSystem}</span>
            ) : (
              <span lang={choice} dir="auto">
                {OWN_NAMES[choice]}
              </span>
            )}
          </label>
        ))}
      </fieldset>
    </section>
  )
}
