/** Pictures and voice notes: before they are sent, and as they came. Loaded with the first of them. */
import type { JSX } from 'preact'
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { bytes, clock } from '../format.js'
import { t } from '../i18n/catalogue.js'
import { type Pictures, type Shown, sendable, type VoiceTask } from '../media.js'
import { useDispatch } from '../part/context.js'
import { Icon } from '../part/icon.js'
import { Busy, IconButton, Name } from '../part/parts.js'
import type { Media } from '../sdk.js'
import type { TransferView } from '../state.js'

type Picture = Extract<Media, { kind: 'picture' }>

/** A thumbnail drawn from its pixels: no decoder sees it (spec/10 section 3). */
export function Thumbnail({ picture, label }: { readonly picture: Picture; readonly label: string }): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null)
  const { width, height, pixels } = picture
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d')
    if (context === null || context === undefined) return
    const image = context.createImageData(width, height)
    const view = new DataView(pixels.buffer, pixels.byteOffset, pixels.byteLength)
    for (let at = 0; at < pixels.length; at += 2) {
      const value = view.getUint16(at, true)
      const [red, green, blue] = [value >> 11, (value >> 5) & 63, value & 31]
      image.data.set([(red * 255) / 31, (green * 255) / 63, (blue * 255) / 31, 255], at * 2)
    }
    context.putImageData(image, 0, 0)
  }, [width, height, pixels])
  return <canvas ref={canvas} class="thumbnail" width={width} height={height} role="img" aria-label={label} />
}

export function PicturesPreview({ pictures }: { readonly pictures: Pictures }): JSX.Element {
  const dispatch = useDispatch()
  const { picked, original } = pictures
  const going = sendable(pictures).length
  const isLooking = picked.some(({ look }) => look === 'looking')
  return (
    <section class="media-preview" aria-label={t.media.pictures.label}>
      <ul class="picked">
        {picked.map(({ key, name, size, look }) => (
          <li key={key}>
            {look === 'looking' && <Busy label={t.media.pictures.looking} />}
            {typeof look === 'object' && look.kind === 'picture' && <Thumbnail picture={look} label={name} />}
            <span class="file-name">
              <Name>{name}</Name>
              <span class="minor">{bytes(size)}</span>
              {look === 'unreadable' && (
                <span class="unreadable" role="alert">
                  {t.media.pictures.unreadable}
                </span>
              )}
            </span>
            <IconButton
              icon="close"
              label={t.media.pictures.drop(name)}
              onClick={() => dispatch({ type: 'picture_dropped', key })}
            />
          </li>
        ))}
      </ul>
      <label class="choice">
        <input
          type="checkbox"
          checked={original}
          onChange={(event) => dispatch({ type: 'pictures_original', original: event.currentTarget.checked })}
        />
        <span>{t.media.pictures.original}</span>
      </label>
      <p class="minor">{original ? t.media.pictures.originalText : t.media.pictures.cleanedText}</p>
      <div class="actions">
        <button type="button" class="button" onClick={() => dispatch({ type: 'pictures_dropped' })}>
          {t.common.cancel}
        </button>
        <button
          type="button"
          class="button main"
          disabled={isLooking || going === 0}
          onClick={() => dispatch({ type: 'pictures_send' })}
        >
          {t.media.pictures.send(going)}
        </button>
      </div>
    </section>
  )
}

export function VoicePanel({ task }: { readonly task: VoiceTask }): JSX.Element {
  const dispatch = useDispatch()
  const isListening = task.stage === 'asking' || task.stage === 'recording'
  // Nobody is recorded who cannot see it (spec/10 section 13).
  useEffect(() => (isListening ? () => dispatch({ type: 'voice_left' }) : undefined), [isListening, dispatch])
  const send = (): void => {
    const key = crypto.randomUUID()
    dispatch({ type: 'voice_send', key, name: `voice-${key.slice(0, 8)}` })
  }
  return (
    <section class="media-preview" aria-label={t.media.voice.label}>
      {task.stage === 'asking' && <Busy label={t.media.voice.asking} />}
      {task.stage === 'failed' && <p role="alert">{t.media.voice.problems[task.reason]}</p>}
      {task.stage === 'recording' && (
        <p class="recording">
          <span class="recording-mark" aria-hidden="true" />
          <span role="status">{t.media.voice.recording}</span>
          <span role="timer">{clock(task.ms)}</span>
        </p>
      )}
      {task.stage === 'recorded' && (
        <>
          <Player url={task.url} ms={task.ms} />
          <p class="minor">{t.media.voice.listen}</p>
        </>
      )}
      <div class="actions">
        <button type="button" class="button" onClick={() => dispatch({ type: 'voice_dropped' })}>
          {task.stage === 'recorded' ? t.media.voice.drop : t.common.cancel}
        </button>
        {task.stage === 'failed' && (
          <button
            type="button"
            class="button main"
            onClick={() => dispatch({ type: 'voice_wanted', contact: task.contact })}
          >
            {t.media.voice.again}
          </button>
        )}
        {task.stage === 'recording' && (
          <button type="button" class="button main" onClick={() => dispatch({ type: 'voice_stop' })}>
            {t.media.voice.stop}
          </button>
        )}
        {task.stage === 'recorded' && (
          <button type="button" class="button main" onClick={send}>
            {t.media.voice.send}
          </button>
        )}
      </div>
    </section>
  )
}

/** Recorders write no length into the sound: it comes from beside it. */
function Player({ url, ms }: { readonly url: string; readonly ms: number }): JSX.Element {
  const audio = useRef<HTMLAudioElement>(null)
  const [isPlaying, setPlaying] = useState(false)
  const [at, setAt] = useState(0)
  const [isBroken, setBroken] = useState(false)
  const toggle = (): void => {
    const player = audio.current
    if (player === null) return
    if (isPlaying) player.pause()
    else player.play().catch(() => setBroken(true))
  }
  if (isBroken) return <p role="alert">{t.media.broken}</p>
  return (
    <div class="player" data-playing={isPlaying}>
      {/* biome-ignore lint/a11y/useMediaCaption: a voice note has none */}
      <audio
        ref={audio}
        src={url}
        onPlay={() => setPlaying(true)}
        onPause={() => setPlaying(false)}
        onEnded={() => {
          setPlaying(false)
          setAt(0)
        }}
        onTimeUpdate={(event) => setAt(event.currentTarget.currentTime * 1_000)}
        onError={() => setBroken(true)}
      />
      <IconButton
        icon={isPlaying ? 'pause' : 'play'}
        label={isPlaying ? t.media.voice.pause : t.media.voice.play}
        onClick={toggle}
      />
      <progress max={ms} value={Math.min(at, ms)} aria-label={t.media.voice.played} />
      <span class="minor">{clock(at === 0 ? ms : at)}</span>
    </div>
  )
}

export function MediaBody(props: {
  readonly media: Media
  readonly name: string
  readonly transfer: TransferView | undefined
  readonly shown: Shown | undefined
}): JSX.Element {
  const { media, name, transfer, shown } = props
  const dispatch = useDispatch()
  const file = transfer?.id
  // With the message off the screen nothing of it stays decoded.
  useEffect(() => (file === undefined ? undefined : () => dispatch({ type: 'media_close', file })), [file, dispatch])
  const canOpen = transfer?.stage === 'complete' && transfer.stored && !transfer.outgoing
  const isOpen = shown?.stage === 'open'
  return (
    <div class="media">
      {media.kind === 'voice' && !isOpen && (
        <p class="media-said">
          <Icon name="microphone" />
          {t.media.voice.said(clock(media.durationMs))}
        </p>
      )}
      {media.kind === 'picture' && media.width > 0 && !isOpen && (
        <Thumbnail picture={media} label={t.media.pictures.thumbnail(name)} />
      )}
      {isOpen && shown.kind === 'picture' && (
        <img src={shown.url} alt={t.media.pictures.shown(name)} draggable={false} />
      )}
      {isOpen && shown.kind === 'voice' && (
        <Player url={shown.url} ms={media.kind === 'voice' ? media.durationMs : 1} />
      )}
      {shown?.stage === 'opening' && <Busy label={t.media.opening} />}
      {shown?.stage === 'unfit' && (
        <p class="minor" role="alert">
          {t.media.unfit}
        </p>
      )}
      {canOpen && shown === undefined && (
        <button
          type="button"
          class="button"
          onClick={() => dispatch({ type: 'media_open', contact: transfer.contact, file: transfer.id })}
        >
          {media.kind === 'picture' ? t.media.pictures.show : t.media.voice.hear}
        </button>
      )}
      {isOpen && shown.kind === 'picture' && file !== undefined && (
        <button type="button" class="button quiet" onClick={() => dispatch({ type: 'media_close', file })}>
          {t.media.pictures.hide}
        </button>
      )}
    </div>
  )
}
