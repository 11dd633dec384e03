import type { JSX } from 'preact'
import { useId, useState } from 'preact/hooks'
import { t } from '../i18n/catalogue.js'

interface FieldProps {
  readonly label: string
  readonly name: string
  readonly hint?: string | undefined
  readonly problem?: string | undefined
  readonly type?: 'text' | 'password'
  readonly autocomplete?: string
  /** What stands there at first. */
  readonly value?: string
  readonly maxLength?: number
  readonly autofocus?: boolean
  readonly class?: string
  /** For what only machines read: no capital letters, no corrections, left to right. */
  readonly code?: boolean
  readonly onInput?: (value: string) => void
  readonly readOnly?: boolean
  /** So many lines instead of one. */
  readonly lines?: number
}

/** A labelled field with its hint and its problem tied to it. */
export function Field(props: FieldProps): JSX.Element {
  const id = useId()
  const about = [props.problem === undefined ? '' : `${id}-problem`, props.hint === undefined ? '' : `${id}-hint`]
  const Tag = props.lines === undefined ? 'input' : 'textarea'
  return (
    <div class={`field ${props.class ?? ''}`}>
      <label for={id}>{props.label}</label>
      <Tag
        id={id}
        name={props.name}
        type={props.lines === undefined ? (props.type ?? 'text') : undefined}
        rows={props.lines}
        autocomplete={props.autocomplete ?? 'off'}
        autocapitalize={props.code ? 'none' : undefined}
        autocorrect={props.code ? 'off' : undefined}
        spellcheck={props.code ? false : undefined}
        dir={props.code ? 'ltr' : 'auto'}
        maxLength={props.maxLength}
        defaultValue={props.value}
        readOnly={props.readOnly}
        data-autofocus={props.autofocus ? '' : undefined}
        aria-invalid={props.problem === undefined ? undefined : true}
        aria-describedby={about.join(' ').trim() || undefined}
        onInput={(event: Event) => props.onInput?.((event.currentTarget as HTMLInputElement).value)}
      />
      {props.problem !== undefined && (
        <p class="field-problem" id={`${id}-problem`}>
          {props.problem}
        </p>
      )}
      {props.hint !== undefined && (
        <p class="field-hint" id={`${id}-hint`}>
          {props.hint}
        </p>
      )}
    </div>
  )
}

/** A password can be looked at, and says when a blank stands at one of its ends: blanks count (spec/03). */
export function PasswordField(props: {
  readonly label?: string
  readonly name?: string
  readonly hint?: string | undefined
  readonly problem?: string | undefined
  readonly fresh?: boolean
  readonly autofocus?: boolean
}): JSX.Element {
  const [shown, setShown] = useState(false)
  const [blank, setBlank] = useState(false)
  return (
    <div class="password">
      <Field
        label={props.label ?? t.create.password}
        name={props.name ?? 'password'}
        type={shown ? 'text' : 'password'}
        autocomplete={props.fresh ? 'new-password' : 'current-password'}
        hint={blank ? t.create.blankEnds : props.hint}
        problem={props.problem}
        autofocus={props.autofocus ?? false}
        code
        onInput={(value) => setBlank(value !== value.trim())}
      />
      <button
        type="button"
        class="button quiet password-show"
        aria-pressed={shown}
        aria-label={shown ? t.create.hideLabel : t.create.showLabel}
        onClick={() => setShown(!shown)}
      >
        {shown ? t.create.hide : t.create.show}
      </button>
    </div>
  )
}
