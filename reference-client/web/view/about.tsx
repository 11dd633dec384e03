/** What this program is, and by which digits anybody can tell whether it is what the sources make. */
import type { JSX } from 'preact'
import { t } from '../i18n/catalogue.js'
import { CopyButton } from '../part/parts.js'
import type { ContactView, State } from '../state.js'
import { groupedDigits, nameOf } from '../text.js'
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
          <ContactBuilds contacts={Object.values(state.contacts)} />
        </>
      )}
    </section>
  )
}

/** Of those whose client said what it is (spec/09 section 6). */
function ContactBuilds({ contacts }: { readonly contacts: readonly ContactView[] }): JSX.Element | null {
  const told = contacts.filter(({ build }) => build !== undefined)
  if (told.length === 0) return null
  return (
    <>
      <h3 id="contact-builds">{t.settings.contactBuilds}</h3>
      <dl class="facts" aria-labelledby="contact-builds">
        {told.map((contact) => (
          <div key={contact.id}>
            <dt>
              <bdi>{nameOf(contact)}</bdi>
            </dt>
            <dd>{contact.build === BUILD ? t.settings.sameBuild : t.settings.anotherBuild}</dd>
          </div>
        ))}
      </dl>
      <p class="minor">{t.settings.contactBuildsText}</p>
    </>
  )
}
