/** Add a contact: my code to give away, theirs to enter. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { t } from '../i18n/catalogue.js'
import { useDispatch } from '../part/context.js'
import { Field } from '../part/field.js'
import { Bar, Busy, CopyButton, Heading, ProblemText, Qr } from '../part/parts.js'
import { Scanner } from '../part/scanner.js'
import type { State } from '../state.js'
import { groupedCode, invitationCode, nameOf, normalCode } from '../text.js'
import { InvitationsCard, InvitedCard } from './invitations.js'

const CODE_LENGTH = 10

export function AddView({ state }: { readonly state: State }): JSX.Element {
  const code = groupedCode(state.account?.pairingCode ?? '')
  return (
    <section class="pane main-pane" aria-label={t.add.title}>
      <Bar back="narrow" title={<Heading>{t.add.title}</Heading>} />
      <div class="scroll page">
        {state.invited !== undefined && <InvitedCard link={state.invited} />}
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
        <InvitationsCard state={state} />
      </div>
    </section>
  )
}

function Theirs({ state }: { readonly state: State }): JSX.Element {
  const dispatch = useDispatch()
  const { pairing } = state
  const [short, setShort] = useState(false)
  const [scanning, setScanning] = useState(false)
  /** A code or an invitation's link, typed or read. False for anything else. */
  const ask = (text: string): boolean => {
    if (invitationCode(text) !== undefined) {
      dispatch({ type: 'pair_invited', link: text.trim() })
      return true
    }
    const code = normalCode(text)
    if (code.length !== CODE_LENGTH) return false
    dispatch({ type: 'pair', code })
    return true
  }
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
        setShort(!ask(typeof typed === 'string' ? typed : ''))
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
            maxLength={1_024}
            readOnly={pairing.stage === 'sending'}
            code
          />
          {scanning && (
            <Scanner
              onCode={(bytes) => {
                const taken = ask(new TextDecoder().decode(bytes))
                if (taken) setScanning(false)
                return taken
              }}
              onClose={() => setScanning(false)}
            />
          )}
          <div class="actions">
            <button
              type="button"
              class="button"
              disabled={scanning || pairing.stage === 'sending'}
              onClick={() => setScanning(true)}
            >
              {t.add.scan}
            </button>
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
