/** What a person chooses for one contact, on this device; and parting from them. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { period } from '../format.js'
import { t } from '../i18n/catalogue.js'
import { CancelFirst } from '../part/cancel-first.js'
import { useDispatch } from '../part/context.js'
import { Field } from '../part/field.js'
import type { ContactView } from '../state.js'
import { nameOf } from '../text.js'

/** Within what spec/10 section 12 allows. */
const TIMERS = [0, 5, 30, 300, 3_600, 28_800, 86_400, 604_800, 2_419_200] as const
/** What a name may hold (spec/14). */
const NAME_BYTES = 64

const encoder = new TextEncoder()

export function ContactSettingsCards({ contact }: { readonly contact: ContactView }): JSX.Element {
  return (
    <>
      <ChoicesCard contact={contact} />
      <TimerCard contact={contact} text={t.talk.contact.timerText} />
    </>
  )
}

function ChoicesCard({ contact }: { readonly contact: ContactView }): JSX.Element {
  const dispatch = useDispatch()
  const [isLong, setLong] = useState(false)
  const { id } = contact
  const choices = [
    ['pinned', t.talk.contact.pin],
    ['muted', t.talk.contact.mute],
    ['archived', t.talk.contact.archive],
    ['readReceipts', t.talk.contact.receipts],
  ] as const
  return (
    <section class="card" aria-labelledby={`here-${id}`}>
      <h2 id={`here-${id}`}>{t.talk.contact.here}</h2>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault()
          const nickname = String(new FormData(event.currentTarget).get('nickname')).trim()
          const tooLong = encoder.encode(nickname).length > NAME_BYTES
          setLong(tooLong)
          if (!tooLong) dispatch({ type: 'settings_changed', contact: id, change: { nickname } })
        }}
      >
        <Field
          key={contact.nickname}
          label={t.talk.contact.name}
          name="nickname"
          value={contact.nickname}
          maxLength={NAME_BYTES}
          hint={t.talk.contact.nameHint(nameOf({ displayName: contact.displayName, alias: contact.alias }))}
          problem={isLong ? t.talk.contact.nameLong : undefined}
        />
        <div class="actions">
          <button type="submit" class="button">
            {t.talk.contact.nameSave}
          </button>
        </div>
      </form>
      {choices.map(([name, label]) => (
        <label class="choice" key={name}>
          <input
            type="checkbox"
            checked={contact[name]}
            onChange={(event) =>
              dispatch({ type: 'settings_changed', contact: id, change: { [name]: event.currentTarget.checked } })
            }
          />
          <span>{label}</span>
        </label>
      ))}
    </section>
  )
}

export function TimerCard({
  contact: { id, timerSeconds },
  text,
}: {
  readonly contact: Pick<ContactView, 'id' | 'timerSeconds'>
  readonly text: string
}): JSX.Element {
  const dispatch = useDispatch()
  // The other side's client may offer other times.
  const times = (TIMERS as readonly number[]).includes(timerSeconds)
    ? TIMERS
    : [...TIMERS, timerSeconds].sort((a, b) => a - b)
  return (
    <fieldset class="card" aria-describedby={`timer-${id}`}>
      <legend class="card-legend">{t.talk.contact.timer}</legend>
      <p class="minor" id={`timer-${id}`}>
        {text}
      </p>
      <div class="choices">
        {times.map((seconds) => (
          <label class="choice" key={seconds}>
            <input
              type="radio"
              name={`timer-${id}`}
              checked={timerSeconds === seconds}
              onChange={() => dispatch({ type: 'timer_chosen', contact: id, seconds })}
            />
            {seconds === 0 ? t.talk.contact.timerOff : period(seconds)}
          </label>
        ))}
      </div>
    </fieldset>
  )
}

/** Never with one press: deleting asks twice, and the way out has the focus. */
export function PartingCard({ contact }: { readonly contact: ContactView }): JSX.Element {
  const dispatch = useDispatch()
  const [step, setStep] = useState<'none' | 'ask' | 'really'>('none')
  const { id, blocked } = contact
  return (
    <section class="card danger" aria-labelledby={`part-${id}`}>
      <h2 id={`part-${id}`}>{t.talk.contact.part}</h2>
      {step === 'none' ? (
        <>
          <div class="leave">
            <p>{blocked ? t.talk.contact.blockedNow : t.talk.contact.blockText}</p>
            <button
              type="button"
              class={blocked ? 'button' : 'button danger'}
              onClick={() => dispatch({ type: 'block', contact: id, blocked: !blocked })}
            >
              {blocked ? t.talk.contact.unblock : t.talk.contact.block}
            </button>
          </div>
          <div class="leave">
            <p>{t.talk.contact.removeText}</p>
            <button type="button" class="button danger" onClick={() => setStep('ask')}>
              {t.talk.contact.remove}
            </button>
          </div>
        </>
      ) : (
        <div class="task form" role="alertdialog" aria-label={t.talk.contact.remove} key={step}>
          <p>{step === 'ask' ? t.talk.contact.removeAsk(nameOf(contact)) : t.talk.contact.removeReally}</p>
          <div class="actions">
            <CancelFirst label={t.common.cancel} onClick={() => setStep('none')} />
            <button
              type="button"
              class="button danger"
              onClick={() => (step === 'ask' ? setStep('really') : dispatch({ type: 'remove_contact', contact: id }))}
            >
              {step === 'ask' ? t.talk.contact.removeNext : t.talk.contact.removeGo}
            </button>
          </div>
        </div>
      )}
    </section>
  )
}
