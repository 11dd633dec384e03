/** Pictures and voice notes: looked at or heard before they are sent; the received ones shown when asked for. */
import type { Action } from '../action.js'
import type { Command, Step } from '../command.js'
import { isPicture, type MediaState, type PickedPicture, type Pictures, sendable } from '../media.js'
import type { Preparing, State } from '../state.js'
import { omit } from '../talk.js'

type Of<Type extends Action['type']> = Extract<Action, { type: Type }>

const still = (state: State): Step<State> => [state, []]
const withMedia = (state: State, change: Partial<MediaState>): State => ({
  ...state,
  media: { ...state.media, ...change },
})

/** Nothing is left to be looked at: the question is over. */
function withPictures(state: State, pictures: Pictures): State {
  return withMedia(state, { pictures: pictures.picked.length === 0 ? undefined : pictures })
}

const preparing = (contact: string, key: string, name: string, size: number): Preparing => ({
  key,
  contact,
  name,
  size,
  bytes: 0,
})

export function updateMedia(state: State, action: Action): Step<State> | undefined {
  switch (action.type) {
    case 'attach':
      return attached(state, action)
    case 'picture_looked':
    case 'pictures_original':
    case 'picture_dropped':
    case 'pictures_dropped':
    case 'pictures_send':
      return state.media.pictures === undefined ? still(state) : changed(state, state.media.pictures, action)
    case 'media_ready': {
      const { contact, key, file, media } = action
      return [state, [{ type: 'offer', contact, key, file, ...(media !== undefined && { media }) }]]
    }
    case 'voice_wanted': {
      const { stage } = state.media.voice ?? {}
      if (stage === 'asking' || stage === 'recording') return still(state)
      const next = withMedia(state, { voice: { contact: action.contact, stage: 'asking' } })
      return [next, [{ type: 'drop_voice' }, { type: 'record_voice' }]]
    }
    case 'voice_recording':
    case 'voice_failed':
    case 'voice_stop':
    case 'voice_recorded':
    case 'voice_send':
    case 'voice_dropped':
    case 'voice_left':
      return voice(state, action)
    case 'media_open': {
      const { contact, file } = action
      const shown = { ...state.media.shown, [file]: { stage: 'opening' } as const }
      return [withMedia(state, { shown }), [{ type: 'open_media', contact, file }]]
    }
    case 'media_opened': {
      const { file, opened } = action
      // It left the screen meanwhile.
      if (state.media.shown[file] === undefined) return [state, [{ type: 'close_media', file }]]
      const next = opened === 'unfit' ? ({ stage: 'unfit' } as const) : ({ stage: 'open', ...opened } as const)
      return still(withMedia(state, { shown: { ...state.media.shown, [file]: next } }))
    }
    case 'media_close':
      if (state.media.shown[action.file] === undefined) return still(state)
      return [
        withMedia(state, { shown: omit(state.media.shown, action.file) }),
        [{ type: 'close_media', file: action.file }],
      ]
    default:
      return undefined
  }
}

/** Pictures are looked at first; other files are offered at once. */
function attached(state: State, { contact, files }: Of<'attach'>): Step<State> {
  const pictures = files.filter(({ file }) => isPicture(file))
  const others = files.filter(({ file }) => !isPicture(file))
  const commands = others.map(({ key, file }): Command => ({ type: 'offer', contact, key, file }))
  const cards = others.map(({ key, file }) => preparing(contact, key, file.name, file.size))
  const next = { ...state, preparing: [...state.preparing, ...cards] }
  if (pictures.length === 0) return [next, commands]
  const before = state.media.pictures
  const isMore = before?.contact === contact
  if (before !== undefined && !isMore) commands.push(dropped(before))
  const picked = pictures.map(
    ({ key, file }): PickedPicture => ({ key, name: file.name, size: file.size, look: 'looking' }),
  )
  const all = { contact, original: isMore && before.original, picked: [...(isMore ? before.picked : []), ...picked] }
  // A place that was measured makes room: one question at a time.
  const asking = { ...withMedia(next, { pictures: all }), talk: { ...state.talk, place: undefined } }
  return [asking, [...commands, { type: 'hold_pictures', files: pictures }]]
}

const dropped = ({ picked }: Pictures): Command => ({ type: 'drop_pictures', keys: picked.map(({ key }) => key) })

type PicturesAction = Of<
  'picture_looked' | 'pictures_original' | 'picture_dropped' | 'pictures_dropped' | 'pictures_send'
>

function changed(state: State, pictures: Pictures, action: PicturesAction): Step<State> {
  const { contact, picked, original } = pictures
  switch (action.type) {
    case 'picture_looked': {
      const look: PickedPicture['look'] = action.media ?? 'unreadable'
      const next = picked.map((one): PickedPicture => (one.key === action.key ? { ...one, look } : one))
      return still(withPictures(state, { ...pictures, picked: next }))
    }
    case 'pictures_original':
      return still(withPictures(state, { ...pictures, original: action.original }))
    case 'picture_dropped': {
      const next = { ...pictures, picked: picked.filter(({ key }) => key !== action.key) }
      return [withPictures(state, next), [{ type: 'drop_pictures', keys: [action.key] }]]
    }
    case 'pictures_dropped':
      return [withMedia(state, { pictures: undefined }), [dropped(pictures)]]
    case 'pictures_send': {
      const going = sendable(pictures)
      if (going.length === 0) return still(state)
      const left = { ...pictures, picked: picked.filter((one) => !going.includes(one)) }
      const cards = going.map(({ key, name, size }) => preparing(contact, key, name, size))
      const keys = going.map(({ key }) => key)
      return [
        { ...withPictures(state, left), preparing: [...state.preparing, ...cards] },
        [{ type: 'ready_pictures', contact, keys, original }],
      ]
    }
    default:
      return action satisfies never
  }
}

type VoiceAction = Of<
  'voice_recording' | 'voice_failed' | 'voice_stop' | 'voice_recorded' | 'voice_send' | 'voice_dropped' | 'voice_left'
>

/** What comes after the person changed their mind lets the microphone go. */
function voice(state: State, action: VoiceAction): Step<State> {
  const task = state.media.voice
  if (task === undefined) return action.type === 'voice_dropped' ? still(state) : [state, [{ type: 'drop_voice' }]]
  const { contact } = task
  switch (action.type) {
    case 'voice_recording':
      return still(withMedia(state, { voice: { contact, stage: 'recording', ms: action.ms } }))
    case 'voice_failed':
      return still(withMedia(state, { voice: { contact, stage: 'failed', reason: action.reason } }))
    case 'voice_stop':
      return task.stage === 'recording' ? [state, [{ type: 'stop_voice' }]] : still(state)
    case 'voice_recorded': {
      const { ms, url } = action
      return still(withMedia(state, { voice: { contact, stage: 'recorded', ms, url } }))
    }
    case 'voice_send': {
      if (task.stage !== 'recorded') return still(state)
      const { key, name } = action
      const next = withMedia(state, { voice: undefined })
      return [
        { ...next, preparing: [...next.preparing, preparing(contact, key, name, 0)] },
        [{ type: 'ready_voice', contact, key, name }],
      ]
    }
    case 'voice_left':
      // Also after the stop, when there is something to hear.
      if (task.stage === 'recorded' || task.stage === 'failed') return still(state)
      return [withMedia(state, { voice: undefined }), [{ type: 'drop_voice' }]]
    case 'voice_dropped':
      return [withMedia(state, { voice: undefined }), [{ type: 'drop_voice' }]]
    default:
      return action satisfies never
  }
}
