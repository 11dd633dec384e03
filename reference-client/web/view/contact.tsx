/** About a contact: who it is, whether it is really them, what is stored and where. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { number } from '../format.js'
import { t } from '../i18n/catalogue.js'
import { useDispatch } from '../part/context.js'
import { Icon } from '../part/icon.js'
import { Bar, Heading, PathBadge, PersonName, Qr, Sign } from '../part/parts.js'
import { Scanner } from '../part/scanner.js'
import { type ContactView, conversationOf, type State } from '../state.js'
import { groupedAlias, groupedDigits, nameOf, safetyGroups } from '../text.js'
import { BUILD } from '../version.js'
import { AwaitChoice } from './arrivals.js'
import { ContactSettingsCards, PartingCard } from './contact-settings.js'
import { Diagnosis } from './diagnosis.js'

export function ContactPane({ state, contact }: { readonly state: State; readonly contact: ContactView }): JSX.Element {
  const dispatch = useDispatch()
  const [scanning, setScanning] = useState(false)
  const isVerified = contact.verification !== 'none'
  const groups = safetyGroups(contact.safetyNumber)
  const conversation = conversationOf(state, contact.id)
  const known = `${number(conversation.messages.length)}${conversation.earlier === 'some' ? '+' : ''}`
  return (
    <aside class="pane detail-pane" aria-label={t.contact.title}>
      <Bar title={<Heading>{t.contact.title}</Heading>} back="narrow" />
      <div class="scroll page">
        <div class="contact-head">
          <Sign name={nameOf(contact)} presence={contact.state} />
          <p class="contact-name">
            <PersonName person={contact} />
          </p>
          <p class="minor">
            {t.contact.code} <span class="code">{groupedAlias(contact.alias)}</span>
          </p>
          <PathBadge contact={contact} />
        </div>
        <Diagnosis contact={contact} />
        <AwaitChoice contact={contact} isAwaited={state.arrivals.awaited.includes(contact.id)} />
        {contact.notice && (
          <section class="card warned" role="alert">
            <p>{t.contact.notice(nameOf(contact))}</p>
            <div class="actions">
              <button
                type="button"
                class="button"
                onClick={() => dispatch({ type: 'accept_devices', contact: contact.id })}
              >
                {t.contact.acceptDevices}
              </button>
            </div>
          </section>
        )}
        <section class="card" aria-labelledby={`safety-${contact.id}`}>
          <h2 id={`safety-${contact.id}`}>{t.contact.safety}</h2>
          <p class={isVerified ? 'good' : 'minor'}>
            {isVerified && <Icon name="verified" />} {t.contact.verification[contact.verification]}
          </p>
          {groups.length === 0 ? (
            <p>{t.contact.notYet}</p>
          ) : (
            <>
              <ol class="safety" aria-label={t.contact.safety} dir="ltr">
                {groups.map((group, place) => (
                  <li key={place}>{group}</li>
                ))}
              </ol>
              <Qr text={contact.safetyQr} label={t.contact.qrLabel} />
              <p class="minor">{t.contact.safetyText}</p>
              {scanning && (
                <Scanner
                  onCode={(scanned) => {
                    if (scanned.length !== contact.safetyQr.length) return false
                    setScanning(false)
                    dispatch({ type: 'verify', contact: contact.id, verified: true, scanned })
                    return true
                  }}
                  onClose={() => setScanning(false)}
                />
              )}
              <div class="actions">
                {contact.verification === 'compared' ? (
                  <button
                    type="button"
                    class="button"
                    onClick={() => dispatch({ type: 'verify', contact: contact.id, verified: false })}
                  >
                    {t.contact.takeBack}
                  </button>
                ) : (
                  <>
                    <button type="button" class="button" disabled={scanning} onClick={() => setScanning(true)}>
                      {t.contact.scan}
                    </button>
                    <button
                      type="button"
                      class="button main"
                      onClick={() => dispatch({ type: 'verify', contact: contact.id, verified: true })}
                    >
                      {t.contact.equal}
                    </button>
                  </>
                )}
              </div>
            </>
          )}
        </section>
        {BUILD !== undefined && contact.build !== undefined && contact.build !== BUILD && (
          <section class="card" aria-labelledby={`build-${contact.id}`}>
            <h2 id={`build-${contact.id}`}>{t.contact.build}</h2>
            <p>{t.contact.buildText(nameOf(contact))}</p>
            <p class="minor">
              <code class="code wrapped">{groupedDigits(contact.build)}</code>
            </p>
          </section>
        )}
        <ContactSettingsCards key={contact.id} contact={contact} />
        <section class="card" aria-labelledby={`stored-${contact.id}`}>
          <h2 id={`stored-${contact.id}`}>{t.contact.stored}</h2>
          <ul class="plain-list">
            <li>{t.contact.storedHere}</li>
            <li>{t.contact.storedServer}</li>
            <li>{t.contact.storedThere}</li>
          </ul>
          <p class="minor">{`${t.contact.messages}: ${known}`}</p>
        </section>
        <PartingCard key={`part-${contact.id}`} contact={contact} />
        <div class="actions narrow-only">
          <button type="button" class="button" onClick={() => dispatch({ type: 'back' })}>
            {t.contact.write}
          </button>
        </div>
      </div>
    </aside>
  )
}
