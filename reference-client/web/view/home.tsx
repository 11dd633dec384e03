/** Contacts by last activity, requests on top. */
import type { JSX } from 'preact'
import { moment, number } from '../format.js'
import { t } from '../i18n/catalogue.js'
import { placeOfNotes } from '../notes.js'
import { useDispatch } from '../part/context.js'
import { Icon, PathSign } from '../part/icon.js'
import { Bar, Heading, IconButton, PersonName, Sign } from '../part/parts.js'
import {
  type ContactView,
  contactsByActivity,
  conversationOf,
  type RequestView,
  type State,
  waitingFor,
} from '../state.js'
import { groupedAlias, nameOf, visibleName } from '../text.js'
import { NotesRow } from './notes.js'
import { SearchField, SearchResults } from './search.js'
import { wordsFor } from './words-for.js'

export function HomeView({ state }: { readonly state: State }): JSX.Element {
  const dispatch = useDispatch()
  const contacts = contactsByActivity(state)
  const { route } = state
  const isSearching = state.talk.search.text.trim() !== ''
  const archived = contacts.filter((contact) => contact.archived)
  const chosen = 'contact' in route ? route.contact : undefined
  const { notes } = state
  const hasNotes = notes !== undefined && conversationOf(state, notes.id).messages.length > 0
  const listed = contacts.filter((contact) => !contact.archived)
  const row = (contact: ContactView) => (
    <Row key={contact.id} state={state} contact={contact} current={contact.id === chosen} />
  )
  const notesRow = notes && <NotesRow key={notes.id} state={state} notes={notes} current={notes.id === chosen} />
  const before = notes?.archived === true ? listed.length : placeOfNotes(state, listed)
  return (
    <nav class="pane list-pane" aria-label={t.home.title}>
      <Bar back="never" title={<Heading>{t.home.title}</Heading>}>
        <IconButton
          icon="proof"
          label={t.home.proof}
          focusKey="proof"
          onClick={() => dispatch({ type: 'go', route: { screen: 'proof' } })}
        />
        <IconButton
          icon="settings"
          label={t.home.settings}
          focusKey="settings"
          onClick={() => dispatch({ type: 'go', route: { screen: 'settings' } })}
        />
        <IconButton
          icon="add"
          label={t.home.add}
          class="strong"
          focusKey="add"
          onClick={() => dispatch({ type: 'go', route: { screen: 'add' } })}
        />
      </Bar>
      {(contacts.length > 0 || hasNotes) && <SearchField text={state.talk.search.text} />}
      {isSearching && <SearchResults state={state} />}
      <div class={isSearching ? 'scroll searched' : 'scroll'}>
        {state.requests.length > 0 && (
          <section class="requests" aria-labelledby="requests">
            <h2 id="requests" class="small-heading">
              {t.home.requests}
            </h2>
            <ul>
              {state.requests.map((request) => (
                <Request key={request.id} request={request} contacts={contacts} />
              ))}
            </ul>
          </section>
        )}
        {contacts.length === 0 && state.requests.length === 0 && (
          <div class="empty">
            <PathSign kind="away" />
            <h2>{t.home.emptyTitle}</h2>
            <p>{t.home.emptyText}</p>
            <button
              type="button"
              class="button main"
              onClick={() => dispatch({ type: 'go', route: { screen: 'add' } })}
            >
              {t.home.add}
            </button>
          </div>
        )}
        <ul class="contacts" aria-label={t.home.list}>
          {listed.slice(0, before).map(row)}
          {notes?.archived !== true && notesRow}
          {listed.slice(before).map(row)}
        </ul>
        {(archived.length > 0 || notes?.archived === true) && (
          <details class="archived">
            <summary>
              {t.talk.archived} <span class="minor">{number(archived.length + Number(notes?.archived === true))}</span>
            </summary>
            <ul class="contacts">
              {archived.map(row)}
              {notes?.archived === true && notesRow}
            </ul>
          </details>
        )}
      </div>
    </nav>
  )
}

function Request({
  request,
  contacts,
}: {
  readonly request: RequestView
  readonly contacts: readonly ContactView[]
}): JSX.Element {
  const dispatch = useDispatch()
  const name = nameOf(request)
  const same = contacts.some((one) =>
    [nameOf(one), visibleName(one.displayName)].some((known) => known.toLocaleLowerCase() === name.toLocaleLowerCase()),
  )
  return (
    <li class="request">
      <div class="request-head">
        <Sign name={name} />
        <div class="request-who">
          <p class="request-name">
            <PersonName person={request} />
            <span class="tag caution">{t.common.unverified}</span>
          </p>
          <p class="minor">
            <span class="code">{groupedAlias(request.alias)}</span> {t.home.requestText}
          </p>
        </div>
      </div>
      <p class={same ? 'request-text warned' : 'request-text'}>
        {same ? t.home.sameName(name) : t.home.requestCaution}
      </p>
      <div class="actions">
        <button
          type="button"
          class="button"
          disabled={request.busy}
          onClick={() => dispatch({ type: 'refuse', request: request.id })}
        >
          {t.home.refuse}
        </button>
        <button
          type="button"
          class="button main"
          disabled={request.busy}
          onClick={() => dispatch({ type: 'accept', request: request.id })}
        >
          {t.home.accept}
        </button>
      </div>
    </li>
  )
}

function Row({
  state,
  contact,
  current,
}: {
  readonly state: State
  readonly contact: ContactView
  readonly current: boolean
}): JSX.Element {
  const dispatch = useDispatch()
  const conversation = conversationOf(state, contact.id)
  const last = conversation.messages.at(-1)
  const waiting = waitingFor(conversation)
  return (
    <li>
      <button
        type="button"
        class="contact-row"
        aria-current={current ? 'page' : undefined}
        data-focus={`contact-${contact.id}`}
        onClick={() => dispatch({ type: 'go', route: { screen: 'conversation', contact: contact.id } })}
      >
        <Sign name={nameOf(contact)} presence={contact.state} />
        <span class="row-main">
          <span class="row-name">
            <PersonName person={contact} />
            {contact.verification !== 'none' && <Icon name="verified" />}
            <RowMarks contact={contact} />
          </span>
          <span class={contact.unread > 0 && !current ? 'row-last new' : 'row-last'}>
            <Last state={state} contact={contact} />
          </span>
        </span>
        <span class="row-side">
          {last !== undefined && <span class="row-time">{moment(last.writtenAt, state.now)}</span>}
          {contact.unread > 0 ? (
            <span class="unread">
              <span aria-hidden="true">{number(contact.unread)}</span>
              <span class="unseen">{t.home.unread(contact.unread)}</span>
            </span>
          ) : waiting > 0 ? (
            <span class="row-waiting">{t.home.waiting(waiting)}</span>
          ) : (
            <span class={`row-presence ${contact.state}`}>{t.presence[contact.state]}</span>
          )}
        </span>
      </button>
    </li>
  )
}

function RowMarks({ contact }: { readonly contact: ContactView }): JSX.Element {
  const marks = [
    contact.pinned && (['pin', t.talk.row.pinned] as const),
    contact.muted && (['muted', t.talk.row.muted] as const),
    contact.timerSeconds > 0 && (['timer', t.talk.row.timer] as const),
    contact.blocked && (['deleted', t.talk.row.blocked] as const),
  ]
  return (
    <>
      {marks.map(
        (mark) =>
          mark && (
            <span class="row-mark" key={mark[0]} title={mark[1]}>
              <Icon name={mark[0]} />
              <span class="unseen">{mark[1]}</span>
            </span>
          ),
      )}
    </>
  )
}

/** One line of what was said last; a draft comes before it. */
function Last({ state, contact }: { readonly state: State; readonly contact: ContactView }): JSX.Element {
  const { draft, messages } = conversationOf(state, contact.id)
  const last = messages.at(-1)
  if (draft.trim() !== '') {
    return (
      <>
        <span class="draft">{t.home.draft}</span>
        <bdi class="said">{draft.slice(0, 120)}</bdi>
      </>
    )
  }
  if (contact.state === 'asked') return <span class="said">{t.presence.sayAsked}</span>
  if (last === undefined) return <span class="said">{t.home.noMessages}</span>
  const mine = last.outgoing && <span>{t.home.you}</span>
  switch (last.body.kind) {
    case 'text':
      return (
        <>
          {mine}
          <bdi class="said">{visibleName(last.body.text.slice(0, 160))}</bdi>
        </>
      )
    case 'file':
      return (
        <>
          {mine}
          <span class="said">{t.home.file(last.body.name)}</span>
        </>
      )
    case 'place':
    case 'timer':
    case 'deleted':
    case 'unknown':
      return <span class="said">{wordsFor(last.body, last.outgoing)}</span>
    default:
      return last.body satisfies never
  }
}

/** Where nothing is chosen yet, beside the list. */
export function NothingChosen(): JSX.Element {
  return (
    <div class="nothing">
      <PathSign kind="away" />
      <p>{t.home.emptyPane}</p>
    </div>
  )
}
