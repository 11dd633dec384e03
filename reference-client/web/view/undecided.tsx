/**
 * A new device of an account that has an identity elsewhere [V16]: it offers to fetch everything from another device or a
 * backup, or to start anew. Only who starts anew publishes a new identity.
 */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { suggestedDeviceName } from '../effect/device.js'
import { t } from '../i18n/catalogue.js'
import { useDispatch } from '../part/context.js'
import { Field } from '../part/field.js'
import { Busy, Heading, Name, ProblemText } from '../part/parts.js'
import { Scanner } from '../part/scanner.js'
import type { Phase, Problem } from '../state.js'
import { BackupProblem, stageText, useBackupFields } from './backup-fields.js'
import { isDeviceName } from './devices.js'
import { Door, hostOf, textOf } from './door.js'

type Undecided = Extract<Phase, { name: 'undecided' }>

const QR = /^solo2-device:v1:[a-z-]{1,100}$/u

export function UndecidedView({ phase }: { readonly phase: Undecided }): JSX.Element {
  switch (phase.step) {
    case 'choice':
      return <Choice phase={phase} />
    case 'join':
    case 'joining':
      return <Join phase={phase} />
    case 'backup':
    case 'restoring':
      return <Restore phase={phase} />
    case 'anew':
    case 'publishing':
      return <Anew phase={phase} />
    default:
      return phase.step satisfies never
  }
}

function Choice({ phase }: { readonly phase: Undecided }): JSX.Element {
  const dispatch = useDispatch()
  const words = t.devices.undecided
  return (
    <Door>
      <Heading>{words.title}</Heading>
      <p class="who">
        <Name>{phase.vault.username}</Name>
        <span class="minor">{hostOf(phase.vault.server)}</span>
      </p>
      <p class="lead">{words.lead}</p>
      <ul class="ways">
        <li>
          <button
            type="button"
            class="button main"
            data-focus="join"
            onClick={() => dispatch({ type: 'undecided_step', step: 'join' })}
          >
            {words.join}
          </button>
          <p class="minor">{words.joinText}</p>
        </li>
        <li>
          <button
            type="button"
            class="button"
            data-focus="backup"
            onClick={() => dispatch({ type: 'undecided_step', step: 'backup' })}
          >
            {words.backup}
          </button>
          <p class="minor">{words.backupText}</p>
        </li>
        <li>
          <button
            type="button"
            class="button"
            data-focus="anew"
            onClick={() => dispatch({ type: 'undecided_step', step: 'anew' })}
          >
            {words.anew}
          </button>
          <p class="minor">{words.anewText}</p>
        </li>
        <li>
          <button type="button" class="button quiet" onClick={() => dispatch({ type: 'undecided_cancel' })}>
            {words.later}
          </button>
          <p class="minor">{words.laterText}</p>
        </li>
      </ul>
    </Door>
  )
}

/** The errors of a code have their own words here: everywhere else they are about contacts. */
function toldOf(problem: Problem): { readonly told: { readonly title: string; readonly text: string } } | undefined {
  const { wrong, timeout } = t.devices.undecided.form
  if (problem.code === 'wrong_code') return { told: wrong }
  return problem.code === 'timeout' ? { told: timeout } : undefined
}

function Join({ phase }: { readonly phase: Undecided }): JSX.Element {
  const dispatch = useDispatch()
  const [code, setCode] = useState('')
  const [scanning, setScanning] = useState(false)
  const [lacksName, setLacksName] = useState(false)
  const words = t.devices.undecided.form
  const isBusy = phase.step === 'joining'
  const { problem } = phase
  function submit(event: SubmitEvent): void {
    event.preventDefault()
    const form = new FormData(event.currentTarget as HTMLFormElement)
    const deviceName = textOf(form, 'deviceName').trim()
    setLacksName(!isDeviceName(deviceName))
    if (isDeviceName(deviceName)) dispatch({ type: 'join_device', code: textOf(form, 'code'), deviceName })
  }
  return (
    <Door>
      <Heading>{words.title}</Heading>
      <p class="lead">{words.lead}</p>
      {problem !== undefined && <ProblemText problem={problem} {...toldOf(problem)} focus />}
      <form class="form" onSubmit={submit} noValidate>
        {/* Another key, another field: what the camera read stands in it from the start. */}
        <Field
          key={code}
          label={words.code}
          name="code"
          value={code}
          hint={words.codeHint}
          maxLength={200}
          lines={2}
          readOnly={isBusy}
          code
          autofocus
        />
        {scanning && (
          <Scanner
            onCode={(bytes) => {
              const text = String.fromCharCode(...bytes)
              if (!QR.test(text)) return false
              setCode(text.slice(text.lastIndexOf(':') + 1).replaceAll('-', ' '))
              setScanning(false)
              return true
            }}
            onClose={() => setScanning(false)}
          />
        )}
        {!scanning && !isBusy && (
          <button type="button" class="button quiet" onClick={() => setScanning(true)}>
            {words.scan}
          </button>
        )}
        <Field
          label={t.devices.name}
          name="deviceName"
          value={suggestedDeviceName()}
          hint={t.devices.nameHint}
          problem={lacksName ? t.devices.needName : undefined}
          maxLength={64}
          readOnly={isBusy}
        />
        {isBusy && <Busy label={words.searching} />}
        <Actions isBusy={isBusy} go={words.go} />
      </form>
    </Door>
  )
}

/** Of a form that is sent: back while nothing runs, and then a way to stop it. */
function Actions({ isBusy, go }: { readonly isBusy: boolean; readonly go: string }): JSX.Element {
  const dispatch = useDispatch()
  return (
    <div class="actions">
      <button
        type="button"
        class="button"
        onClick={() => dispatch(isBusy ? { type: 'undecided_cancel' } : { type: 'undecided_step', step: 'choice' })}
      >
        {isBusy ? t.common.cancel : t.common.back}
      </button>
      <button type="submit" class="button main" disabled={isBusy}>
        {go}
      </button>
    </div>
  )
}

function Restore({ phase }: { readonly phase: Undecided }): JSX.Element {
  const dispatch = useDispatch()
  const [fields, read] = useBackupFields()
  const words = t.devices.undecided.restore
  const isBusy = phase.step === 'restoring'
  const { problem, offset, progress } = phase
  function submit(event: SubmitEvent): void {
    event.preventDefault()
    const chosen = read(new FormData(event.currentTarget as HTMLFormElement))
    if (chosen !== undefined) dispatch({ type: 'restore_device', ...chosen })
  }
  return (
    <Door>
      <Heading>{words.title}</Heading>
      <p class="lead">{words.lead}</p>
      {problem !== undefined && <BackupProblem problem={problem} {...(offset !== undefined && { offset })} />}
      <form class="form" onSubmit={submit} noValidate>
        {fields}
        {progress !== undefined && <Busy label={stageText(progress)} />}
        <Actions isBusy={isBusy} go={words.go} />
      </form>
    </Door>
  )
}

function Anew({ phase }: { readonly phase: Undecided }): JSX.Element {
  const dispatch = useDispatch()
  const words = t.devices.undecided.fresh
  const isBusy = phase.step === 'publishing'
  return (
    <Door>
      <Heading>{words.title}</Heading>
      {phase.problem !== undefined && <ProblemText problem={phase.problem} focus />}
      <ul class="consequences">
        <li>{words.contacts}</li>
        <li>{words.others}</li>
        <li>{words.lost}</li>
      </ul>
      {isBusy && <Busy label={words.working} />}
      <div class="actions">
        <button
          type="button"
          class="button main"
          disabled={isBusy}
          onClick={() => dispatch({ type: 'undecided_step', step: 'choice' })}
        >
          {t.common.back}
        </button>
        <button
          type="button"
          class="button danger"
          disabled={isBusy}
          onClick={() => dispatch({ type: 'decline_device' })}
        >
          {words.go}
        </button>
      </div>
    </Door>
  )
}
