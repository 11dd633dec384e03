import type { JSX } from 'preact'
import { dateTime, exactTime, time } from '../format.js'
import { t } from '../i18n/catalogue.js'
import { pieces } from '../links.js'
import type { Shown } from '../media.js'
import { useDispatch } from '../part/context.js'
import { Icon } from '../part/icon.js'
import type { Message } from '../sdk.js'
import type { Partner, TransferView } from '../state.js'
import type { Quote } from '../talk.js'
import { nameOf } from '../text.js'
import { FileCard } from './file-card.js'
import type { MenuFor } from './message-menu.js'
import { PlaceCard } from './place.js'
import { QuoteView } from './quote.js'
import { wordsFor } from './words-for.js'

export function MessageView(props: {
  readonly message: Message
  readonly closesGroup: boolean
  readonly transfer: TransferView | undefined
  readonly contact: Partner
  /** What it answers, if it does. */
  readonly quote: Quote | undefined
  /** Of its file, if the person asked for it. */
  readonly shown: Shown | undefined
  /** It was looked for. */
  readonly isTarget: boolean
  readonly onMenu: (menu: MenuFor) => void
}): JSX.Element {
  const { message, closesGroup, contact, quote, onMenu } = props
  const said = t.conversation.states[message.state]
  const { edited, expiresAt, body } = message
  // What waits, was edited or disappears is told at each message; the rest once, where a group ends.
  const told = closesGroup || message.state === 'waiting' || edited || expiresAt !== undefined
  const hasMenu = body.kind !== 'deleted' && body.kind !== 'timer'
  return (
    <article
      class={`message ${message.outgoing ? 'mine' : 'theirs'} ${message.state} ${closesGroup ? 'closes' : ''} ${props.isTarget ? 'target' : ''}`}
      aria-label={message.outgoing ? t.conversation.mine : nameOf(contact)}
      data-state={message.state}
      data-message={message.id}
      tabIndex={-1}
      onContextMenu={(event) => {
        // A long press, or the other button; who marked a text or points at a link wants the browser's own menu.
        if (!hasMenu || getSelection()?.isCollapsed === false || (event.target as Element).closest('a') !== null) return
        event.preventDefault()
        onMenu({ message, at: { x: event.clientX, y: event.clientY } })
      }}
    >
      {quote !== undefined && <QuoteView quote={quote} contact={contact} />}
      <div class="message-row">
        <Body {...props} />
        {hasMenu && <MenuButton onOpen={(at) => onMenu({ message, at })} />}
      </div>
      <Reactions message={message} contact={contact} />
      {told && (
        <p class="stamp" title={message.state === 'waiting' ? t.conversation.explainWaiting : undefined}>
          <time dateTime={new Date(message.writtenAt).toISOString()} title={exactTime(message.writtenAt)}>
            {time(message.writtenAt)}
          </time>
          {edited && body.kind !== 'deleted' && <span>{t.talk.edited}</span>}
          {expiresAt !== undefined && (
            <span class="state" title={t.talk.expires(dateTime(expiresAt))}>
              <Icon name="timer" />
              <span class="unseen">{t.talk.expires(dateTime(expiresAt))}</span>
            </span>
          )}
          {message.state !== 'received' && message.state !== 'kept' && (
            <span class={`state ${message.state}`}>
              <Icon name={message.state} />
              {said}
            </span>
          )}
        </p>
      )}
    </article>
  )
}

function MenuButton({ onOpen }: { readonly onOpen: (at: MenuFor['at']) => void }): JSX.Element {
  return (
    <button
      type="button"
      class="icon-button message-more"
      aria-label={t.talk.menu.open}
      aria-haspopup="dialog"
      onClick={(event) => {
        const { left, bottom } = event.currentTarget.getBoundingClientRect()
        onOpen({ x: left, y: bottom })
      }}
    >
      <Icon name="more" />
    </button>
  )
}

function Reactions({ message, contact }: { readonly message: Message; readonly contact: Partner }): JSX.Element | null {
  const dispatch = useDispatch()
  const { own, theirs } = message.reactions
  if ((own === undefined && theirs === undefined) || message.body.kind === 'deleted') return null
  return (
    <div class="reactions">
      {theirs !== undefined && (
        <span class="reaction" role="img" aria-label={t.talk.reactions.theirs(nameOf(contact), theirs)}>
          {theirs}
        </span>
      )}
      {own !== undefined && (
        <button
          type="button"
          class="reaction own"
          aria-label={t.talk.reactions.own(own)}
          onClick={() => dispatch({ type: 'react', contact: message.contact, id: message.id, emoji: '' })}
        >
          {own}
        </button>
      )}
    </div>
  )
}

function Body({
  message,
  transfer,
  contact,
  shown,
}: {
  readonly message: Message
  readonly transfer: TransferView | undefined
  readonly contact: Partner
  readonly shown: Shown | undefined
}): JSX.Element {
  switch (message.body.kind) {
    case 'text':
      // Text is text: nothing in it becomes markup. Its direction is its own.
      return (
        <p class="bubble" dir="auto">
          {pieces(message.body.text).map(({ text, href }) =>
            href === undefined ? (
              text
            ) : (
              <a href={href} target="_blank" rel="noreferrer noopener" title={href}>
                {text}
              </a>
            ),
          )}
        </p>
      )
    case 'file':
      return (
        <FileCard
          name={message.body.name}
          size={message.body.size}
          outgoing={message.outgoing}
          transfer={transfer}
          contact={contact}
          media={message.body.media}
          shown={shown}
        />
      )
    case 'place':
      return <PlaceCard place={message.body} />
    case 'timer':
    case 'deleted':
    case 'unknown':
      return (
        <p class="bubble unknown">
          <Icon name={message.body.kind} />
          <span>{wordsFor(message.body, message.outgoing)}</span>
        </p>
      )
    default:
      return message.body satisfies never
  }
}
