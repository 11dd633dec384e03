/** A photo as cameras write them: a JPEG that a browser encoded, with a place and a name in its EXIF block, beside other metadata. */
import type { Page } from 'playwright-core'

export const MARKS = ['Exif', 'CameraOfLena', 'xpacket', 'a comment of the camera'] as const

const u16 = (value: number): Buffer => Buffer.from([value & 255, value >> 8])
const u32 = (value: number): Buffer => Buffer.from([value & 255, (value >> 8) & 255, (value >> 16) & 255, value >>> 24])
const segment = (marker: number, ...parts: Buffer[]): Buffer => {
  const body = Buffer.concat(parts)
  return Buffer.concat([Buffer.from([0xff, marker, (body.length + 2) >> 8, (body.length + 2) & 255]), body])
}

/** TIFF, little-endian: the camera's name, turned by 90 degrees, and a GPS directory: 38° 42' 25" north, 9° 8' 11" west. */
function exif(): Buffer {
  const camera = Buffer.from('CameraOfLena\0')
  const entry = (tag: number, type: number, count: number, value: Buffer): Buffer =>
    Buffer.concat([u16(tag), u16(type), u32(count), Buffer.concat([value, Buffer.alloc(4)]).subarray(0, 4)])
  const first = 8
  const gps = first + 2 + 3 * 12 + 4
  const data = gps + 2 + 4 * 12 + 4
  const degrees = (...values: number[]): Buffer => Buffer.concat(values.flatMap((value) => [u32(value), u32(1)]))
  return Buffer.concat([
    Buffer.from('Exif\0\0II*\0'),
    u32(first),
    ...[u16(3), entry(0x0110, 2, camera.length, u32(data + 48)), entry(0x0112, 3, 1, u16(6))],
    ...[entry(0x8825, 4, 1, u32(gps)), u32(0)],
    ...[u16(4), entry(1, 2, 2, Buffer.from('N\0')), entry(2, 5, 3, u32(data))],
    ...[entry(3, 2, 2, Buffer.from('W\0')), entry(4, 5, 3, u32(data + 24)), u32(0)],
    ...[degrees(38, 42, 25), degrees(9, 8, 11), camera],
  ])
}

/** 400 by 300 pixels, to be shown upright as 300 by 400. */
export async function photo(page: Page): Promise<Buffer> {
  const encoded = await page.evaluate(() => {
    const canvas = document.createElement('canvas')
    Object.assign(canvas, { width: 400, height: 300 })
    const context = canvas.getContext('2d') as CanvasRenderingContext2D
    const sky = context.createLinearGradient(0, 0, 400, 300)
    sky.addColorStop(0, '#f7d9a0')
    sky.addColorStop(1, '#2a5d84')
    context.fillStyle = sky
    context.fillRect(0, 0, 400, 300)
    context.fillStyle = '#c0392b'
    context.fillRect(40, 120, 120, 60)
    return canvas.toDataURL('image/jpeg', 0.9).split(',')[1] ?? ''
  })
  const jpeg = Buffer.from(encoded, 'base64')
  return Buffer.concat([
    jpeg.subarray(0, 2),
    segment(0xe1, exif()),
    segment(0xe1, Buffer.from('http://ns.adobe.com/xap/1.0/\0<?xpacket begin=""?>')),
    segment(0xfe, Buffer.from('a comment of the camera')),
    jpeg.subarray(2),
  ])
}
