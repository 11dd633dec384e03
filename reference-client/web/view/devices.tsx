/** The own devices [V15]: which there are, letting one in, and what still comes from another. */
import type { JSX } from 'preact'
import { useState } from 'preact/hooks'
import { moment, number, time } from '../format.js'
import { t } from '../i18n/catalogue.js'
import { CancelFirst } from '../part/cancel-first.js'
import { useDispatch } from '../part/context.js'
import { Field } from '../part/field.js'
import { Bar, Busy, Heading, Name, ProblemText, Qr } from '../part/parts.js'
import type { OwnDevice } from '../sdk.js'
import type { Problem, State } from '../state.js'
import { textOf } from './door.js'

export function DevicesView({ state }: { readonly state: State }): JSX.Element {
  const { list, sync } = state.devices
  return (
    <section class="pane main-pane" aria-label={t.devices.title}>
      <Bar back="always" title={<Heading>{t.devices.title}</Heading>} />
      <div class="scroll page">
        <section class="card" aria-labelledby="your-devices">
          <h2 id="your-devices">{t.devices.yours}</h2>
          <p class="minor">{list.length > 1 ? t.devices.what : t.devices.only}</p>
          {sync !== undefined && <SyncProgress sync={sync} />}
          <ul class="devices">
            {list.map((device) => (
              <Device key={device.id} device={device} now={state.now} isOnly={list.length === 1} />
            ))}
          </ul>
        </section>
        <AddCard state={state} />
      </div>
    </section>
  )
}

function Device(props: { readonly device: OwnDevice; readonly now: number; readonly isOnly: boolean }): JSX.Element {
  const dispatch = useDispatch()
  const { device, now } = props
  const [open, setOpen] = useState<'none' | 'rename' | 'remove'>('none')
  const [lacks, setLacks] = useState(false)
  const name = device.name === '' ? t.devices.unnamed : device.name
  const close = (): void => setOpen('none')
  function rename(event: SubmitEvent): void {
    event.preventDefault()
    const typed = textOf(new FormData(event.currentTarget as HTMLFormElement), 'name').trim()
    setLacks(!isDeviceName(typed))
    if (!isDeviceName(typed)) return
    dispatch({ type: 'device_rename', device: device.id, name: typed })
    close()
  }
  return (
    <li class="device">
      <div class="device-head">
        <p>
          <strong>
            <Name>{name}</Name>
          </strong>
          <span class="minor">{stateOf(device, now)}</span>
        </p>
        {open === 'none' && !props.isOnly && (
          <div class="actions">
            <button
              type="button"
              class="button quiet"
              aria-label={t.devices.renameOf(name)}
              onClick={() => setOpen('rename')}
            >
              {t.devices.rename}
            </button>
            {!device.current && (
              <button
                type="button"
                class="button quiet"
                aria-label={t.devices.removeOf(name)}
                onClick={() => setOpen('remove')}
              >
                {t.devices.remove}
              </button>
            )}
          </div>
        )}
      </div>
      {open === 'rename' && (
        <form class="form" onSubmit={rename} noValidate>
          <Field
            label={t.devices.name}
            name="name"
            value={device.name}
            hint={t.devices.nameHint}
            problem={lacks ? t.devices.needName : undefined}
            maxLength={64}
            autofocus
          />
          <div class="actions">
            <button type="button" class="button" onClick={close}>
              {t.common.cancel}
            </button>
            <button type="submit" class="button main">
              {t.devices.save}
            </button>
          </div>
        </form>
      )}
      {open === 'remove' && <RemoveQuestion device={device} name={name} onCancel={close} />}
    </li>
  )
}

/** The way back has the focus: a press too many goes there. */
function RemoveQuestion(props: {
  readonly device: OwnDevice
  readonly name: string
  readonly onCancel: () => void
}): JSX.Element {
  const dispatch = useDispatch()
  return (
    <div class="task form" role="alertdialog" aria-label={t.devices.removeOf(props.name)}>
      <p>{t.devices.removeAsk(props.name)}</p>
      <div class="actions">
        <CancelFirst label={t.common.cancel} onClick={props.onCancel} />
        <button
          type="button"
          class="button danger"
          onClick={() => dispatch({ type: 'device_remove', device: props.device.id })}
        >
          {t.devices.removeGo}
        </button>
      </div>
    </div>
  )
}

export function isDeviceName(name: string): boolean {
  const { length } = new TextEncoder().encode(name)
  return length >= 1 && length <= 64
}

function stateOf({ current, connected, seenAt }: OwnDevice, now: number): string {
  if (current) return t.devices.here
  if (connected) return t.devices.connected
  return seenAt === 0 ? t.devices.never : t.devices.seen(moment(seenAt, now))
}

function AddCard({ state }: { readonly state: State }): JSX.Element {
  const dispatch = useDispatch()
  const { adding } = state.devices
  return (
    <section class="card" aria-labelledby="add-device">
      <h2 id="add-device">{t.devices.add.title}</h2>
      <p class="minor">{t.devices.add.text}</p>
      {adding.stage === 'none' && adding.problem !== undefined && <Over problem={adding.problem} />}
      {adding.stage === 'none' && adding.added !== undefined && (
        <p class="good" role="status">
          {t.devices.add.added(adding.added)}
        </p>
      )}
      {adding.stage === 'none' ? (
        <div class="actions">
          <button type="button" class="button main" onClick={() => dispatch({ type: 'device_add' })}>
            {t.devices.add.go}
          </button>
        </div>
      ) : (
        <Code state={state} />
      )}
    </section>
  )
}

function Code({ state }: { readonly state: State }): JSX.Element {
  const dispatch = useDispatch()
  const { adding } = state.devices
  const cancel = (label: string): JSX.Element => (
    <button type="button" class="button" onClick={() => dispatch({ type: 'device_add_cancel' })}>
      {label}
    </button>
  )
  if (adding.stage === 'asked' || adding.stage === 'approving') {
    return (
      <div class="task form" role="alertdialog" aria-label={t.devices.add.title}>
        <p>{t.devices.add.asked(adding.name)}</p>
        {adding.stage === 'approving' && <Busy label={t.devices.add.approving} />}
        {adding.stage === 'asked' && (
          <div class="actions">
            {cancel(t.devices.add.refuse)}
            <button type="button" class="button main" onClick={() => dispatch({ type: 'device_approve' })}>
              {t.devices.add.approve}
            </button>
          </div>
        )}
      </div>
    )
  }
  if (adding.stage !== 'shown') {
    return (
      <>
        <Busy label={t.devices.add.starting} />
        <div class="actions">{cancel(t.common.cancel)}</div>
      </>
    )
  }
  return (
    <>
      <div class="device-code">
        <ol class="words" aria-label={t.devices.add.words} translate={false} data-testid="device-code">
          {adding.words.map((word, place) => (
            <li key={place}>
              <span class="word" lang="en" dir="ltr">
                {word}
              </span>
            </li>
          ))}
        </ol>
        <Qr text={adding.qr} label={t.devices.add.qrLabel} />
      </div>
      <p class="minor">{t.devices.add.until(time(adding.expiresAt))}</p>
      <Busy label={t.devices.add.waiting} />
      <div class="actions">{cancel(t.common.cancel)}</div>
    </>
  )
}

/** Why a code is over, in its own words: everywhere else these errors are about contacts. */
function Over({ problem }: { readonly problem: Problem }): JSX.Element {
  const told =
    problem.code === 'wrong_code' || problem.code === 'timeout' ? t.devices.add.over[problem.code] : undefined
  return <ProblemText problem={problem} {...(told !== undefined && { told })} focus />
}

/** Above everything while much comes from another device. */
export function SyncBanner({ state }: { readonly state: State }): JSX.Element | null {
  const { sync } = state.devices
  if (sync === undefined) return null
  return (
    <div class="banner calm" data-banner="sync">
      <SyncProgress sync={sync} />
    </div>
  )
}

function SyncProgress({ sync }: { readonly sync: NonNullable<State['devices']['sync']> }): JSX.Element {
  return (
    <div class="sync">
      <p>
        <strong>{t.devices.sync.title}</strong> {t.devices.sync.left(number(sync.remaining))}
      </p>
      <progress aria-label={t.devices.sync.title} max={sync.total} value={sync.total - sync.remaining} />
    </div>
  )
}
