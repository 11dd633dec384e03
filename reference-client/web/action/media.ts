/** Pictures and voice notes. */
import type { MicrophoneProblem } from '../media.js'
import type { Media } from '../sdk.js'

export type MediaAction =
  | { readonly type: 'picture_looked'; readonly key: string; readonly media: Media | undefined }
  | { readonly type: 'pictures_original'; readonly original: boolean }
  | { readonly type: 'picture_dropped'; readonly key: string }
  | { readonly type: 'pictures_dropped' }
  | { readonly type: 'pictures_send' }
  /** A picture or voice note, as it is sent. */
  | {
      readonly type: 'media_ready'
      readonly contact: string
      readonly key: string
      readonly file: File
      readonly media: Media | undefined
    }
  | { readonly type: 'voice_wanted'; readonly contact: string }
  | { readonly type: 'voice_recording'; readonly ms: number }
  | { readonly type: 'voice_failed'; readonly reason: MicrophoneProblem }
  | { readonly type: 'voice_stop' }
  | { readonly type: 'voice_recorded'; readonly ms: number; readonly url: string }
  | { readonly type: 'voice_send'; readonly key: string; readonly name: string }
  | { readonly type: 'voice_dropped' }
  /** The conversation left the screen. */
  | { readonly type: 'voice_left' }
  | { readonly type: 'media_open'; readonly contact: string; readonly file: string }
  | {
      readonly type: 'media_opened'
      readonly file: string
      readonly opened: { readonly kind: 'picture' | 'voice'; readonly url: string } | 'unfit'
    }
  | { readonly type: 'media_close'; readonly file: string }
