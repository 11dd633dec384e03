/** What a message answers: who said it and its beginning; pressed, it leads there. */
import type { JSX } from 'preact'
import { t } from '../i18n/catalogue.js'
import { useDispatch } from '../part/context.js'
import { conversationOf, type Partner, type State } from '../state.js'
import type { Quote } from '../talk.js'
import { nameOf, visibleName } from '../text.js'
import { lineOf } from './words-for.js'

const EXCERPT = 140

/** Among the messages on the screen, else as it was looked up. */
export function quoteOf(state: State, contact: string, id: string): Quote {
  const shown = [...conversationOf(state, contact).messages, ...(state.talk.windows[contact]?.messages ?? [])].find(
    (message) => message.id === id,
  )
  return shown ?? state.talk.quotes[id] ?? 'looking'
}

export function QuoteView({ quote, contact }: { readonly quote: Quote; readonly contact: Partner }): JSX.Element {
  const dispatch = useDispatch()
  if (typeof quote === 'string') return <p class="quote">{t.talk.quote[quote]}</p>
  const whose = quote.outgoing ? t.talk.quote.ofMine : t.talk.quote.of(nameOf(contact))
  return (
    <button
      type="button"
      class="quote"
      onClick={() => dispatch({ type: 'jump', contact: quote.contact, id: quote.id, position: quote.position })}
    >
      <span class="quote-who">{whose}</span>
      <bdi class="quote-text">{visibleName(lineOf(quote).slice(0, EXCERPT))}</bdi>
    </button>
  )
}
