/** "Tell me when both are here": the switch at a contact, and what is told when it is so. */
import type { JSX } from 'preact'
import { t } from '../i18n/catalogue.js'
import { useDispatch } from '../part/context.js'
import type { ContactView, State } from '../state.js'
import { nameOf } from '../text.js'

export function AwaitChoice({
  contact,
  isAwaited,
}: {
  readonly contact: ContactView
  readonly isAwaited: boolean
}): JSX.Element | null {
  const dispatch = useDispatch()
  if (contact.state === 'connected' || contact.blocked) return null
  return (
    <section class="card">
      <label class="choice">
        <input
          type="checkbox"
          checked={isAwaited}
          onChange={(event) =>
            dispatch({ type: 'await_contact', contact: contact.id, on: event.currentTarget.checked })
          }
        />
        <span>{t.arrivals.await}</span>
      </label>
      <p class="minor">{t.arrivals.awaitText}</p>
    </section>
  )
}

export function ArrivalBanners({ state }: { readonly state: State }): JSX.Element {
  const dispatch = useDispatch()
  const here = state.arrivals.here.flatMap((id) => state.contacts[id] ?? [])
  return (
    <>
      {here.map((contact) => (
        <div class="banner calm" data-banner="here" key={contact.id}>
          <p>{t.arrivals.here(nameOf(contact))}</p>
          <button
            type="button"
            class="button"
            onClick={() => {
              dispatch({ type: 'arrival_seen', contact: contact.id })
              dispatch({ type: 'go', route: { screen: 'conversation', contact: contact.id } })
            }}
          >
            {t.arrivals.write}
          </button>
          <button
            type="button"
            class="button quiet"
            onClick={() => dispatch({ type: 'arrival_seen', contact: contact.id })}
          >
            {t.common.close}
          </button>
        </div>
      ))}
    </>
  )
}
