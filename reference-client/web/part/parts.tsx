/** Small parts that every screen uses. */
import type { ComponentChildren, JSX } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { encode } from 'uqr'
import { t } from '../i18n/catalogue.js'
import type { ContactView, Problem } from '../state.js'
import { initialOf, type Named, nameOf, visibleName } from '../text.js'
import { useDispatch } from './context.js'
import { Icon, type IconName, PathSign } from './icon.js'

/** Somebody's name: text only, in a direction of its own, never wider than its place. */
export function Name({ children }: { readonly children: string }): JSX.Element {
  return (
    <bdi class="name" dir="auto">
      {visibleName(children)}
    </bdi>
  )
}

export function PersonName({ person }: { readonly person: Named }): JSX.Element {
  return (
    <bdi class="name" dir="auto">
      {nameOf(person)}
    </bdi>
  )
}

export function Sign({
  name,
  presence,
}: {
  readonly name: string
  readonly presence?: ContactView['state']
}): JSX.Element {
  return (
    <span class={`sign ${presence ?? ''}`} aria-hidden="true">
      <bdi>{initialOf(name)}</bdi>
    </span>
  )
}

export function IconButton(props: {
  readonly icon: IconName
  readonly label: string
  readonly onClick?: () => void
  readonly flips?: boolean
  readonly disabled?: boolean
  readonly type?: 'button' | 'submit'
  readonly class?: string
  readonly focusKey?: string
}): JSX.Element {
  return (
    <button
      type={props.type ?? 'button'}
      class={`icon-button ${props.class ?? ''}`}
      aria-label={props.label}
      title={props.label}
      onClick={props.onClick}
      disabled={props.disabled}
      data-focus={props.focusKey}
    >
      <Icon name={props.icon} flips={props.flips ?? false} />
    </button>
  )
}

/** Above a screen: back where there is one column, the title that takes the focus when one arrives. */
export function Bar(props: {
  readonly title: ComponentChildren
  readonly children?: ComponentChildren
  readonly back?: 'always' | 'narrow' | 'never'
}): JSX.Element {
  const dispatch = useDispatch()
  const back = props.back ?? 'always'
  return (
    <header class="bar">
      {back !== 'never' && (
        <IconButton
          icon="back"
          flips
          label={t.common.back}
          class={`bar-back ${back}`}
          onClick={() => dispatch({ type: 'back' })}
        />
      )}
      <div class="bar-title">{props.title}</div>
      {props.children}
    </header>
  )
}

export function Heading({
  children,
  level = 1,
}: {
  readonly children: ComponentChildren
  readonly level?: 1 | 2
}): JSX.Element {
  const Tag = level === 1 ? 'h1' : 'h2'
  return (
    <Tag class="heading" tabIndex={-1} data-heading>
      {children}
    </Tag>
  )
}

/** What happened, what it means, what to do, and small the code. */
export function ProblemText({
  problem,
  told: own,
  focus = false,
}: {
  readonly problem: Problem
  /** In place of the catalogue's words for the code. */
  readonly told?: { readonly title: string; readonly text: string }
  readonly focus?: boolean
}): JSX.Element {
  const told = own ?? t.errors.code[problem.code] ?? t.errors.culprit[problem.culprit] ?? t.errors.code.unexpected
  const at = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (focus) at.current?.focus()
  }, [focus, problem])
  const seconds = problem.retryAfterMs === undefined ? 0 : Math.ceil(problem.retryAfterMs / 1_000)
  return (
    <div class="problem" role="alert" tabIndex={-1} ref={at}>
      <Icon name="caution" />
      <div>
        <p class="problem-title">{told?.title}</p>
        <p>
          {told?.text} {seconds > 0 && t.common.retryIn(seconds)}
        </p>
        <p class="problem-code">{t.common.code(problem.code)}</p>
      </div>
    </div>
  )
}

export function CopyButton({
  text,
  what,
  copied,
}: {
  readonly text: string
  readonly what: string
  readonly copied: string | undefined
}): JSX.Element {
  const dispatch = useDispatch()
  return (
    <button type="button" class="button quiet" onClick={() => dispatch({ type: 'copy', text, what })}>
      <span aria-live="polite">{copied === what ? t.common.copied : t.common.copy}</span>
    </button>
  )
}

/** Dark on light in both themes, with the margin that readers want (ISO/IEC 18004). */
export function Qr({ text, label }: { readonly text: string | Uint8Array; readonly label: string }): JSX.Element {
  const { data, size } = encode(typeof text === 'string' ? text : [...text], { ecc: 'M', border: 4 })
  let path = ''
  data.forEach((row, y) => {
    row.forEach((dark, x) => {
      if (dark) path += `M${x} ${y}h1v1h-1z`
    })
  })
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shape-rendering="crispEdges">
      <path d={path} />
    </svg>
  )
}

export function pathState(contact: ContactView): 'direct' | 'mirror' | 'connecting' | 'away' | 'asked' | 'unknown' {
  return contact.state === 'connected' ? contact.path : contact.state
}

/** How the bytes go, always in sight [T10]; opened, it explains itself. */
export function PathBadge({ contact }: { readonly contact: ContactView }): JSX.Element {
  const dispatch = useDispatch()
  const state = pathState(contact)
  const sign = state === 'unknown' ? 'direct' : state === 'asked' ? 'away' : state
  const box = useRef<HTMLDetailsElement>(null)
  useEffect(() => {
    const close = (event: Event): void => {
      const open = box.current
      if (open?.open !== true) return
      if (event instanceof KeyboardEvent) {
        if (event.key !== 'Escape') return
        open.querySelector('summary')?.focus()
      } else if (event.target instanceof Node && open.contains(event.target)) return
      open.open = false
    }
    document.addEventListener('pointerdown', close)
    document.addEventListener('keydown', close)
    return () => {
      document.removeEventListener('pointerdown', close)
      document.removeEventListener('keydown', close)
    }
  }, [])
  return (
    <details class="path-badge" ref={box}>
      <summary class={`path-summary ${state}`} aria-label={t.path.label(t.path[state])}>
        <span class="pill">
          <PathSign kind={sign} />
          <span data-path={state}>{t.path[state]}</span>
        </span>
      </summary>
      <div class="popover">
        <p>{t.path.explain[state]}</p>
        {contact.state === 'connected' && (
          <button
            type="button"
            class="button quiet"
            onClick={() => dispatch({ type: 'go', route: { screen: 'proof', contact: contact.id } })}
          >
            {t.path.more}
          </button>
        )}
      </div>
    </details>
  )
}

export function Busy({ label }: { readonly label: string }): JSX.Element {
  return (
    <p class="busy" role="status">
      <span class="spinner" aria-hidden="true" />
      {label}
    </p>
  )
}
