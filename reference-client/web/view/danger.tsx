/** Deleting from this device: the own data, or everything [V12] [V13]. Apart from the rest, and never with one press. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { t } from '../i18n/catalogue.js'
import { useDispatch } from '../part/context.js'
import { useFocusOnce } from '../part/focus-once.js'

type Step = 'none' | 'clear' | 'reset' | 'really'

export function DangerCard(): JSX.Element {
  const dispatch = useDispatch()
  const [step, setStep] = useState<Step>('none')
  return (
    <section class="card danger" aria-labelledby="danger-zone">
      <h2 id="danger-zone">{t.danger.title}</h2>
      {step === 'none' && (
        <>
          <div class="leave">
            <p>{t.danger.clearText}</p>
            <button type="button" class="button danger" data-focus="clear" onClick={() => setStep('clear')}>
              {t.danger.clear}
            </button>
          </div>
          <div class="leave">
            <p>{t.danger.resetText}</p>
            <button type="button" class="button danger" data-focus="reset" onClick={() => setStep('reset')}>
              {t.danger.reset}
            </button>
          </div>
        </>
      )}
      {step === 'clear' && (
        <Question
          opener="clear"
          text={t.danger.clearAsk}
          go={t.danger.clearGo}
          onGo={() => dispatch({ type: 'clear_data' })}
          onCancel={() => setStep('none')}
        />
      )}
      {step === 'reset' && (
        <Question
          opener="reset"
          text={t.danger.resetAsk}
          go={t.danger.resetNext}
          onGo={() => setStep('really')}
          onCancel={() => setStep('none')}
        />
      )}
      {step === 'really' && (
        <Question
          key="really"
          opener="reset"
          text={t.danger.resetReally}
          go={t.danger.resetGo}
          onGo={() => dispatch({ type: 'emergency_reset' })}
          onCancel={() => setStep('none')}
        />
      )}
    </section>
  )
}

/** The way back has the focus: a press too many goes there. */
function Question(props: {
  /** What gets the focus back. */
  readonly opener: string
  readonly text: string
  readonly go: string
  readonly onGo: () => void
  readonly onCancel: () => void
}): JSX.Element {
  const cancel = useFocusOnce<HTMLButtonElement>()
  return (
    <div class="task form" role="alertdialog" aria-label={props.text}>
      <p>{props.text}</p>
      <div class="actions">
        <button type="button" class="button main" data-focus={props.opener} ref={cancel} onClick={props.onCancel}>
          {t.common.cancel}
        </button>
        <button type="button" class="button danger" onClick={props.onGo}>
          {props.go}
        </button>
      </div>
    </div>
  )
}
