/** The 24 words: shown once, written on paper, three of them typed back. */
import type { JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { randomPlaces } from '../effect/device.js'
import { t } from '../i18n/catalogue.js'
import { useDispatch } from '../part/context.js'
import { Field } from '../part/field.js'
import { Heading } from '../part/parts.js'
import type { Phase, State } from '../state.js'
import { Door } from './door.js'

/** How many words are typed back. */
const ASKED = 3

export function WordsView({
  state,
  phase,
}: {
  readonly state: State
  readonly phase: Extract<Phase, { name: 'words' }>
}): JSX.Element {
  const dispatch = useDispatch()
  return (
    <Door wide>
      <Heading>{t.words.title}</Heading>
      <p class="lead">{t.words.lead}</p>
      <WordsGrid words={phase.words} sheet={t.words.sheet(state.account?.username ?? '', state.host)} />
      <div class="what">
        <p>{t.words.opens}</p>
        <p>{t.words.losing}</p>
      </div>
      <div class="actions">
        <button type="button" class="button" onClick={() => dispatch({ type: 'print' })}>
          {t.words.print}
        </button>
        <button
          type="button"
          class="button main"
          onClick={() => dispatch({ type: 'words_written', asked: randomPlaces(ASKED, phase.words.length) })}
        >
          {t.words.written}
        </button>
      </div>
    </Door>
  )
}

/** `sheet` stands above the words on paper only. */
export function WordsGrid({
  words,
  sheet,
}: {
  readonly words: readonly string[]
  readonly sheet: string
}): JSX.Element {
  return (
    <>
      <p class="print-only">{sheet}</p>
      <ol class="words" aria-label={t.words.gridLabel} translate={false}>
        {words.map((word, place) => (
          // The same word can occur twice: only its place is its own.
          <li key={place}>
            <span class="word" lang="en" dir="ltr">
              {word}
            </span>
          </li>
        ))}
      </ol>
    </>
  )
}

export function ConfirmView({ phase }: { readonly phase: Extract<Phase, { name: 'confirm' }> }): JSX.Element {
  const dispatch = useDispatch()
  const form = useRef<HTMLFormElement>(null)
  useEffect(() => {
    form.current?.querySelector<HTMLInputElement>('[aria-invalid]')?.focus()
  }, [phase.wrong])
  function submit(event: SubmitEvent): void {
    event.preventDefault()
    const data = new FormData(event.currentTarget as HTMLFormElement)
    const typed = phase.asked.map((place) => String(data.get(`word-${place}`) ?? ''))
    dispatch({ type: 'words_typed', typed })
  }
  return (
    <Door>
      <Heading>{t.words.confirmTitle}</Heading>
      <p class="lead">{t.words.confirmLead}</p>
      <form class="form" onSubmit={submit} noValidate ref={form}>
        {phase.asked.map((place, index) => (
          <Field
            key={place}
            name={`word-${place}`}
            label={t.words.word(place + 1)}
            problem={phase.wrong.includes(place) ? t.words.wrong : undefined}
            code
            autofocus={index === 0}
          />
        ))}
        <div class="actions">
          <button type="button" class="button" onClick={() => dispatch({ type: 'words_again' })}>
            {t.words.again}
          </button>
          <button type="submit" class="button main">
            {t.words.confirm}
          </button>
        </div>
      </form>
    </Door>
  )
}
