/** What this program is, and by which digits anybody can tell whether it is what the sources make. */
import type { JSX } from 'preact'
import { t } from '../i18n/catalogue.js'
import { CopyButton } from '../part/parts.js'
import type { State } from '../state.js'
import { groupedDigits } from '../text.js'
import { BUILD, VERSION } from '../version.js'

export function AboutCard({ state }: { readonly state: State }): JSX.Element {
  return (
    <section class="card" aria-labelledby="about">
      <h2 id="about">{t.settings.about}</h2>
      <p>{t.settings.aboutText}</p>
      <p class="minor">{t.settings.version(VERSION)}</p>
      {BUILD !== undefined && (
        <>
          <dl class="facts">
            <div>
              <dt>{t.settings.build}</dt>
              <dd>
                <code class="code wrapped">{groupedDigits(BUILD)}</code>
                <CopyButton text={BUILD} what="build" copied={state.copied} />
              </dd>
            </div>
          </dl>
          <p class="minor">{t.settings.buildText}</p>
        </>
      )}
    </section>
  )
}
