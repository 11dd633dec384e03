/** The account: names, password and words, sessions, plan, deletion. Each thing has its form, its wait and its outcome. */
import type { ComponentChildren, JSX } from 'preact'
import { dateTime, money } from '../format.js'
import { t } from '../i18n/catalogue.js'
import type { Task, TaskKind } from '../owner.js'
import { useDispatch } from '../part/context.js'
import { Field, PasswordField } from '../part/field.js'
import { Bar, Busy, CopyButton, Heading, Name, ProblemText } from '../part/parts.js'
import type { State } from '../state.js'
import { groupedAlias, groupedCode } from '../text.js'
import { hostOf, textOf } from './door.js'
import { WordsGrid } from './words.js'

/** What one top-up brings, in cents. */
const TOP_UP_CENTS = 1_000

export function AccountView({ state }: { readonly state: State }): JSX.Element {
  const { account } = state
  if (account === undefined) return <section class="pane main-pane" />
  return (
    <section class="pane main-pane" aria-label={t.account.title}>
      <Bar back="always" title={<Heading>{t.account.title}</Heading>} />
      <div class="scroll page">
        <NamesCard state={state} />
        <SecurityCard state={state} />
        <SessionsCard state={state} />
        <PlanCard state={state} />
        <FeedbackCard state={state} />
        <DeletionCard state={state} />
      </div>
    </section>
  )
}

function NamesCard({ state }: { readonly state: State }): JSX.Element {
  const { account } = state
  const code = groupedCode(account?.pairingCode ?? '')
  return (
    <section class="card" aria-labelledby="names">
      <h2 id="names">{t.account.names}</h2>
      <dl class="facts">
        <Fact name={t.settings.displayName}>
          <Name>{account?.displayName ?? ''}</Name>
        </Fact>
        <Fact name={t.settings.username}>
          <Name>{account?.username ?? ''}</Name>
        </Fact>
        <div>
          <dt>{t.settings.code}</dt>
          <dd class="with-button">
            <span class="code">{code}</span>
            <CopyButton text={code} what="settings-code" copied={state.copied} />
          </dd>
        </div>
        <Fact name={t.settings.alias}>
          <span class="code">{groupedAlias(account?.alias ?? '')}</span>
        </Fact>
        <Fact name={t.settings.server}>{hostOf(account?.server ?? '')}</Fact>
      </dl>
      <TaskForm
        state={state}
        kind="rename"
        open={t.account.rename.open}
        go={t.account.save}
        task={(form) => ({ kind: 'rename', displayName: textOf(form, 'displayName') })}
      >
        <Field
          label={t.account.rename.label}
          name="displayName"
          value={account?.displayName ?? ''}
          autocomplete="nickname"
          maxLength={64}
          autofocus
        />
      </TaskForm>
      <TaskForm
        state={state}
        kind="new_code"
        open={t.account.newCode.open}
        text={t.account.newCode.text}
        go={t.account.newCode.go}
        task={() => ({ kind: 'new_code' })}
      />
    </section>
  )
}

function SecurityCard({ state }: { readonly state: State }): JSX.Element {
  const dispatch = useDispatch()
  const { outcome } = state.owner
  const words = outcome?.words
  const withPassword =
    (kind: 'words' | 'new_words' | 'sign_in') =>
    (form: FormData): Task => ({ kind, password: textOf(form, 'password') })
  return (
    <section class="card" aria-labelledby="security">
      <h2 id="security">{t.account.security}</h2>
      {state.session === 'over' && (
        <TaskForm
          state={state}
          kind="sign_in"
          open={t.account.signIn.open}
          text={t.account.signIn.text}
          go={t.account.signIn.go}
          task={withPassword('sign_in')}
        >
          <PasswordField label={t.account.password.now} autofocus />
        </TaskForm>
      )}
      <TaskForm
        state={state}
        kind="password"
        open={t.account.password.open}
        text={t.account.password.text}
        go={t.account.password.go}
        task={(form) => ({
          kind: 'password',
          password: textOf(form, 'password'),
          newPassword: textOf(form, 'newPassword'),
        })}
      >
        <PasswordField label={t.account.password.now} autofocus />
        <PasswordField label={t.account.password.next} name="newPassword" fresh hint={t.create.passwordHint} />
      </TaskForm>
      <TaskForm
        state={state}
        kind="words"
        open={t.account.words.open}
        text={t.account.words.text}
        go={t.account.words.go}
        task={withPassword('words')}
      >
        <PasswordField label={t.account.password.now} autofocus />
      </TaskForm>
      <TaskForm
        state={state}
        kind="new_words"
        open={t.account.newWords.open}
        text={t.account.newWords.text}
        go={t.account.newWords.go}
        task={withPassword('new_words')}
      >
        <PasswordField label={t.account.password.now} autofocus />
      </TaskForm>
      {words !== undefined && (
        <div class="shown-words">
          <WordsGrid words={words} sheet={t.words.sheet(state.account?.username ?? '', state.host)} />
          <div class="actions">
            <button type="button" class="button" onClick={() => dispatch({ type: 'print' })}>
              {t.words.print}
            </button>
            <button type="button" class="button" onClick={() => dispatch({ type: 'task_form', kind: undefined })}>
              {t.account.words.hide}
            </button>
          </div>
        </div>
      )}
    </section>
  )
}

function SessionsCard({ state }: { readonly state: State }): JSX.Element {
  const { sessions } = state.owner
  return (
    <section class="card" aria-labelledby="sessions">
      <h2 id="sessions">{t.account.sessions}</h2>
      {sessions.length === 0 && <p>{t.account.unknown}</p>}
      <ul class="plain-list">
        {sessions.map(({ id, createdAt, expiresAt, current }) => (
          <li key={id}>
            {t.account.session(dateTime(createdAt), dateTime(expiresAt))}
            {current && <strong> · {t.account.sessionHere}</strong>}
          </li>
        ))}
      </ul>
      {sessions.length === 1 && <p class="minor">{t.account.onlyHere}</p>}
      {sessions.length > 1 && (
        <TaskButton state={state} task={{ kind: 'end_sessions' }} label={t.account.endSessions} />
      )}
      {sessions.length <= 1 && <TaskOutcome state={state} kind="end_sessions" />}
    </section>
  )
}

function PlanCard({ state }: { readonly state: State }): JSX.Element {
  const { standing } = state.owner
  const isPaused = standing?.state === 'paused'
  const mayPause = standing?.state === 'active' || standing?.state === 'trial'
  return (
    <section class="card" aria-labelledby="plan">
      <h2 id="plan">{t.account.plan}</h2>
      {standing === undefined ? (
        <p>{t.account.unknown}</p>
      ) : (
        <dl class="facts">
          <Fact name={t.account.type}>{t.account.types[standing.type]}</Fact>
          <Fact name={t.account.state}>{t.account.states[standing.state]}</Fact>
          <Fact name={t.account.balance}>{money(standing.balance)}</Fact>
          <Fact name={t.account.bonus}>{money(standing.bonus)}</Fact>
          <Fact name={t.account.perDay}>{money(standing.centsPerDay)}</Fact>
          {standing.serviceEndsAt !== undefined && (
            <Fact name={t.account.endsAt}>{dateTime(standing.serviceEndsAt)}</Fact>
          )}
        </dl>
      )}
      <TaskButton
        state={state}
        task={{ kind: 'top_up', cents: TOP_UP_CENTS }}
        text={t.account.topUpText(money(TOP_UP_CENTS))}
        label={t.account.topUp}
      />
      {isPaused && (
        <TaskButton state={state} task={{ kind: 'resume' }} text={t.account.pauseText} label={t.account.resume} />
      )}
      {mayPause && (
        <TaskButton state={state} task={{ kind: 'pause' }} text={t.account.pauseText} label={t.account.pause} />
      )}
      {(isPaused ? (['pause'] as const) : (['resume'] as const)).map((kind) => (
        <TaskOutcome key={kind} state={state} kind={kind} />
      ))}
    </section>
  )
}

function FeedbackCard({ state }: { readonly state: State }): JSX.Element {
  return (
    <section class="card" aria-labelledby="help">
      <h2 id="help">{t.account.help}</h2>
      <TaskForm
        state={state}
        kind="feedback"
        open={t.account.help}
        text={t.account.feedback.text}
        go={t.account.feedback.go}
        task={(form) => ({ kind: 'feedback', text: textOf(form, 'text') })}
      >
        <Field label={t.account.feedback.label} name="text" maxLength={2_000} lines={4} autofocus />
      </TaskForm>
    </section>
  )
}

function DeletionCard({ state }: { readonly state: State }): JSX.Element {
  return (
    <section class="card danger" aria-labelledby="danger">
      <h2 id="danger">{t.account.danger}</h2>
      <TaskForm
        state={state}
        kind="delete_account"
        open={t.account.delete.open}
        text={t.account.delete.text}
        go={t.account.delete.go}
        isDanger
        task={(form) => ({ kind: 'delete_account', password: textOf(form, 'password') })}
      >
        <PasswordField label={t.account.password.now} autofocus />
      </TaskForm>
    </section>
  )
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }): JSX.Element {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  )
}

/** A button that becomes a form, waits with a cancel, and says what came of it. */
function TaskForm(props: {
  readonly state: State
  readonly kind: TaskKind
  readonly open: string
  readonly text?: string
  readonly go: string
  readonly isDanger?: boolean
  readonly task: (form: FormData) => Task
  readonly children?: ComponentChildren
}): JSX.Element {
  const dispatch = useDispatch()
  const { kind, isDanger = false } = props
  const { form, running } = props.state.owner
  const isRunning = running?.kind === kind
  function submit(event: SubmitEvent): void {
    event.preventDefault()
    dispatch({ type: 'task', task: props.task(new FormData(event.currentTarget as HTMLFormElement)) })
  }
  if (form !== kind) {
    return (
      <div class="task">
        <TaskOutcome state={props.state} kind={kind} />
        <button
          type="button"
          class="button"
          data-focus={`task-${kind}`}
          disabled={running !== undefined}
          onClick={() => dispatch({ type: 'task_form', kind })}
        >
          {props.open}
        </button>
      </div>
    )
  }
  return (
    <form class="task form" onSubmit={submit} noValidate>
      {props.text !== undefined && <p>{props.text}</p>}
      {props.children}
      <TaskOutcome state={props.state} kind={kind} />
      {isRunning && <Busy label={t.account.stages[running.stage]} />}
      <div class="actions">
        <button
          type="button"
          class="button"
          data-focus={`task-${kind}`}
          onClick={() => dispatch(isRunning ? { type: 'task_cancel' } : { type: 'task_form', kind: undefined })}
        >
          {t.common.cancel}
        </button>
        <button type="submit" class={`button ${isDanger ? 'danger' : 'main'}`} disabled={running !== undefined}>
          {props.go}
        </button>
      </div>
    </form>
  )
}

/** A thing that needs no form. */
function TaskButton(props: {
  readonly state: State
  readonly task: Task
  readonly label: string
  readonly text?: string
}): JSX.Element {
  const dispatch = useDispatch()
  const { running } = props.state.owner
  return (
    <div class="task">
      <div class="leave">
        {props.text !== undefined && <p>{props.text}</p>}
        <button
          type="button"
          class="button"
          disabled={running !== undefined}
          onClick={() => dispatch({ type: 'task', task: props.task })}
        >
          {props.label}
        </button>
      </div>
      <TaskOutcome state={props.state} kind={props.task.kind} />
    </div>
  )
}

function TaskOutcome({ state, kind }: { readonly state: State; readonly kind: TaskKind }): JSX.Element | null {
  const { outcome } = state.owner
  if (outcome?.kind !== kind) return null
  if (outcome.problem !== undefined) return <ProblemText problem={outcome.problem} focus />
  const text = t.account.done[kind]
  return text === '' ? null : (
    <p class="good" role="status">
      {text}
    </p>
  )
}
