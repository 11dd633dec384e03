/** Why what was written waits, where it is read, with the one thing to do (spec/10 section 4) [C4]. */
import type { JSX } from 'preact'
import { t } from '../i18n/catalogue.js'
import { useDispatch } from '../part/context.js'
import type { ContactView } from '../state.js'
import { nameOf } from '../text.js'
import { Diagnosis } from './diagnosis.js'

/** `count`: messages that wait. Whoever is blocked is told so in the composer's place. */
export function WaitingBar({
  contact,
  count,
}: {
  readonly contact: ContactView
  readonly count: number
}): JSX.Element | null {
  const dispatch = useDispatch()
  const { waitsFor } = contact
  if (count === 0 || waitsFor === undefined || waitsFor === 'blocked') return null
  const isAccount = waitsFor === 'session' || waitsFor === 'account'
  return (
    <div class="waiting-bar" role="status" data-waits={waitsFor}>
      <p>
        <strong>{t.waiting.count(count)}</strong> {t.waiting.reasons[waitsFor](nameOf(contact))}
      </p>
      <Diagnosis contact={contact} />
      {isAccount && (
        <button type="button" class="button" onClick={() => dispatch({ type: 'go', route: { screen: 'account' } })}>
          {t.waiting.account}
        </button>
      )}
      {!isAccount && waitsFor !== 'path' && (
        <button type="button" class="button" onClick={() => dispatch({ type: 'try_now', contact: contact.id })}>
          {t.waiting.tryNow}
        </button>
      )}
    </div>
  )
}
