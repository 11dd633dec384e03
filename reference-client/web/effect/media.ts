/** Holds the pictures and the recording that were not sent yet, and what is shown; the work is loaded when it is wanted. */
import type { Action } from '../action.js'
import type { MediaCommand } from '../command/media.js'
import type { Contact } from '../sdk.js'
import { problemOf } from './problem.js'
import type { Recorder } from './recorder.js'

export interface MediaWorld {
  dispatch(action: Action): void
  contact(id: string): Contact
  key(): number
}

export interface MediaEffects {
  readonly handlers: {
    readonly [Type in MediaCommand['type']]: (command: Extract<MediaCommand, { type: Type }>) => unknown
  }
  /** Lets everything go: the microphone, files, what is shown. */
  close(): void
}

export function createMedia({ dispatch, contact, key }: MediaWorld): MediaEffects {
  const held = new Map<string, File>()
  const shown = new Map<string, string>()
  let recorder: Recorder | undefined
  let recording = new AbortController()

  function dropVoice(): void {
    recording.abort()
    recorder?.drop()
    recorder = undefined
  }

  function hide(file: string): void {
    const url = shown.get(file)
    if (url !== undefined) URL.revokeObjectURL(url)
    shown.delete(file)
  }

  return {
    handlers: {
      async hold_pictures({ files }) {
        for (const { key: picture, file } of files) held.set(picture, file)
        const { thumbnailOf } = await import('./picture.js')
        // One at a time: each is whole in memory while it is decoded.
        for (const { key: picture, file } of files) {
          dispatch({ type: 'picture_looked', key: picture, media: await thumbnailOf(file).catch(() => undefined) })
        }
      },
      drop_pictures({ keys }) {
        for (const picture of keys) held.delete(picture)
      },
      async ready_pictures({ contact: to, keys, original }) {
        const { cleaned, thumbnailOf } = await import('./picture.js')
        for (const picture of keys) {
          const file = held.get(picture)
          held.delete(picture)
          if (file === undefined) continue
          try {
            const sent = original ? file : await cleaned(file)
            const media = await thumbnailOf(sent).catch(() => undefined)
            dispatch({ type: 'media_ready', contact: to, key: picture, file: sent, media })
          } catch (error) {
            dispatch({ type: 'prepared', key: picture })
            dispatch({ type: 'failed', problem: problemOf(error), key: key() })
          }
        }
      },
      async record_voice() {
        recording = new AbortController()
        const { signal } = recording
        const { record } = await import('./recorder.js')
        const started = await record({
          signal,
          onTime: (ms) => dispatch({ type: 'voice_recording', ms }),
          onDone: (ms, url) => dispatch({ type: 'voice_recorded', ms, url }),
        })
        if (signal.aborted) return
        if (typeof started === 'string') dispatch({ type: 'voice_failed', reason: started })
        else recorder = started
      },
      stop_voice: () => recorder?.stop(),
      drop_voice: dropVoice,
      ready_voice({ contact: to, key: voice, name }) {
        const { file, ms } = recorder?.take(name) ?? {}
        dropVoice()
        if (file === undefined || ms === undefined) return dispatch({ type: 'prepared', key: voice })
        dispatch({ type: 'media_ready', contact: to, key: voice, file, media: { kind: 'voice', durationMs: ms } })
      },
      async open_media({ contact: of, file }) {
        const { openMedia } = await import('./open-media.js')
        try {
          const opened = await openMedia(contact(of), file)
          if (opened !== 'unfit') shown.set(file, opened.url)
          dispatch({ type: 'media_opened', file, opened })
        } catch (error) {
          dispatch({ type: 'media_close', file })
          throw error
        }
      },
      close_media: ({ file }) => hide(file),
    },
    close() {
      dropVoice()
      held.clear()
      for (const file of [...shown.keys()]) hide(file)
    },
  }
}
