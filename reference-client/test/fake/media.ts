/** A contact who sends pictures and voice notes, in each of their states. */

import type { Message } from '../../../sdk/src/client/api.js'
import { Solo2Error } from '../../../sdk/src/errors.js'
import type { FileSource } from '../../../sdk/src/ports/files.js'
import type { PersonPlan } from './me.js'

const MINUTE = 60_000
const LUCA = '6'.repeat(64)
const [WIDTH, HEIGHT] = [104, 78]

/** Hills under a sky. */
function hills(): Uint8Array {
  const view = new DataView(new ArrayBuffer(WIDTH * HEIGHT * 2))
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const isHill = y > 46 + 9 * Math.sin(x / 13) + 4 * Math.sin(x / 5)
      const [red, green, blue] = isHill ? [9, 30 - y / 6, 8] : [14 + y / 6, 40 + y / 6, 31 - y / 10]
      view.setUint16((y * WIDTH + x) * 2, (red << 11) | (Math.round(green) << 5) | Math.round(blue), true)
    }
  }
  return new Uint8Array(view.buffer)
}

const picture = { kind: 'picture', width: WIDTH, height: HEIGHT, pixels: hills() } as const
const voice = { kind: 'voice', durationMs: 12_400 } as const

const FILES = [
  { id: 'walk', name: 'walk.png', size: 2_480_112, media: picture, stage: 'offered' },
  { id: 'hills', name: 'hills.png', size: 4_112_004, media: picture, stage: 'complete' },
  { id: 'note', name: 'voice-4f2a.webm', size: 51_200, media: voice, stage: 'complete' },
  { id: 'wrong', name: 'not-what-it-says.png', size: 900, media: picture, stage: 'complete' },
] as const

export function mediaPerson(now: number): PersonPlan {
  return {
    id: LUCA,
    displayName: 'Luca',
    alias: '6L6L6L6L',
    state: 'connected',
    path: 'direct',
    transfers: FILES.map(({ id, name, size, media, stage }) => {
      const isWhole = stage === 'complete'
      const base = { contact: LUCA, outgoing: false, name, size, media, stage, stored: isWhole }
      return { ...base, id: `6666${id}`, bytes: isWhole ? size : 0 }
    }),
    messages: FILES.map(
      ({ id, name, size, media }, index): Message => ({
        id: `6666${index.toString(16).padStart(28, '0')}`,
        contact: LUCA,
        outgoing: false,
        state: 'received',
        writtenAt: now - (40 - index) * MINUTE,
        position: index + 1,
        body: { kind: 'file', file: `6666${id}`, name, size, media },
        edited: false,
        reactions: {},
      }),
    ),
  }
}

/** One pixel. */
const PNG = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='

const sourceOf = (name: string, bytes: Uint8Array): FileSource => ({
  name,
  size: bytes.length,
  read: async (offset, length) => bytes.slice(offset, offset + length),
  close: async () => undefined,
})

export async function fakeOpen(file: string): Promise<FileSource> {
  const bytes = Uint8Array.from(atob(PNG), (character) => character.charCodeAt(0))
  if (file === '6666hills') return sourceOf('hills.png', bytes)
  if (file === '6666wrong') return sourceOf('wrong.png', new TextEncoder().encode('<svg onload="alert(1)"/>'))
  throw new Solo2Error('not_found', 'no bytes')
}
