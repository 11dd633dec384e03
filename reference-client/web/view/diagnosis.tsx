/** Why nobody was reached: the advice first, what was tried behind it (spec/06 section 14) [T10]. */
import type { JSX } from 'preact'
import { list, time } from '../format.js'
import { t } from '../i18n/catalogue.js'
import type { ContactView } from '../state.js'
import { nameOf } from '../text.js'

type Candidates = NonNullable<ContactView['diagnosis']>['own']

function candidates({ host, hidden, reflexive, relay }: Candidates): string {
  const { addresses, publicAddresses, relay: mirror } = t.diagnosis
  return list([addresses(host + hidden), publicAddresses(reflexive), relay > 0 ? mirror.yes : mirror.no])
}

export function Diagnosis({ contact }: { readonly contact: ContactView }): JSX.Element | null {
  const { diagnosis } = contact
  if (diagnosis === undefined || contact.state === 'connected') return null
  const words = t.diagnosis
  const { stage, failedAt, own, theirs, advice } = diagnosis
  return (
    <details class="diagnosis" data-advice={advice}>
      <summary>{words.title(time(failedAt))}</summary>
      <p>{words.advice[advice](nameOf(contact))}</p>
      <dl>
        <dt>{words.reached}</dt>
        <dd>{words.stage[stage]}</dd>
        <dt>{words.own}</dt>
        <dd>{candidates(own)}</dd>
        <dt>{words.theirs}</dt>
        <dd>{theirs === undefined ? words.nothing : candidates(theirs)}</dd>
      </dl>
    </details>
  )
}
