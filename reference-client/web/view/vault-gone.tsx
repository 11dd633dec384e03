/** The browser kept its choices and not its vault: what is gone, and what brings it back. */
import type { JSX } from 'preact'
import { t } from '../i18n/catalogue.js'

export function VaultGone(): JSX.Element {
  const words = t.safekeeping.gone
  return (
    <section class="card warned" aria-labelledby="vault-gone">
      <h2 id="vault-gone">{words.title}</h2>
      <p>{words.text}</p>
      <p>{words.help}</p>
    </section>
  )
}
