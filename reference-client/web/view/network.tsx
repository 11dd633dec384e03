/** Settings of the network: which paths contacts are offered, and when packets leave [T8, T9]. */
import type { JSX } from 'preact'
import { t } from '../i18n/catalogue.js'
import { useDispatch } from '../part/context.js'
import { ProblemText } from '../part/parts.js'
import type { NetworkChoices } from '../sdk.js'
import type { State } from '../state.js'

const PATHS: readonly NetworkChoices['paths'][] = ['any', 'mirrorUntilVerified', 'mirror']
const PACES: readonly NetworkChoices['pace'][] = ['normal', 'metered', 'constant']

export function NetworkCard({ state }: { readonly state: State }): JSX.Element {
  const { network } = state
  const words = t.network
  return (
    <section class="card" aria-labelledby="network">
      <h2 id="network">{words.title}</h2>
      <Choices name="paths" values={PATHS} chosen={network.paths} busy={network.busy} words={words.paths} />
      {network.problem !== undefined && <ProblemText problem={network.problem} focus />}
      <Choices name="pace" values={PACES} chosen={network.pace} busy={network.busy} words={words.pace} />
    </section>
  )
}

interface ChoicesProps<Name extends keyof NetworkChoices> {
  readonly name: Name
  readonly values: readonly NetworkChoices[Name][]
  readonly chosen: NetworkChoices[Name]
  readonly busy: boolean
  readonly words: {
    readonly title: string
    readonly choices: Readonly<Record<NetworkChoices[Name], string>>
    readonly means: Readonly<Record<NetworkChoices[Name], string>>
  }
}

function Choices<Name extends keyof NetworkChoices>(props: ChoicesProps<Name>): JSX.Element {
  const { name, values, chosen, busy, words } = props
  const dispatch = useDispatch()
  return (
    <>
      <fieldset class="choices" disabled={busy} aria-describedby={`${name}-means`}>
        <legend>{words.title}</legend>
        {values.map((value) => (
          <label key={value} class="choice">
            <input
              type="radio"
              name={name}
              value={value}
              checked={value === chosen}
              onChange={() => dispatch({ type: 'choose_network', change: { [name]: value } })}
            />
            <span>{words.choices[value]}</span>
          </label>
        ))}
      </fieldset>
      <p class="minor" id={`${name}-means`} role="status">
        {words.means[chosen]}
      </p>
    </>
  )
}
