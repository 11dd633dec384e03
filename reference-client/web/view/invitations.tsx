/** Invitation links [C5]: made here, given to one person each; and the one by which this page was opened. */
import type { JSX } from 'preact'
import { dateTime } from '../format.js'
import { t } from '../i18n/catalogue.js'
import { useDispatch } from '../part/context.js'
import { CopyButton, Qr } from '../part/parts.js'
import type { State } from '../state.js'
import { groupedCode, invitationCode } from '../text.js'

export function InvitationsCard({ state }: { readonly state: State }): JSX.Element {
  const dispatch = useDispatch()
  return (
    <section class="card" aria-labelledby="invitations">
      <h2 id="invitations">{t.invitations.title}</h2>
      <p class="minor">{t.invitations.text}</p>
      <ul class="plain-list invitations">
        {state.invitations.map(({ id, link, expiresAt }) => (
          <li key={id} class="my-code">
            <Qr text={link} label={t.invitations.qrLabel} />
            <div>
              <p class="link" dir="ltr">
                {link}
              </p>
              <p class="minor">{t.invitations.until(dateTime(expiresAt))}</p>
              <CopyButton text={link} what={`invitation ${id}`} copied={state.copied} />
              <button type="button" class="button quiet" onClick={() => dispatch({ type: 'invite_cancel', id })}>
                {t.invitations.cancel}
              </button>
            </div>
          </li>
        ))}
      </ul>
      <div class="actions">
        <button type="button" class="button" onClick={() => dispatch({ type: 'invite' })}>
          {t.invitations.create}
        </button>
      </div>
    </section>
  )
}

/** The link that brought the person here, to be used or left. */
export function InvitedCard({ link }: { readonly link: string }): JSX.Element {
  const dispatch = useDispatch()
  return (
    <section class="card" aria-labelledby="invited">
      <h2 id="invited">{t.invitations.invitedTitle}</h2>
      <p>{t.invitations.invitedText(groupedCode(invitationCode(link) ?? ''))}</p>
      <div class="actions">
        <button type="button" class="button" onClick={() => dispatch({ type: 'invited_dropped' })}>
          {t.invitations.leave}
        </button>
        <button type="button" class="button main" onClick={() => dispatch({ type: 'pair_invited', link })}>
          {t.add.ask}
        </button>
      </div>
    </section>
  )
}
