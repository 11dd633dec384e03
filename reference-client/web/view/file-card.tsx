/** A file as a card: name, size, how far it is, what can be done. Of its content, a picture or voice note is shown when asked for (spec/10 section 13) [C1]. */
import type { JSX } from 'preact'
import { useRef } from 'preact/hooks'
import { bytes, duration, list, number, percent, rate } from '../format.js'
import { t } from '../i18n/catalogue.js'
import type { Shown } from '../media.js'
import { useDispatch } from '../part/context.js'
import { Icon } from '../part/icon.js'
import { Name } from '../part/parts.js'
import type { Media } from '../sdk.js'
import type { Partner, Preparing, TransferView } from '../state.js'
import { MediaPart } from './media-later.js'

type FileAct = 'file_accept' | 'file_refuse' | 'file_cancel' | 'file_pause' | 'file_resume' | 'file_save'

export function FileCard(props: {
  readonly name: string
  readonly size: number
  readonly outgoing: boolean
  readonly transfer: TransferView | undefined
  readonly contact: Partner
  readonly media?: Media | undefined
  readonly shown?: Shown | undefined
}): JSX.Element {
  const dispatch = useDispatch()
  const { transfer, contact } = props
  const act = (type: FileAct) => (): void => {
    if (transfer !== undefined) dispatch({ type, contact: contact.id, file: transfer.id })
  }
  const choose = (source: File): void => {
    if (transfer !== undefined) dispatch({ type: 'file_choose', contact: contact.id, file: transfer.id, source })
  }
  const stage = transfer?.stage
  return (
    <div class="file-card" data-stage={stage}>
      <Head name={props.name} size={props.size} />
      {props.media !== undefined && (
        <MediaPart media={props.media} name={props.name} transfer={transfer} shown={props.shown} />
      )}
      {transfer !== undefined && stage === 'accepted' && <Moving transfer={transfer} contact={contact} />}
      {transfer !== undefined && stage !== 'accepted' && <p class="file-state">{saidOf(transfer, contact)}</p>}
      {transfer !== undefined && (
        <div class="actions">
          {stage === 'offered' && !transfer.outgoing && (
            <>
              <button type="button" class="button" onClick={act('file_refuse')}>
                {t.file.refuse}
              </button>
              <button type="button" class="button main" onClick={act('file_accept')}>
                {t.file.accept}
              </button>
            </>
          )}
          {transfer.held === 'source' && <ChooseAgain onChoose={choose} />}
          {stage === 'accepted' && transfer.held !== 'source' && (
            <button
              type="button"
              class="button"
              onClick={act(transfer.held === undefined ? 'file_pause' : 'file_resume')}
            >
              {transfer.held === undefined ? t.file.pause : transfer.held === 'paused' ? t.file.resume : t.file.retry}
            </button>
          )}
          {(stage === 'accepted' || (stage === 'offered' && transfer.outgoing)) && (
            <button type="button" class="button" onClick={act('file_cancel')}>
              {t.file.cancel}
            </button>
          )}
          {stage === 'complete' && transfer.stored && (
            <button type="button" class="button" title={t.file.saveHint} onClick={act('file_save')}>
              <Icon name="save" />
              {t.file.save}
            </button>
          )}
        </div>
      )}
    </div>
  )
}

function ChooseAgain({ onChoose }: { readonly onChoose: (file: File) => void }): JSX.Element {
  const picker = useRef<HTMLInputElement>(null)
  return (
    <>
      <input
        ref={picker}
        type="file"
        class="unseen"
        tabIndex={-1}
        aria-hidden="true"
        onChange={(event) => {
          const [file] = event.currentTarget.files ?? []
          if (file !== undefined) onChoose(file)
          event.currentTarget.value = ''
        }}
      />
      <button type="button" class="button main" onClick={() => picker.current?.click()}>
        {t.file.choose}
      </button>
    </>
  )
}

function Head({ name, size }: { readonly name: string; readonly size: number }): JSX.Element {
  return (
    <div class="file-head">
      <span class="file-sign">
        <Icon name="file" />
      </span>
      <span class="file-name">
        <Name>{name}</Name>
        <span class="minor">{bytes(size)}</span>
      </span>
    </div>
  )
}

function Moving({ transfer, contact }: { readonly transfer: TransferView; readonly contact: Partner }): JSX.Element {
  const part = transfer.size === 0 ? 1 : transfer.bytes / transfer.size
  const away = contact.state !== 'connected'
  const facts = [t.file.of(bytes(transfer.bytes), bytes(transfer.size))]
  if (!away && transfer.rate > 0) {
    facts.push(rate(transfer.rate), t.file.left(duration((transfer.size - transfer.bytes) / transfer.rate)))
  }
  return (
    <>
      <div class="file-moving">
        <progress max={1} value={part} aria-label={t.file.progress(transfer.name)} />
        <span class="file-percent">{percent(part)}</span>
      </div>
      <p class="file-state">
        {transfer.held !== undefined ? t.file.held[transfer.held] : away ? t.file.paused : list(facts)}
      </p>
      {transfer.damaged !== undefined && <p class="file-state">{t.file.damaged(number(transfer.damaged + 1))}</p>}
    </>
  )
}

function saidOf(transfer: TransferView, contact: Partner): string {
  const side = transfer.outgoing ? 'sent' : 'received'
  switch (transfer.stage) {
    case 'offered':
      if (transfer.held !== undefined) return t.file.held[transfer.held]
      if (!transfer.outgoing) return t.file.incoming
      return contact.state === 'connected' ? t.file.offered : t.file.offeredAway
    case 'accepted':
      return transfer.outgoing ? t.file.sending : t.file.receiving
    case 'complete':
      if (!transfer.outgoing && !transfer.stored) return t.file.gone
      return !transfer.outgoing && !transfer.kept ? t.file.saveNow : t.file.complete[side]
    case 'refused':
      return t.file.refused[side]
    case 'cancelled':
      return t.file.cancelled
    case 'failed':
      return t.file.failed
    default:
      return transfer.stage satisfies never
  }
}

export function PreparingCard({ preparing }: { readonly preparing: Preparing }): JSX.Element {
  const part = preparing.size === 0 ? 1 : preparing.bytes / preparing.size
  return (
    <div class="message mine closes">
      <div class="file-card">
        <Head name={preparing.name} size={preparing.size} />
        <div class="file-moving">
          <progress max={1} value={part} aria-label={t.file.progress(preparing.name)} />
          <span class="file-percent">{percent(part)}</span>
        </div>
        <p class="file-state">{t.file.preparing}</p>
      </div>
    </div>
  )
}
