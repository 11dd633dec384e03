import type { JSX } from 'preact'
import { exactTime, time } from '../format.js'
import { t } from '../i18n/catalogue.js'
import { Icon } from '../part/icon.js'
import type { Message } from '../sdk.js'
import type { ContactView, TransferView } from '../state.js'
import { nameOf } from '../text.js'
import { FileCard } from './file-card.js'
import { wordsFor } from './words-for.js'

export function MessageView(props: {
  readonly message: Message
  readonly closesGroup: boolean
  readonly transfer: TransferView | undefined
  readonly contact: ContactView
}): JSX.Element {
  const { message, closesGroup, contact } = props
  const said = t.conversation.states[message.state]
  // What waits is told at each message; the rest once, where a group ends.
  const told = closesGroup || message.state === 'waiting'
  return (
    <article
      class={`message ${message.outgoing ? 'mine' : 'theirs'} ${message.state} ${closesGroup ? 'closes' : ''}`}
      aria-label={message.outgoing ? t.conversation.mine : nameOf(contact)}
      data-state={message.state}
    >
      <Body {...props} />
      {told && (
        <p class="stamp" title={message.state === 'waiting' ? t.conversation.explainWaiting : undefined}>
          <time dateTime={new Date(message.writtenAt).toISOString()} title={exactTime(message.writtenAt)}>
            {time(message.writtenAt)}
          </time>
          {message.state !== 'received' && (
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

function Body({
  message,
  transfer,
  contact,
}: {
  readonly message: Message
  readonly transfer: TransferView | undefined
  readonly contact: ContactView
}): JSX.Element {
  switch (message.body.kind) {
    case 'text':
      // Text is text: nothing in it becomes markup or a link. Its direction is its own.
      return (
        <p class="bubble" dir="auto">
          {message.body.text}
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
        />
      )
    case 'place':
    case 'timer':
    case 'deleted':
    case 'unknown':
      return (
        <p class="bubble unknown">
          <Icon name={message.body.kind === 'deleted' ? 'deleted' : 'unknown'} />
          <span>{wordsFor(message.body)}</span>
        </p>
      )
    default:
      return message.body satisfies never
  }
}
