/** Where pictures and voice notes stand: what draws them is loaded when there is the first one. */
import type { JSX } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { t } from '../i18n/catalogue.js'
import type { MediaState, Shown } from '../media.js'
import { useDispatch } from '../part/context.js'
import { Busy, IconButton } from '../part/parts.js'
import type { Media } from '../sdk.js'
import type { TransferView } from '../state.js'

async function load() {
  const { MediaBody, PicturesPreview, VoicePanel } = await import('./media.js')
  return { MediaBody, PicturesPreview, VoicePanel }
}

type Parts = Awaited<ReturnType<typeof load>>

let loaded: Parts | undefined

function useParts(): Parts | undefined {
  const [parts, setParts] = useState(loaded)
  useEffect(() => {
    let isHere = true
    if (parts === undefined) {
      void load().then((found) => {
        loaded = found
        if (isHere) setParts(found)
      })
    }
    return () => {
      isHere = false
    }
  }, [parts])
  return parts
}

/** In a file's card. */
export function MediaPart(props: {
  readonly media: Media
  readonly name: string
  readonly transfer: TransferView | undefined
  readonly shown: Shown | undefined
}): JSX.Element | null {
  const parts = useParts()
  return parts === undefined ? null : <parts.MediaBody {...props} />
}

/** Above the composer: pictures that were picked, a voice note that is recorded. */
export function MediaBar({
  media: { pictures, voice },
  contact,
}: {
  readonly media: MediaState
  readonly contact: string
}): JSX.Element | null {
  const hasPictures = pictures?.contact === contact
  const hasVoice = voice?.contact === contact
  return hasPictures || hasVoice ? (
    <LoadedBar pictures={hasPictures ? pictures : undefined} voice={hasVoice ? voice : undefined} />
  ) : null
}

function LoadedBar({ pictures, voice }: Pick<MediaState, 'pictures' | 'voice'>): JSX.Element {
  const parts = useParts()
  if (parts === undefined) return <Busy label={t.media.loading} />
  return (
    <div class="media-bar">
      {pictures !== undefined && <parts.PicturesPreview pictures={pictures} />}
      {voice !== undefined && <parts.VoicePanel task={voice} />}
    </div>
  )
}

export function VoiceButton({ contact, busy }: { readonly contact: string; readonly busy: boolean }): JSX.Element {
  const dispatch = useDispatch()
  return (
    <IconButton
      icon="microphone"
      label={t.media.record}
      disabled={busy}
      onClick={() => dispatch({ type: 'voice_wanted', contact })}
    />
  )
}
