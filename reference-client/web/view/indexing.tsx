/** Above what was found in an index that is not whole: how far it is, or the way to look again. */
import type { JSX } from 'preact'
import { number, percent } from '../format.js'
import { t } from '../i18n/catalogue.js'
import { useDispatch } from '../part/context.js'
import type { State } from '../state.js'

export function IndexingNotice({ state }: { readonly state: State }): JSX.Element | null {
  const dispatch = useDispatch()
  const { indexing, talk } = state
  const { search } = talk
  if (search.isWhole && indexing === undefined) return null
  if (indexing === undefined) {
    return (
      <div class="device-notice" role="status">
        <p>{t.talk.search.partial}</p>
        <button type="button" class="button" onClick={() => dispatch({ type: 'search_typed', text: search.text })}>
          {t.talk.search.again}
        </button>
      </div>
    )
  }
  const { done, total } = indexing
  return (
    <div class="device-notice indexing">
      <p role="status">{t.talk.search.partial}</p>
      <progress aria-label={t.indexing.label} max={total} value={done} />
      <p>{t.indexing.done(number(done), number(total), percent(done / total))}</p>
    </div>
  )
}
