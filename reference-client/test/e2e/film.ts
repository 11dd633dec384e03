/** A film for a browser's camera: one QR code, held still. */
import { writeFile } from 'node:fs/promises'
import { encode } from 'uqr'

const WIDTH = 640
const HEIGHT = 480
const MODULE = 8

/** Y4M, grey only. An empty code is a grey wall. */
export async function writeFilm(path: string, content?: Uint8Array): Promise<void> {
  const luma = new Uint8Array(WIDTH * HEIGHT).fill(160)
  if (content !== undefined) {
    const { data, size } = encode([...content], { ecc: 'M', border: 4 })
    const side = size * MODULE
    const left = Math.floor((WIDTH - side) / 2)
    const top = Math.floor((HEIGHT - side) / 2)
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const dark = data[Math.floor(y / MODULE)]?.[Math.floor(x / MODULE)]
        luma[(top + y) * WIDTH + left + x] = dark ? 20 : 235
      }
    }
  }
  const frame = Buffer.concat([Buffer.from('FRAME\n'), luma, new Uint8Array((WIDTH * HEIGHT) / 2).fill(128)])
  const head = Buffer.from(`YUV4MPEG2 W${WIDTH} H${HEIGHT} F10:1 Ip A1:1 C420\n`)
  await writeFile(path, Buffer.concat([head, ...Array.from({ length: 10 }, () => frame)]))
}
