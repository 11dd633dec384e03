/** Search over everything on this device: names by their letters, messages by the beginnings of their words. */
import type { JSX } from 'preact'
import { useRef } from 'preact/hooks'
import { moment } from '../format.js'
import { t } from '../i18n/catalogue.js'
import { useDispatch } from '../part/context.js'
import { Icon } from '../part/icon.js'
import { Busy, IconButton, PersonName, ProblemText, Sign } from '../part/parts.js'
import { type ContactView, contactsByActivity, type State } from '../state.js'
import type { HitView } from '../talk.js'
import { nameOf } from '../text.js'
import { IndexingNotice } from './indexing.js'
import { NotesRow } from './notes.js'

/** So much of a message stands before and behind what was found in it. */
const BEFORE = 20
const BEHIND = 120
const NAMES = 20

export function SearchField({ text }: { readonly text: string }): JSX.Element {
  const dispatch = useDispatch()
  const box = useRef<HTMLInputElement>(null)
  const close = (): void => {
    dispatch({ type: 'search_closed' })
    box.current?.focus()
  }
  return (
    <search class="search">
      <Icon name="search" />
      <input
        ref={box}
        // Otherwise browsers keep what is typed in their session files, in clear [V1].
        autocomplete="off"
        spellcheck={false}
        dir="auto"
        maxLength={200}
        aria-label={t.talk.search.label}
        placeholder={t.talk.search.label}
        value={text}
        onInput={(event) => dispatch({ type: 'search_typed', text: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && text !== '') close()
        }}
      />
      {text !== '' && <IconButton icon="close" label={t.talk.search.close} onClick={close} />}
    </search>
  )
}

export function SearchResults({ state }: { readonly state: State }): JSX.Element {
  const dispatch = useDispatch()
  const { search } = state.talk
  const named = namesWith(state, search.text)
  const notes = folded(t.notes.title).includes(folded(search.text.trim())) ? state.notes : undefined
  const hasNames = named.length > 0 || notes !== undefined
  const nothing = !search.searching && search.problem === undefined && search.hits.length === 0 && !hasNames
  return (
    <div class="scroll results" aria-busy={search.searching}>
      {hasNames && (
        <section aria-labelledby="found-names">
          <h2 class="small-heading" id="found-names">
            {t.talk.search.names}
          </h2>
          <ul class="contacts">
            {named.map((contact) => (
              <li key={contact.id}>
                <button
                  type="button"
                  class="contact-row"
                  onClick={() => dispatch({ type: 'go', route: { screen: 'conversation', contact: contact.id } })}
                >
                  <Sign name={nameOf(contact)} presence={contact.state} />
                  <span class="row-main">
                    <PersonName person={contact} />
                  </span>
                </button>
              </li>
            ))}
            {notes !== undefined && <NotesRow state={state} notes={notes} current={false} />}
          </ul>
        </section>
      )}
      {search.problem !== undefined && <ProblemText problem={search.problem} />}
      <IndexingNotice state={state} />
      {search.hits.length > 0 && (
        <section aria-labelledby="found-messages">
          <h2 class="small-heading" id="found-messages">
            {t.talk.search.messages}
          </h2>
          <ul class="contacts">
            {search.hits.map((hit) => (
              <Hit key={hit.message.id} state={state} hit={hit} />
            ))}
          </ul>
          {search.more && (
            <button
              type="button"
              class="button quiet"
              disabled={search.searching}
              onClick={() => dispatch({ type: 'search_more' })}
            >
              {t.talk.search.more}
            </button>
          )}
        </section>
      )}
      {search.searching && search.hits.length === 0 && <Busy label={t.talk.search.busy} />}
      {nothing && (
        <div class="empty" role="status">
          <p>{t.talk.search.none(search.text)}</p>
          <p class="minor">{t.talk.search.noneHint}</p>
        </div>
      )}
    </div>
  )
}

function Hit({ state, hit }: { readonly state: State; readonly hit: HitView }): JSX.Element | null {
  const dispatch = useDispatch()
  const contact = state.contacts[hit.contact]
  const { message } = hit
  const isNote = hit.contact === state.notes?.id
  if (contact === undefined && !isNote) return null
  return (
    <li>
      <button
        type="button"
        class="contact-row hit"
        onClick={() => dispatch({ type: 'jump', contact: hit.contact, id: message.id, position: message.position })}
      >
        <span class="row-main">
          <span class="row-name">{contact === undefined ? t.notes.title : <PersonName person={contact} />}</span>
          <span class="hit-text">
            {message.outgoing && !isNote && `${t.home.you} `}
            <bdi>
              <Excerpt hit={hit} />
            </bdi>
          </span>
        </span>
        <span class="row-side">
          <span class="row-time">{moment(message.writtenAt, state.now)}</span>
        </span>
      </button>
    </li>
  )
}

/** The text around what was found first, with all that was found in it marked. */
function Excerpt({ hit: { message, ranges } }: { readonly hit: HitView }): JSX.Element {
  const { body } = message
  const text = body.kind === 'text' ? body.text : body.kind === 'file' ? body.name : ''
  const first = ranges[0]?.start ?? 0
  const from = first > BEFORE ? first - BEFORE : 0
  const to = Math.min(text.length, first + BEHIND)
  const parts: (string | JSX.Element)[] = []
  let at = from
  for (const { start, end } of ranges) {
    if (start < at || end > to) continue
    parts.push(text.slice(at, start), <mark key={start}>{text.slice(start, end)}</mark>)
    at = end
  }
  parts.push(text.slice(at, to))
  return (
    <bdi>
      {from > 0 && '…'}
      {parts}
      {to < text.length && '…'}
    </bdi>
  )
}

/** Without case and accents. */
const folded = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLocaleLowerCase()

export function namesWith(state: State, text: string): ContactView[] {
  const wanted = folded(text.trim())
  return contactsByActivity(state)
    .filter((contact) => [nameOf(contact), contact.displayName].some((name) => folded(name).includes(wanted)))
    .slice(0, NAMES)
}
