/** Before an account is open: what this is, creating an account, logging in, opening a vault of this device. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { t } from '../i18n/catalogue.js'
import { useDispatch } from '../part/context.js'
import { Field, PasswordField } from '../part/field.js'
import { Busy, Heading, Name, ProblemText } from '../part/parts.js'
import type { Share } from '../share.js'
import type { Phase, State } from '../state.js'
import { visibleName } from '../text.js'
import { Door, hostOf, textOf } from './door.js'
import { LockedWordsView, RecoverView } from './recover.js'
import { ShareNote } from './share.js'
import { VaultGone } from './vault-gone.js'

type Welcome = Extract<Phase, { name: 'welcome' }>

export function StartingView(): JSX.Element {
  return (
    <Door>
      <Busy label={t.starting.label} />
    </Door>
  )
}

export function WipingView(): JSX.Element {
  return (
    <Door>
      <Busy label={t.danger.working} />
    </Door>
  )
}

export function UnsupportedView({ phase }: { readonly phase: Extract<Phase, { name: 'unsupported' }> }): JSX.Element {
  return (
    <Door>
      <Heading>{t.unsupported.title}</Heading>
      <p class="lead">{t.unsupported.lead}</p>
      <ul class="missing">
        {phase.missing.map((what) => (
          <li key={what}>
            <strong>{t.missing[what].title}</strong>
            <p>{t.missing[what].text}</p>
          </li>
        ))}
      </ul>
      <p>{t.unsupported.nothing}</p>
      <button type="button" class="button main" onClick={() => location.reload()}>
        {t.unsupported.reload}
      </button>
    </Door>
  )
}

export function WelcomeView({ state, phase }: { readonly state: State; readonly phase: Welcome }): JSX.Element {
  switch (phase.form) {
    case 'choice':
      return <ChoiceView state={state} phase={phase} />
    case 'create':
      return <CreateView phase={phase} />
    case 'login':
      return <LoginView phase={phase} />
    case 'recover':
      return <RecoverView phase={phase} />
    default:
      return phase.form satisfies never
  }
}

function ChoiceView({ state, phase }: { readonly state: State; readonly phase: Welcome }): JSX.Element {
  const dispatch = useDispatch()
  return (
    <Door>
      <Heading>{t.welcome.title}</Heading>
      {phase.problem !== undefined && <ProblemText problem={phase.problem} />}
      {state.isVaultGone && <VaultGone />}
      {state.invited !== undefined && (
        <p class="invited" role="status">
          {t.invitations.waiting}
        </p>
      )}
      <div class="what">
        {t.welcome.what.map((sentence) => (
          <p key={sentence}>{sentence}</p>
        ))}
      </div>
      <div class="actions column">
        {phase.problem?.code === 'storage_newer' && (
          <button type="button" class="button main" onClick={() => location.reload()}>
            {t.unsupported.reload}
          </button>
        )}
        <button
          type="button"
          // Beside a vault that is here and cannot be read, nobody is urged to begin anew.
          class={phase.problem === undefined ? 'button main' : 'button'}
          data-focus="create"
          onClick={() => dispatch({ type: 'form_chosen', form: 'create' })}
        >
          {t.welcome.create}
        </button>
        <button
          type="button"
          class="button"
          data-focus="login"
          onClick={() => dispatch({ type: 'form_chosen', form: 'login' })}
        >
          {t.welcome.login}
        </button>
        <button
          type="button"
          class="button"
          data-focus="recover"
          onClick={() => dispatch({ type: 'form_chosen', form: 'recover' })}
        >
          {t.account.recover.title}
        </button>
      </div>
      {state.vaults.length > 0 && (
        <section class="vaults" aria-labelledby="vaults">
          <h2 id="vaults" class="small-heading">
            {t.welcome.vaults}
          </h2>
          <ul>
            {state.vaults.map((vault) => (
              <li key={`${vault.server} ${vault.username}`}>
                <button type="button" class="button row" onClick={() => dispatch({ type: 'vault_chosen', vault })}>
                  <Name>{vault.username}</Name>
                  <span class="minor">{hostOf(vault.server)}</span>
                </button>
              </li>
            ))}
          </ul>
        </section>
      )}
      <p class="minor">{t.welcome.server(state.host)}</p>
    </Door>
  )
}

/** What a field lacks, by the name of its text. */
type Lack = 'needUsername' | 'needName' | 'nameRule' | 'needPassword'

interface Lacks {
  readonly username?: Lack
  readonly displayName?: Lack
  readonly password?: Lack
}

const told = (lack: Lack | undefined): string | undefined => (lack === undefined ? undefined : t.create[lack])

/** A refusal that names a field is told at the field. */
function refusedField({ problem }: Welcome): Lacks {
  if (problem?.code !== 'invalid_argument') return {}
  if (problem.field === 'username') return { username: 'needUsername' }
  if (problem.field === 'display_name') return { displayName: 'nameRule' }
  return {}
}

function CreateView({ phase }: { readonly phase: Welcome }): JSX.Element {
  const dispatch = useDispatch()
  const [lacks, setLacks] = useState(() => refusedField(phase))
  function submit(event: SubmitEvent): void {
    event.preventDefault()
    const form = new FormData(event.currentTarget as HTMLFormElement)
    const username = textOf(form, 'username').trim().toLowerCase()
    const displayName = textOf(form, 'displayName').trim()
    const password = textOf(form, 'password')
    const found: Lacks = {
      ...(/^[a-z0-9._-]{3,32}$/u.test(username) ? {} : { username: 'needUsername' }),
      ...(visibleName(displayName) === '' ? { displayName: 'needName' } : {}),
      ...(new TextEncoder().encode(password).length >= 8 ? {} : { password: 'needPassword' }),
    }
    setLacks(found)
    const first = Object.keys(found)[0]
    if (first === undefined) dispatch({ type: 'register', username, displayName, password })
    else (event.currentTarget as HTMLFormElement).querySelector<HTMLInputElement>(`[name=${first}]`)?.focus()
  }
  return (
    <Door>
      <Heading>{t.create.title}</Heading>
      {phase.problem !== undefined && Object.keys(lacks).length === 0 && <ProblemText problem={phase.problem} focus />}
      <form class="form" onSubmit={submit} noValidate>
        <Field
          label={t.create.username}
          name="username"
          value={phase.typed?.username ?? ''}
          hint={t.create.usernameHint}
          problem={told(lacks.username)}
          autocomplete="username"
          maxLength={32}
          code
          autofocus
        />
        <Field
          label={t.create.displayName}
          name="displayName"
          value={phase.typed?.displayName ?? ''}
          hint={t.create.displayNameHint}
          problem={told(lacks.displayName)}
          autocomplete="nickname"
          maxLength={64}
        />
        <PasswordField fresh hint={t.create.passwordHint} problem={told(lacks.password)} />
        <div class="actions">
          <button type="button" class="button" onClick={() => dispatch({ type: 'form_chosen', form: 'choice' })}>
            {t.common.back}
          </button>
          <button type="submit" class="button main">
            {t.create.submit}
          </button>
        </div>
      </form>
    </Door>
  )
}

function LoginView({ phase }: { readonly phase: Welcome }): JSX.Element {
  const dispatch = useDispatch()
  function submit(event: SubmitEvent): void {
    event.preventDefault()
    const form = new FormData(event.currentTarget as HTMLFormElement)
    dispatch({
      type: 'login',
      username: textOf(form, 'username').trim().toLowerCase(),
      password: textOf(form, 'password'),
    })
  }
  return (
    <Door>
      <Heading>{t.login.title}</Heading>
      <p class="lead">{t.login.lead}</p>
      {phase.problem !== undefined && <ProblemText problem={phase.problem} focus />}
      <form class="form" onSubmit={submit} noValidate>
        <Field label={t.create.username} name="username" autocomplete="username" maxLength={32} code autofocus />
        <PasswordField />
        {phase.busy && <Busy label={t.login.working} />}
        <div class="actions">
          <button
            type="button"
            class="button"
            onClick={() => dispatch(phase.busy ? { type: 'cancel' } : { type: 'form_chosen', form: 'choice' })}
          >
            {phase.busy ? t.common.cancel : t.common.back}
          </button>
          <button type="submit" class="button main" disabled={phase.busy}>
            {t.login.submit}
          </button>
        </div>
      </form>
    </Door>
  )
}

export function CreatingView({ phase }: { readonly phase: Extract<Phase, { name: 'creating' }> }): JSX.Element {
  const dispatch = useDispatch()
  return (
    <Door>
      <Heading>{t.create.working}</Heading>
      <div class="progress-box">
        <progress aria-label={t.create.working} />
        <p role="status">{t.create.stages[phase.stage]}</p>
      </div>
      <div class="actions">
        <button type="button" class="button" onClick={() => dispatch({ type: 'cancel' })}>
          {t.common.cancel}
        </button>
      </div>
    </Door>
  )
}

export function LockedView({
  phase,
  share,
}: {
  readonly phase: Extract<Phase, { name: 'locked' }>
  readonly share: Share | undefined
}): JSX.Element {
  const dispatch = useDispatch()
  if (phase.key === 'words') return <LockedWordsView phase={phase} />
  function submit(event: SubmitEvent): void {
    event.preventDefault()
    dispatch({ type: 'unlock', password: textOf(new FormData(event.currentTarget as HTMLFormElement), 'password') })
  }
  return (
    <Door>
      <Heading>{t.locked.title}</Heading>
      {phase.why !== undefined && (
        <p class="invited" role="status">
          {t.locks.why[phase.why]}
        </p>
      )}
      <ShareNote share={share} />
      <p class="lead">{t.locked.lead}</p>
      <p class="who">
        <Name>{phase.vault.username}</Name>
        <span class="minor">{hostOf(phase.vault.server)}</span>
      </p>
      {phase.problem !== undefined && <ProblemText problem={phase.problem} />}
      <form class="form" onSubmit={submit} noValidate>
        <input
          class="unseen"
          type="text"
          name="username"
          autocomplete="username"
          value={phase.vault.username}
          readOnly
          tabIndex={-1}
          aria-hidden="true"
        />
        <PasswordField autofocus />
        <button
          type="button"
          class="button quiet"
          disabled={phase.busy}
          onClick={() => dispatch({ type: 'key_chosen', key: 'words' })}
        >
          {t.account.recover.link}
        </button>
        {phase.busy && <Busy label={t.locked.working} />}
        <div class="actions">
          <button
            type="button"
            class="button"
            onClick={() => dispatch(phase.busy ? { type: 'cancel' } : { type: 'form_chosen', form: 'choice' })}
          >
            {phase.busy ? t.common.cancel : t.locked.others}
          </button>
          <button type="submit" class="button main" disabled={phase.busy}>
            {t.locked.open}
          </button>
        </div>
      </form>
    </Door>
  )
}

export function ElsewhereView({ phase }: { readonly phase: Extract<Phase, { name: 'elsewhere' }> }): JSX.Element {
  const dispatch = useDispatch()
  return (
    <Door>
      <Heading>{t.elsewhere.title}</Heading>
      <p class="who">
        <Name>{phase.vault.username}</Name>
        <span class="minor">{hostOf(phase.vault.server)}</span>
      </p>
      <p class="lead">{t.elsewhere.lead}</p>
      <p class="minor">{t.locks.takeOver.text}</p>
      <Busy label={phase.asking ? t.locks.takeOver.asking : t.elsewhere.todo} />
      <div class="actions">
        <button type="button" class="button" onClick={() => dispatch({ type: 'cancel' })}>
          {t.common.cancel}
        </button>
        <button
          type="button"
          class="button main"
          disabled={phase.asking}
          onClick={() => dispatch({ type: 'take_over' })}
        >
          {t.locks.takeOver.go}
        </button>
      </div>
    </Door>
  )
}
