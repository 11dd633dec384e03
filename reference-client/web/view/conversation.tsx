/** A conversation: who, how the bytes go, what was said, and where to write. */
import type { JSX } from 'preact'
import { useRef, useState } from 'preact/hooks'
import { day, dayOf } from '../format.js'
import { t } from '../i18n/catalogue.js'
import { asks, isRecording } from '../media.js'
import { useDispatch } from '../part/context.js'
import { Icon } from '../part/icon.js'
import { Bar, Busy, Heading, PathBadge, PersonName, Sign } from '../part/parts.js'
import type { Message } from '../sdk.js'
import { type ContactView, conversationOf, type Partner, type State, waitingFor } from '../state.js'
import { nameOf } from '../text.js'
import { BlockedNotice, LaterBar } from './beside.js'
import { Composer } from './composer.js'
import { PreparingCard } from './file-card.js'
import { MediaBar } from './media-later.js'
import { MessageView } from './message.js'
import { type MenuFor, MessageMenu } from './message-menu.js'
import { PlacePreview } from './place.js'
import { quoteOf } from './quote.js'
import { useScroll } from './scroll.js'
import { WaitingBar } from './waiting.js'

/** Messages of one side within this time stand together. */
const GROUP_MS = 5 * 60_000

export function ConversationView({
  state,
  contact,
}: {
  readonly state: State
  readonly contact: ContactView
}): JSX.Element {
  const dispatch = useDispatch()
  const [over, setOver] = useState(false)
  const [folder, setFolder] = useState(false)
  const [menu, setMenu] = useState<MenuFor>()
  const attach = (list: Iterable<File>): void => {
    const files = [...list].map((file) => ({ key: crypto.randomUUID(), file }))
    if (files.length > 0) dispatch({ type: 'attach', contact: contact.id, files })
  }
  const name = nameOf(contact)
  return (
    <section
      class={over ? 'pane main-pane conversation dropping' : 'pane main-pane conversation'}
      aria-label={t.conversation.label(name)}
      onDragOver={(event) => {
        if (event.dataTransfer?.types.includes('Files') !== true) return
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={(event) => {
        if (!(event.relatedTarget instanceof Node) || !event.currentTarget.contains(event.relatedTarget)) setOver(false)
      }}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        const { files, folders } = dropped(event.dataTransfer)
        setFolder(folders > 0)
        attach(files)
      }}
    >
      <Bar
        back="narrow"
        title={
          <button
            type="button"
            class="who-button"
            data-focus="details"
            onClick={() => dispatch({ type: 'go', route: { screen: 'contact', contact: contact.id } })}
          >
            <span class="unseen">{t.conversation.details}: </span>
            <Sign name={name} presence={contact.state} />
            <span class="who-text">
              <Heading>
                <PersonName person={contact} />
              </Heading>
              <span class={contact.verification === 'none' ? 'verified-mark' : 'verified-mark yes'}>
                {contact.verification !== 'none' && <Icon name="verified" />}
                {contact.verification === 'none' ? t.common.unverified : t.common.verified}
              </span>
            </span>
          </button>
        }
      >
        <PathBadge contact={contact} />
      </Bar>
      <Messages state={state} contact={contact} beginning={t.conversation.beginning} onMenu={setMenu} />
      {folder && (
        <div class="device-notice" role="alert">
          <p>{t.conversation.folder}</p>
          <button type="button" class="button" onClick={() => setFolder(false)}>
            {t.common.close}
          </button>
        </div>
      )}
      {contact.notice && (
        <div class="device-notice" role="alert">
          <p>{t.contact.notice(name)}</p>
          <button
            type="button"
            class="button"
            onClick={() => dispatch({ type: 'accept_devices', contact: contact.id })}
          >
            {t.contact.acceptDevices}
          </button>
        </div>
      )}
      <WaitingBar contact={contact} count={waitingFor(conversationOf(state, contact.id))} />
      {state.talk.place?.contact === contact.id && <PlacePreview task={state.talk.place} />}
      <MediaBar media={state.media} contact={contact.id} />
      {contact.blocked ? (
        <BlockedNotice contact={contact.id} />
      ) : (
        <Composer
          key={contact.id}
          contact={contact}
          draft={conversationOf(state, contact.id).draft}
          composing={state.talk.composing[contact.id]}
          // One question at a time: they stand in one place.
          isMeasuring={state.talk.place !== undefined || asks(state.media, contact.id)}
          isRecording={state.talk.place !== undefined || isRecording(state.media)}
          onAttach={attach}
        />
      )}
      {menu !== undefined && <MessageMenu key={menu.message.id} menu={menu} onClose={() => setMenu(undefined)} />}
      {over && (
        <div class="drop" aria-hidden="true">
          {t.conversation.drop}
        </div>
      )}
    </section>
  )
}

/** Folders look like files when dropped and fail when read: each entry is asked what it is. */
function dropped(transfer: DataTransfer | null): { readonly files: File[]; readonly folders: number } {
  const items = [...(transfer?.items ?? [])].filter(({ kind }) => kind === 'file')
  const whole = items.filter((item) => item.webkitGetAsEntry()?.isDirectory !== true)
  return { files: whole.flatMap((item) => item.getAsFile() ?? []), folders: items.length - whole.length }
}

interface Placed {
  readonly message: Message
  readonly opensDay: boolean
  readonly opensGroup: boolean
  readonly closesGroup: boolean
}

/** Days and groups of a list of messages. */
export function placed(messages: readonly Message[]): Placed[] {
  const together = (a: Message | undefined, b: Message | undefined): boolean =>
    a !== undefined &&
    b !== undefined &&
    a.outgoing === b.outgoing &&
    dayOf(a.writtenAt) === dayOf(b.writtenAt) &&
    Math.abs(b.writtenAt - a.writtenAt) < GROUP_MS
  return messages.map((message, index) => {
    const before = messages[index - 1]
    return {
      message,
      opensDay: before === undefined || dayOf(before.writtenAt) !== dayOf(message.writtenAt),
      opensGroup: !together(before, message),
      closesGroup: !together(message, messages[index + 1]),
    }
  })
}

export function Messages({
  state,
  contact,
  beginning,
  onMenu,
}: {
  readonly state: State
  readonly contact: Partner
  /** What stands before the first message. */
  readonly beginning: string
  readonly onMenu: (menu: MenuFor) => void
}): JSX.Element {
  const dispatch = useDispatch()
  const conversation = conversationOf(state, contact.id)
  const window = state.talk.windows[contact.id]
  const messages = window?.messages ?? conversation.messages
  const earlier = window === undefined ? conversation.earlier : window.earlier ? 'some' : 'none'
  const target = state.talk.target?.contact === contact.id ? state.talk.target : undefined
  // The one with which the new ones begin: the first itself may have disappeared.
  const { newFrom } = conversation
  const newAt = newFrom === undefined ? undefined : messages.find(({ position }) => position >= newFrom)?.id
  const scroller = useRef<HTMLDivElement>(null)
  const first = messages[0]?.id
  const last = conversation.messages.at(-1)
  const preparing = state.preparing.filter((one) => one.contact === contact.id)
  const followScroll = useScroll(scroller, {
    first,
    last: last?.id,
    cards: preparing.length,
    mine: last?.outgoing === true,
    target,
    newAt,
  })

  return (
    <div
      class="scroll messages"
      ref={scroller}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region needs the keyboard
      tabIndex={0}
      role="log"
      aria-live="off"
      aria-label={t.conversation.label(nameOf(contact))}
      onScroll={followScroll}
    >
      <div class="messages-inner">
        {earlier === 'some' && (
          <button
            type="button"
            class="button quiet earlier"
            onClick={() => dispatch({ type: 'earlier', contact: contact.id })}
          >
            {t.conversation.earlier}
          </button>
        )}
        {(earlier === 'loading' || earlier === 'unknown') && <Busy label={t.conversation.loading} />}
        {earlier === 'none' && <p class="beginning">{beginning}</p>}
        {placed(messages).map(({ message, opensDay, opensGroup, closesGroup }) => (
          <div key={message.id} class={opensGroup ? 'placed opens' : 'placed'}>
            {opensDay && <h2 class="day">{day(message.writtenAt, state.now)}</h2>}
            {message.id === newAt && (
              <p class="new-line" data-new>
                <span>{t.conversation.new}</span>
              </p>
            )}
            <MessageView
              message={message}
              closesGroup={closesGroup}
              transfer={message.body.kind === 'file' ? state.transfers[message.body.file] : undefined}
              shown={message.body.kind === 'file' ? state.media.shown[message.body.file] : undefined}
              contact={contact}
              quote={message.replyTo === undefined ? undefined : quoteOf(state, contact.id, message.replyTo)}
              isTarget={message.id === target?.id}
              onMenu={onMenu}
            />
          </div>
        ))}
        {window !== undefined && <LaterBar contact={contact.id} />}
        {preparing.map((one) => (
          <PreparingCard key={one.key} preparing={one} />
        ))}
      </div>
    </div>
  )
}
