/** Notes to oneself: their row in the list, the conversation, and what is chosen for them. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { moment } from '../format.js'
import { t } from '../i18n/catalogue.js'
import type { NotesView } from '../notes.js'
import { useDispatch } from '../part/context.js'
import { Icon } from '../part/icon.js'
import { Bar, Heading } from '../part/parts.js'
import { conversationOf, type Partner, type State } from '../state.js'
import { visibleName } from '../text.js'
import { Composer } from './composer.js'
import { TimerCard } from './contact-settings.js'
import { Messages } from './conversation.js'
import { type MenuFor, MessageMenu } from './message-menu.js'
import { PlacePreview } from './place.js'
import { lineOf } from './words-for.js'

const LINE = 160

const partner = ({ id }: NotesView): Partner => ({
  ...{ id, displayName: t.notes.title, alias: '', nickname: '' },
  state: 'away',
})

function NotesSign(): JSX.Element {
  return (
    <span class="sign notes-sign" aria-hidden="true">
      <Icon name="edit" />
    </span>
  )
}

export function NotesRow(props: {
  readonly state: State
  readonly notes: NotesView
  readonly current: boolean
}): JSX.Element {
  const { state, notes, current } = props
  const dispatch = useDispatch()
  const { draft, messages } = conversationOf(state, notes.id)
  const last = messages.at(-1)
  return (
    <li>
      <button
        type="button"
        class="contact-row notes-row"
        aria-current={current ? 'page' : undefined}
        data-focus={`contact-${notes.id}`}
        onClick={() => dispatch({ type: 'go', route: { screen: 'conversation', contact: notes.id } })}
      >
        <NotesSign />
        <span class="row-main">
          <span class="row-name">
            <span class="name">{t.notes.title}</span>
            {notes.pinned && <Mark icon="pin" label={t.talk.row.pinned} />}
            {notes.timerSeconds > 0 && <Mark icon="timer" label={t.talk.row.timer} />}
          </span>
          <span class="row-last">
            {draft.trim() !== '' ? (
              <>
                <span class="draft">{t.home.draft}</span>
                <bdi class="said">{draft.slice(0, LINE)}</bdi>
              </>
            ) : (
              <bdi class="said">{last === undefined ? t.notes.lead : visibleName(lineOf(last).slice(0, LINE))}</bdi>
            )}
          </span>
        </span>
        <span class="row-side">
          {last !== undefined && <span class="row-time">{moment(last.writtenAt, state.now)}</span>}
        </span>
      </button>
    </li>
  )
}

function Mark({ icon, label }: { readonly icon: 'pin' | 'timer'; readonly label: string }): JSX.Element {
  return (
    <span class="row-mark" title={label}>
      <Icon name={icon} />
      <span class="unseen">{label}</span>
    </span>
  )
}

export function NotesConversation(props: { readonly state: State; readonly notes: NotesView }): JSX.Element {
  const { state, notes } = props
  const dispatch = useDispatch()
  const [menu, setMenu] = useState<MenuFor>()
  const { draft, messages, earlier } = conversationOf(state, notes.id)
  const isEmpty = messages.length === 0 && earlier === 'none'
  return (
    <section class="pane main-pane conversation notes" aria-label={t.notes.title}>
      <Bar
        back="narrow"
        title={
          <button
            type="button"
            class="who-button"
            data-focus="details"
            onClick={() => dispatch({ type: 'go', route: { screen: 'contact', contact: notes.id } })}
          >
            <span class="unseen">{t.notes.details}: </span>
            <NotesSign />
            <span class="who-text">
              <Heading>{t.notes.title}</Heading>
              <span class="verified-mark">{t.notes.lead}</span>
            </span>
          </button>
        }
      />
      <Messages
        state={state}
        contact={partner(notes)}
        beginning={isEmpty ? t.notes.empty : t.notes.beginning}
        onMenu={setMenu}
      />
      {state.talk.place?.contact === notes.id && <PlacePreview task={state.talk.place} words={t.notes.place} />}
      <Composer
        key={notes.id}
        contact={partner(notes)}
        draft={draft}
        composing={state.talk.composing[notes.id]}
        isMeasuring={state.talk.place !== undefined}
        isRecording={false}
        words={t.notes.composer}
      />
      {menu !== undefined && <MessageMenu key={menu.message.id} menu={menu} onClose={() => setMenu(undefined)} />}
    </section>
  )
}

export function NotesPane({ notes }: { readonly notes: NotesView }): JSX.Element {
  const dispatch = useDispatch()
  const choices = [
    ['pinned', t.talk.contact.pin],
    ['archived', t.talk.contact.archive],
  ] as const
  return (
    <aside class="pane detail-pane" aria-label={t.notes.details}>
      <Bar title={<Heading>{t.notes.details}</Heading>} back="narrow" />
      <div class="scroll page">
        <div class="contact-head">
          <NotesSign />
          <p class="contact-name">{t.notes.title}</p>
          <p class="minor">{t.notes.lead}</p>
        </div>
        <section class="card" aria-labelledby="notes-here">
          <h2 id="notes-here">{t.notes.chosen}</h2>
          {choices.map(([name, label]) => (
            <label class="choice" key={name}>
              <input
                type="checkbox"
                checked={notes[name]}
                onChange={(event) =>
                  dispatch({ type: 'notes_chosen', change: { [name]: event.currentTarget.checked } })
                }
              />
              <span>{label}</span>
            </label>
          ))}
        </section>
        <TimerCard contact={notes} text={t.notes.timerText} />
        <section class="card" aria-labelledby="notes-stored">
          <h2 id="notes-stored">{t.notes.where}</h2>
          <ul class="plain-list">
            {t.notes.stored.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </section>
        <div class="actions narrow-only">
          <button type="button" class="button" onClick={() => dispatch({ type: 'back' })}>
            {t.notes.write}
          </button>
        </div>
      </div>
    </aside>
  )
}
