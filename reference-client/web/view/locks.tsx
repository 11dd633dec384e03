/** Settings of the locks: after idle, and maximum security mode with what it turns off [V17]. */
import type { JSX } from 'preact'
import { t } from '../i18n/catalogue.js'
import { useDispatch } from '../part/context.js'
import { ProblemText } from '../part/parts.js'
import type { LockAfter } from '../sdk.js'
import type { State } from '../state.js'

const CHOICES: readonly LockAfter[] = [0, 1, 5, 15, 60]
/** In maximum security mode the others would not hold (spec/11 section 12). */
const STRICT: readonly LockAfter[] = [1, 5, 15]

export function LocksCard({ state }: { readonly state: State }): JSX.Element {
  const dispatch = useDispatch()
  const { afterMinutes, maximumSecurity } = state.locks
  return (
    <section class="card" aria-labelledby="lock-after">
      <h2 id="lock-after">{t.locks.idle.title}</h2>
      <p class="minor">{t.locks.idle.text}</p>
      <fieldset class="choices">
        <legend class="unseen">{t.locks.idle.title}</legend>
        {(maximumSecurity ? STRICT : CHOICES).map((minutes) => (
          <label key={minutes} class="choice">
            <input
              type="radio"
              name="lock-after"
              value={minutes}
              checked={afterMinutes === minutes}
              onChange={() => dispatch({ type: 'lock_after', minutes })}
            />
            <span>{t.locks.idle.choices[minutes]}</span>
          </label>
        ))}
      </fieldset>
      {maximumSecurity && <p class="minor">{t.locks.idle.strict}</p>}
    </section>
  )
}

/** The mode is the account's, so turning it needs the server; what follows is said before. */
export function SecurityModeCard({ state }: { readonly state: State }): JSX.Element {
  const dispatch = useDispatch()
  const { running, outcome } = state.owner
  const { maximumSecurity } = state.locks
  const words = t.locks.mode
  const problem = outcome?.kind === 'maximum_security' ? outcome.problem : undefined
  return (
    <section class="card" aria-labelledby="maximum-security">
      <h2 id="maximum-security">{words.title}</h2>
      <p>{words.lead}</p>
      <ul class="consequences">
        <li>{words.session}</li>
        <li>{words.notifications}</li>
        <li>{words.idle}</li>
      </ul>
      <p class="minor">{words.always}</p>
      {problem !== undefined && <ProblemText problem={problem} focus />}
      <div class="leave">
        <p role="status">{maximumSecurity ? words.isOn : words.isOff}</p>
        <button
          type="button"
          class="button"
          disabled={running !== undefined}
          onClick={() => dispatch({ type: 'task', task: { kind: 'maximum_security', on: !maximumSecurity } })}
        >
          {maximumSecurity ? words.turnOff : words.turnOn}
        </button>
      </div>
    </section>
  )
}
