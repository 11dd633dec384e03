/** Values inside contents that both directions check (spec/10 section 3). */
import { PROTOCOL } from '../limits.js'

/** A place on earth, WGS 84. */
export interface Coordinates {
  /** Degrees, north is positive: -90 to 90. */
  readonly latitude: number
  /** Degrees, east is positive: -180 to 180. */
  readonly longitude: number
  /** Metres around it; 0 if it is unknown. */
  readonly accuracy: number
  /** Unix milliseconds by the author's clock. */
  readonly takenAt: number
}

/** What a file is, for who shows it before it is there. */
export type Media =
  | { readonly kind: 'voice'; readonly durationMs: number }
  | {
      readonly kind: 'picture'
      /** Of the thumbnail, in pixels; zero if there is none. */
      readonly width: number
      readonly height: number
      /** Rows from the top, 2 bytes a pixel, the low one first: 5 bits red, 6 green, 5 blue. */
      readonly pixels: Uint8Array
    }

/** Latitudes and longitudes travel in 1e-7 degrees. */
export const TENTH_MICRODEGREES = 10_000_000

const PIXEL_BYTES = 2

/** 0, or 5 to 2,419,200. */
export function isExpiry(seconds: number): boolean {
  if (seconds === 0) return true
  return Number.isInteger(seconds) && seconds >= PROTOCOL.EXPIRY_SECONDS_MIN && seconds <= PROTOCOL.EXPIRY_SECONDS_MAX
}

export function isMedia(media: Media): boolean {
  if (media.kind === 'voice') {
    return Number.isInteger(media.durationMs) && media.durationMs >= 1 && media.durationMs <= PROTOCOL.VOICE_MS
  }
  const { width, height, pixels } = media
  const isWhole = Number.isInteger(width) && Number.isInteger(height) && (width === 0) === (height === 0)
  return isWhole && pixels.length <= PROTOCOL.THUMBNAIL_BYTES && pixels.length === width * height * PIXEL_BYTES
}

export function isPlace({ latitude, longitude, accuracy, takenAt }: Coordinates): boolean {
  return (
    Math.abs(latitude) <= 90 &&
    Math.abs(longitude) <= 180 &&
    accuracy >= 0 &&
    accuracy <= PROTOCOL.PLACE_ACCURACY_METRES &&
    takenAt >= 0 &&
    takenAt <= Number.MAX_SAFE_INTEGER
  )
}
