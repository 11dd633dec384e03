/** Add a contact: my code to give away, theirs to enter. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { t } from '../i18n/catalogue.js'
import { useDispatch } from '../part/context.js'
import { Field } from '../part/field.js'
import { Bar, Busy, CopyButton, Heading, ProblemText, Qr } from '../part/parts.js'
import type { State } from '../state.js'
import { groupedCode, nameOf, normalCode } from '../text.js'

const CODE_LENGTH = 10

export function AddView({ state }: { readonly state: State }): JSX.Element {
  const code = groupedCode(state.account?.pairingCode ?? '')
  return (
    <section class="pane main-pane" aria-label={t.add.title}>
      <Bar back="narrow" title={<Heading>{t.add.title}</Heading>} />
      <div class="scroll page">
        <section class="card" aria-labelledby="mine">
          <h2 id="mine">{t.add.mine}</h2>
          <div class="my-code">
            <Qr text={code} label={t.add.qrLabel(code)} />
            <div>
              <p class="code large" data-testid="my-code">
                {code}
              </p>
              <CopyButton text={code} what="code" copied={state.copied} />
            </div>
          </div>
          <p class="minor">{t.add.mineText}</p>
        </section>
        <section class="card" aria-labelledby="theirs">
          <h2 id="theirs">{t.add.theirs}</h2>
          <Theirs state={state} />
        </section>
      </div>
    </section>
  )
}

function Theirs({ state }: { readonly state: State }): JSX.Element {
  const dispatch = useDispatch()
  const { pairing } = state
  const [short, setShort] = useState(false)
  switch (pairing.stage) {
    case 'asked':
      return (
        <div class="asked">
          <p class="code">{groupedCode(pairing.code)}</p>
          <Busy label={t.add.asked} />
          <p class="minor">{t.add.askedDetail}</p>
          <div class="actions">
            <button type="button" class="button" onClick={() => dispatch({ type: 'pair_again' })}>
              {t.add.another}
            </button>
          </div>
        </div>
      )
    case 'accepted': {
      const contact = state.contacts[pairing.contact]
      return (
        <div class="asked" role="status">
          <p class="good">{t.add.accepted}</p>
          <p>{t.add.acceptedDetail(contact === undefined ? pairing.code : nameOf(contact))}</p>
          <div class="actions">
            <button type="button" class="button" onClick={() => dispatch({ type: 'pair_again' })}>
              {t.add.another}
            </button>
            <button
              type="button"
              class="button main"
              onClick={() => dispatch({ type: 'go', route: { screen: 'conversation', contact: pairing.contact } })}
            >
              {t.add.write}
            </button>
          </div>
        </div>
      )
    }
    case 'idle':
    case 'sending': {
      const problem = pairing.stage === 'idle' ? pairing.problem : undefined
      const submit = (event: SubmitEvent): void => {
        event.preventDefault()
        const typed = new FormData(event.currentTarget as HTMLFormElement).get('code')
        const code = normalCode(typeof typed === 'string' ? typed : '')
        setShort(code.length !== CODE_LENGTH)
        if (code.length === CODE_LENGTH) dispatch({ type: 'pair', code })
      }
      return (
        <form class="form" onSubmit={submit} noValidate>
          <p class="minor">{t.add.theirsText}</p>
          {problem !== undefined && <ProblemText problem={problem} focus />}
          <Field
            label={t.add.field}
            name="code"
            class="code-field"
            hint={t.add.fieldHint}
            problem={short ? t.add.tooShort : undefined}
            maxLength={40}
            readOnly={pairing.stage === 'sending'}
            code
          />
          <div class="actions">
            <button type="submit" class="button main" disabled={pairing.stage === 'sending'}>
              {pairing.stage === 'sending' ? t.add.asking : t.add.ask}
            </button>
          </div>
        </form>
      )
    }
    default:
      return pairing satisfies never
  }
}
