/** Pictures and voice notes: what is about to be sent, what is recorded, what of the received is shown (spec/10 section 13). */
import type { Media } from './sdk.js'

export interface PickedPicture {
  readonly key: string
  readonly name: string
  readonly size: number
  /** `unreadable`: this browser cannot decode it, so nothing can be taken out of it. */
  readonly look: 'looking' | 'unreadable' | Media
}

/** Pictures that were picked and not sent yet. The files themselves stay with the effects. */
export interface Pictures {
  readonly contact: string
  readonly picked: readonly PickedPicture[]
  /** The files go as they are, with all that they hold. */
  readonly original: boolean
}

export type MicrophoneProblem = 'denied' | 'none'

export type VoiceTask =
  | { readonly contact: string; readonly stage: 'asking' }
  | { readonly contact: string; readonly stage: 'recording'; readonly ms: number }
  | { readonly contact: string; readonly stage: 'recorded'; readonly ms: number; readonly url: string }
  | { readonly contact: string; readonly stage: 'failed'; readonly reason: MicrophoneProblem }

/** A received file that the person asked to see or hear. `unfit`: it is not what its sender says. */
export type Shown =
  | { readonly stage: 'opening' | 'unfit' }
  | { readonly stage: 'open'; readonly kind: 'picture' | 'voice'; readonly url: string }

export interface MediaState {
  readonly pictures: Pictures | undefined
  readonly voice: VoiceTask | undefined
  /** By file. */
  readonly shown: Readonly<Record<string, Shown>>
}

export const NO_MEDIA: MediaState = { pictures: undefined, voice: undefined, shown: {} }

/** What cameras and screens make. Other images are sent like any file. */
const PICTURE = /^image\/(?:jpeg|png|webp|avif|heic|heif|bmp|tiff)$/u

export const isPicture = ({ type }: File): boolean => PICTURE.test(type)

/** Those that can go: all of them as they are, otherwise those that were read. */
export function sendable({ picked, original }: Pictures): readonly PickedPicture[] {
  return picked.filter(({ look }) => look !== 'looking' && (original || look !== 'unreadable'))
}

/** Whether something of this conversation waits to be sent or dropped. */
export function asks({ pictures, voice }: MediaState, contact: string): boolean {
  return pictures?.contact === contact || voice?.contact === contact
}

export function isRecording({ voice }: MediaState): boolean {
  return voice !== undefined && voice.stage !== 'failed'
}
