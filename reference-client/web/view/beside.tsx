/** What stands around the composer: what is answered or edited, that a contact is blocked, the way back to the newest. */
import type { JSX } from 'preact'
import { t } from '../i18n/catalogue.js'
import { useDispatch } from '../part/context.js'
import { IconButton } from '../part/parts.js'
import type { Partner } from '../state.js'
import type { Composing } from '../talk.js'
import { nameOf, visibleName } from '../text.js'
import { lineOf } from './words-for.js'

const EXCERPT = 140

export function ComposingBar(props: { readonly composing: Composing; readonly contact: Partner }): JSX.Element {
  const dispatch = useDispatch()
  const { composing, contact } = props
  const { message } = composing
  const { compose } = t.talk
  const title =
    composing.kind === 'edit'
      ? compose.editing
      : message.outgoing
        ? compose.replyingMine
        : compose.replying(nameOf(contact))
  return (
    <div class="composing" role="status">
      <div class="composing-what">
        <p class="quote-who">{title}</p>
        <p class="quote-text">
          <bdi>{visibleName(lineOf(message).slice(0, EXCERPT))}</bdi>
        </p>
      </div>
      <IconButton
        icon="close"
        label={composing.kind === 'edit' ? compose.leaveEdit : compose.leave}
        onClick={() => {
          dispatch({ type: 'compose_left', contact: contact.id })
          document.querySelector<HTMLElement>('[data-composer]')?.focus()
        }}
      />
    </div>
  )
}

export function BlockedNotice({ contact }: { readonly contact: string }): JSX.Element {
  const dispatch = useDispatch()
  return (
    <div class="device-notice blocked-notice">
      <p>{t.talk.contact.blockedNow}</p>
      <button type="button" class="button" onClick={() => dispatch({ type: 'block', contact, blocked: false })}>
        {t.talk.contact.unblock}
      </button>
    </div>
  )
}

/** Below a part of the past. */
export function LaterBar({ contact }: { readonly contact: string }): JSX.Element {
  const dispatch = useDispatch()
  return (
    <div class="actions later-bar">
      <button type="button" class="button quiet" onClick={() => dispatch({ type: 'later', contact })}>
        {t.talk.past.later}
      </button>
      <button type="button" class="button" onClick={() => dispatch({ type: 'newest', contact })}>
        {t.talk.past.newest}
      </button>
    </div>
  )
}
