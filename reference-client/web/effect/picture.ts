/** Makes of a picture what is sent of it: its pixels, and a small copy of them (spec/10 section 13). Loaded when one is picked. */
import type { Media } from '../sdk.js'

/** What a thumbnail may have (spec/14: THUMBNAIL_BYTES, two bytes a pixel). */
const THUMBNAIL_PIXELS = 8_192
const QUALITY = 0.92

/** What browsers can write; anything else becomes a JPEG. */
const KINDS: Readonly<Record<string, string>> = { 'image/jpeg': 'jpg', 'image/png': 'png', 'image/webp': 'webp' }

async function drawn<T>(
  file: File,
  size: (width: number, height: number) => readonly [number, number],
  use: (canvas: HTMLCanvasElement, context: CanvasRenderingContext2D) => T,
): Promise<Awaited<T>> {
  // Turned as the file says: what says so does not go along.
  const bitmap = await createImageBitmap(file, { imageOrientation: 'from-image' })
  const canvas = document.createElement('canvas')
  try {
    const [width, height] = size(bitmap.width, bitmap.height)
    Object.assign(canvas, { width, height })
    const context = canvas.getContext('2d', { willReadFrequently: true })
    if (context === null) throw new Error('no canvas of this size')
    context.imageSmoothingQuality = 'high'
    context.drawImage(bitmap, 0, 0, width, height)
    return await use(canvas, context)
  } finally {
    bitmap.close()
    // So that its memory is free at once.
    Object.assign(canvas, { width: 0, height: 0 })
  }
}

/** The largest size of the same shape that a thumbnail may have; never larger than the picture. */
export function thumbnailSize(width: number, height: number): readonly [number, number] {
  const scale = Math.min(1, Math.sqrt(THUMBNAIL_PIXELS / (width * height)))
  const short = Math.max(1, Math.floor(Math.min(width, height) * scale))
  const long = Math.max(1, Math.min(Math.floor(Math.max(width, height) * scale), Math.floor(THUMBNAIL_PIXELS / short)))
  return width < height ? [short, long] : [long, short]
}

/** RGBA to rows of 16 bits a pixel, the low byte first: 5 bits red, 6 green, 5 blue. */
export function packed(rgba: Uint8ClampedArray): Uint8Array {
  const pixels = new Uint8Array(rgba.length / 2)
  const view = new DataView(pixels.buffer)
  for (let at = 0; at < rgba.length; at += 4) {
    const [red = 0, green = 0, blue = 0] = rgba.subarray(at, at + 3)
    view.setUint16(at / 2, ((red >> 3) << 11) | ((green >> 2) << 5) | (blue >> 3), true)
  }
  return pixels
}

/** Rejects for what this browser cannot decode. */
export function thumbnailOf(file: File): Promise<Media> {
  return drawn(file, thumbnailSize, (canvas, context) => {
    const { width, height } = canvas
    // A thumbnail has no transparency: what shines through is white.
    context.globalCompositeOperation = 'destination-over'
    context.fillStyle = 'white'
    context.fillRect(0, 0, width, height)
    return { kind: 'picture', width, height, pixels: packed(context.getImageData(0, 0, width, height).data) }
  })
}

/** The same picture, encoded anew from its pixels: nothing else of the file is in it. */
export async function cleaned(file: File): Promise<File> {
  const type = file.type in KINDS ? file.type : 'image/jpeg'
  const blob = await drawn(
    file,
    (width, height) => [width, height],
    (canvas) => new Promise<Blob | null>((resolve) => canvas.toBlob(resolve, type, QUALITY)),
  )
  if (blob === null) throw new Error('this picture is too large to be encoded')
  return new File([blob], renamed(file.name, KINDS[blob.type] ?? 'png'), { type: blob.type })
}

/** With the extension of what it is now. */
export function renamed(name: string, extension: string): string {
  const isSame = extension === 'jpg' ? /\.jpe?g$/iu.test(name) : name.toLowerCase().endsWith(`.${extension}`)
  return isSame ? name : `${name.replace(/\.[^.]{1,5}$/u, '')}.${extension}`
}
