/** To whom goes what another app shared; nothing of it is sent here. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { bytes } from '../format.js'
import { t } from '../i18n/catalogue.js'
import { useDispatch } from '../part/context.js'
import { Field } from '../part/field.js'
import { Icon } from '../part/icon.js'
import { Heading, Name, PersonName, Sign } from '../part/parts.js'
import type { Share } from '../share.js'
import { contactsByActivity, type State } from '../state.js'
import { nameOf } from '../text.js'
import { Door } from './door.js'

/** From so many on a list is searched rather than read. */
const MANY = 8
const SHOWN_TEXT = 300

export function ShareView({
  state,
  share,
}: {
  readonly state: State
  readonly share: Extract<Share, { stage: 'waiting' }>
}): JSX.Element {
  const dispatch = useDispatch()
  const [typed, setTyped] = useState('')
  const contacts = contactsByActivity(state).filter(({ blocked }) => !blocked)
  const wanted = typed.trim().toLocaleLowerCase()
  const found = contacts.filter((contact) => nameOf(contact).toLocaleLowerCase().includes(wanted))
  return (
    <Door>
      <Heading>{t.share.title}</Heading>
      {share.text !== '' && (
        <blockquote dir="auto">
          {share.text.slice(0, SHOWN_TEXT)}
          {share.text.length > SHOWN_TEXT && '…'}
        </blockquote>
      )}
      {share.files.length > 0 && (
        <ul>
          {share.files.map(({ name, size }, at) => (
            <li key={at}>
              <Name>{name}</Name> <span class="minor">{bytes(size)}</span>
            </li>
          ))}
        </ul>
      )}
      <p class="minor">{t.share.text}</p>
      {state.server === 'away' && (
        <p class="minor">
          {t.banner.away} {t.banner.awayDetail}
        </p>
      )}
      {contacts.length === 0 && <p class="lead">{t.share.nobody}</p>}
      {contacts.length >= MANY && (
        <Field name="find" label={t.share.search} value="" maxLength={200} onInput={setTyped} />
      )}
      {contacts.length > 0 && found.length === 0 && <p role="status">{t.share.notFound}</p>}
      <ul class="contacts" aria-label={t.share.title}>
        {found.map((contact) => (
          <li key={contact.id}>
            <button
              type="button"
              class="contact-row"
              onClick={() => dispatch({ type: 'share_to', contact: contact.id })}
            >
              <Sign name={nameOf(contact)} presence={contact.state} />
              <span class="row-main">
                <span class="row-name">
                  <PersonName person={contact} />
                  {contact.verification !== 'none' && <Icon name="verified" />}
                </span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      <div class="actions">
        <button type="button" class="button" onClick={() => dispatch({ type: 'share_left' })}>
          {t.common.cancel}
        </button>
      </div>
    </Door>
  )
}

/** Before the vault is open. */
export function ShareNote({ share }: { readonly share: Share | undefined }): JSX.Element | null {
  if (share === undefined) return null
  return (
    <p class="invited" role="status" data-share={share.stage}>
      {t.share.note[share.stage]}
    </p>
  )
}

export function ShareBanner({ share }: { readonly share: Share | undefined }): JSX.Element | null {
  const dispatch = useDispatch()
  if (share === undefined || share.stage === 'waiting') return null
  return (
    <div class="banner" data-banner="share">
      <p>{t.share.note[share.stage]}</p>
      <button type="button" class="button" onClick={() => dispatch({ type: 'share_left' })}>
        {t.common.close}
      </button>
    </div>
  )
}
