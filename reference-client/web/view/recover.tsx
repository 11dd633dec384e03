/** The door of the 24 words: for a vault on this device without the server, or for the account with a new password. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { t } from '../i18n/catalogue.js'
import { useDispatch } from '../part/context.js'
import { Field, PasswordField } from '../part/field.js'
import { Busy, Heading, Name, ProblemText } from '../part/parts.js'
import type { Phase, Problem } from '../state.js'
import { Door, hostOf, textOf } from './door.js'

export function LockedWordsView({ phase }: { readonly phase: Extract<Phase, { name: 'locked' }> }): JSX.Element {
  const dispatch = useDispatch()
  return (
    <Door>
      <Heading>{t.account.recover.title}</Heading>
      <p class="lead">{t.account.recover.leadVault}</p>
      <p class="who">
        <Name>{phase.vault.username}</Name>
        <span class="minor">{hostOf(phase.vault.server)}</span>
      </p>
      <WordsForm
        phase={phase}
        back={t.account.recover.linkPassword}
        onBack={() => dispatch({ type: 'key_chosen', key: 'password' })}
        onSubmit={(words, newPassword) => dispatch({ type: 'unlock_with_words', words, newPassword })}
      />
      <p class="minor">{t.account.recover.both(phase.vault.username)}</p>
    </Door>
  )
}

export function RecoverView({ phase }: { readonly phase: Extract<Phase, { name: 'welcome' }> }): JSX.Element {
  const dispatch = useDispatch()
  return (
    <Door>
      <Heading>{t.account.recover.title}</Heading>
      <p class="lead">{t.account.recover.lead}</p>
      <WordsForm
        phase={phase}
        username={phase.typed?.username ?? ''}
        back={t.common.back}
        onBack={() => dispatch({ type: 'form_chosen', form: 'choice' })}
        onSubmit={(words, newPassword, username) => dispatch({ type: 'recover', username, words, newPassword })}
      />
    </Door>
  )
}

/** `wrong_words` with the field `words.7`: the seventh is not in the list. */
function placeOf(problem: Problem | undefined): number | undefined {
  const place = /^words\.(\d+)$/.exec(problem?.field ?? '')?.[1]
  return place === undefined ? undefined : Number(place)
}

function WordsForm(props: {
  readonly phase: { readonly busy: boolean; readonly problem?: Problem }
  /** Where no vault says whose account it is. A password must then be chosen. */
  readonly username?: string
  readonly back: string
  readonly onBack: () => void
  readonly onSubmit: (words: string, newPassword: string, username: string) => void
}): JSX.Element {
  const dispatch = useDispatch()
  const { busy, problem } = props.phase
  const [lacks, setLacks] = useState({ username: false, password: false })
  const place = placeOf(problem)
  function submit(event: SubmitEvent): void {
    event.preventDefault()
    const element = event.currentTarget as HTMLFormElement
    const form = new FormData(element)
    const username = textOf(form, 'username').trim().toLowerCase()
    const newPassword = textOf(form, 'newPassword')
    const mayBeEmpty = props.username === undefined
    const isLong = new TextEncoder().encode(newPassword).length >= 8
    const found = {
      username: !mayBeEmpty && username.length < 3,
      password: !isLong && !(mayBeEmpty && newPassword === ''),
    }
    setLacks(found)
    if (!found.username && !found.password) props.onSubmit(textOf(form, 'words'), newPassword, username)
    else element.querySelector<HTMLInputElement>(found.username ? '[name=username]' : '[name=newPassword]')?.focus()
  }
  return (
    <form class="form" onSubmit={submit} noValidate>
      {problem !== undefined && place === undefined && <ProblemText problem={problem} focus />}
      {props.username !== undefined && (
        <Field
          label={t.create.username}
          name="username"
          value={props.username}
          problem={lacks.username ? t.create.needUsername : undefined}
          autocomplete="username"
          maxLength={32}
          code
          autofocus
        />
      )}
      <Field
        label={t.account.recover.words}
        name="words"
        lines={5}
        hint={t.account.recover.wordsHint}
        problem={place === undefined ? undefined : t.account.recover.wordAt(place)}
        maxLength={1_024}
        code
        autofocus={props.username === undefined}
      />
      <PasswordField
        label={t.account.recover.next}
        name="newPassword"
        fresh
        hint={props.username === undefined ? t.account.recover.nextHint : t.create.passwordHint}
        problem={lacks.password ? t.create.needPassword : undefined}
      />
      {busy && <Busy label={t.account.recover.working} />}
      <div class="actions">
        <button type="button" class="button" onClick={() => (busy ? dispatch({ type: 'cancel' }) : props.onBack())}>
          {busy ? t.common.cancel : props.back}
        </button>
        <button type="submit" class="button main" disabled={busy}>
          {t.account.recover.go}
        </button>
      </div>
    </form>
  )
}
