/** Backup, import, readable copy, what the browser promises, and the diagnosis: each with its form, its wait and its outcome. */
import type { ComponentChildren, JSX } from 'preact'
import { useState } from 'preact/hooks'
import { bytes, dateTime, list } from '../format.js'
import { t } from '../i18n/catalogue.js'
import { useDispatch } from '../part/context.js'
import { PasswordField } from '../part/field.js'
import { Bar, Busy, Heading } from '../part/parts.js'
import { isBackupDue, type Keeping, type KeepingKind, type KeepingOutcome } from '../safekeeping.js'
import type { Added } from '../sdk.js'
import type { State } from '../state.js'
import { BackupProblem, stageText, useBackupFields } from './backup-fields.js'
import { textOf } from './door.js'

export function SafekeepingView({ state }: { readonly state: State }): JSX.Element {
  if (state.account === undefined) return <section class="pane main-pane" />
  return (
    <section class="pane main-pane" aria-label={t.safekeeping.title}>
      <Bar back="always" title={<Heading>{t.safekeeping.title}</Heading>} />
      <div class="scroll page">
        <BackupCard state={state} />
        <ImportCard state={state} />
        <CopyCard state={state} />
        <StorageCard state={state} />
        <DiagnosisCard />
      </div>
    </section>
  )
}

function BackupCard({ state }: { readonly state: State }): JSX.Element {
  const [differs, setDiffers] = useState(false)
  const { storage } = state.safekeeping
  const words = t.safekeeping.backup
  return (
    <section class="card" aria-labelledby="backup">
      <h2 id="backup">{words.title}</h2>
      {storage !== undefined && isBackupDue(storage, state.now) && <p>{words.due}</p>}
      <KeepingForm
        state={state}
        kind="backup"
        open={words.open}
        text={words.text}
        go={words.go}
        keeping={(form) => {
          const password = textOf(form, 'password')
          setDiffers(password !== textOf(form, 'again'))
          return password === textOf(form, 'again') ? { kind: 'backup', password } : undefined
        }}
      >
        <PasswordField label={words.password} hint={words.passwordHint} fresh autofocus />
        <PasswordField label={words.again} name="again" fresh problem={differs ? words.differs : undefined} />
      </KeepingForm>
    </section>
  )
}

function ImportCard({ state }: { readonly state: State }): JSX.Element {
  const [fields, read] = useBackupFields()
  const words = t.safekeeping.import
  return (
    <section class="card" aria-labelledby="import">
      <h2 id="import">{words.title}</h2>
      <KeepingForm
        state={state}
        kind="import"
        open={words.open}
        text={words.text}
        go={words.go}
        keeping={(form) => {
          const chosen = read(form)
          return chosen && { kind: 'import', ...chosen }
        }}
      >
        {fields}
      </KeepingForm>
    </section>
  )
}

function CopyCard({ state }: { readonly state: State }): JSX.Element {
  const words = t.safekeeping.copy
  return (
    <section class="card danger" aria-labelledby="copy">
      <h2 id="copy">{words.title}</h2>
      <KeepingForm
        state={state}
        kind="copy"
        open={words.open}
        text={words.text}
        warning={words.warning}
        go={words.go}
        keeping={(form) => ({ kind: 'copy', password: textOf(form, 'password') })}
      >
        <PasswordField label={words.password} autofocus />
      </KeepingForm>
    </section>
  )
}

function StorageCard({ state }: { readonly state: State }): JSX.Element {
  const dispatch = useDispatch()
  const { storage, isRefused } = state.safekeeping
  const words = t.safekeeping.storage
  const size = (value: number | undefined) => (value === undefined ? t.safekeeping.unknown : bytes(value))
  return (
    <section class="card" aria-labelledby="storage">
      <h2 id="storage">{words.title}</h2>
      {storage?.isPrivate === true && <p data-private>{words.isPrivate}</p>}
      <dl class="facts">
        <Fact name={words.promise}>
          {storage === undefined ? t.safekeeping.unknown : storage.persisted ? words.persisted : words.notPersisted}
        </Fact>
        <Fact name={words.used}>{size(storage?.used)}</Fact>
        <Fact name={words.quota}>{size(storage?.quota)}</Fact>
        <Fact name={words.lastBackup}>
          {storage?.backedUpAt === undefined ? words.never : dateTime(storage.backedUpAt)}
        </Fact>
      </dl>
      {storage?.persisted === false && (
        <div class="leave">
          <p>{isRefused ? words.refused : words.askText}</p>
          <button type="button" class="button" onClick={() => dispatch({ type: 'persist_wanted' })}>
            {words.ask}
          </button>
        </div>
      )}
    </section>
  )
}

function DiagnosisCard(): JSX.Element {
  const dispatch = useDispatch()
  const words = t.safekeeping.diagnosis
  return (
    <section class="card" aria-labelledby="diagnosis">
      <h2 id="diagnosis">{words.title}</h2>
      <div class="leave">
        <p>{words.text}</p>
        <button type="button" class="button" onClick={() => dispatch({ type: 'diagnosis_wanted' })}>
          {words.go}
        </button>
      </div>
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

/** A button that becomes a form, shows how far it is with a way to stop, and says what came of it. */
function KeepingForm(props: {
  readonly state: State
  readonly kind: KeepingKind
  readonly open: string
  readonly text: string
  readonly warning?: string
  readonly go: string
  /** Undefined where the form says what it lacks. */
  readonly keeping: (form: FormData) => Keeping | undefined
  readonly children: ComponentChildren
}): JSX.Element {
  const dispatch = useDispatch()
  const { kind } = props
  const { form, running, outcome } = props.state.safekeeping
  const isRunning = running?.kind === kind
  const said = outcome?.kind === kind ? <Outcome outcome={outcome} /> : null
  function submit(event: SubmitEvent): void {
    event.preventDefault()
    const keeping = props.keeping(new FormData(event.currentTarget as HTMLFormElement))
    if (keeping !== undefined) dispatch({ type: 'keeping', keeping })
  }
  if (form !== kind) {
    return (
      <div class="task">
        {said}
        <div class="leave">
          <p>{props.text}</p>
          <button
            type="button"
            class="button"
            data-focus={`keeping-${kind}`}
            disabled={running !== undefined}
            onClick={() => dispatch({ type: 'keeping_form', kind })}
          >
            {props.open}
          </button>
        </div>
      </div>
    )
  }
  return (
    <form class="task form" onSubmit={submit} noValidate>
      <p>{props.text}</p>
      {props.warning !== undefined && (
        <p>
          <strong>{props.warning}</strong>
        </p>
      )}
      {props.children}
      {said}
      {isRunning && <Busy label={stageText(running.progress)} />}
      <div class="actions">
        <button
          type="button"
          class="button"
          data-focus={`keeping-${kind}`}
          onClick={() => dispatch(isRunning ? { type: 'keeping_cancel' } : { type: 'keeping_form', kind: undefined })}
        >
          {t.common.cancel}
        </button>
        <button
          type="submit"
          class={`button ${props.warning === undefined ? 'main' : 'danger'}`}
          disabled={running !== undefined}
        >
          {props.go}
        </button>
      </div>
    </form>
  )
}

function contents({ contacts, messages, files }: Added): string {
  const { counts } = t.safekeeping
  return list([counts.contacts(contacts), counts.messages(messages), counts.files(files)])
}

function addedText(added: Added): string {
  const words = t.safekeeping.import
  return added.contacts + added.messages + added.files === 0 ? words.nothing : words.done(contents(added))
}

function Outcome({ outcome }: { readonly outcome: KeepingOutcome }): JSX.Element {
  const words = t.safekeeping
  if ('problem' in outcome) {
    const { problem, offset } = outcome
    return <BackupProblem problem={problem} {...(offset !== undefined && { offset })} />
  }
  const left = 'facts' in outcome ? outcome.facts.left : 0
  const text = outcome.kind === 'import' ? addedText(outcome.added) : words[outcome.kind].done(contents(outcome.facts))
  return (
    <div class="good" role="status">
      <p>{text}</p>
      {left > 0 && <p>{words.left(left)}</p>}
    </div>
  )
}
