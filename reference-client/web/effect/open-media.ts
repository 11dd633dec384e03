/** Opens a received picture or voice note for the platform's decoder, and nothing else: by its first bytes (spec/10 section 13). */
import type { Contact } from '../sdk.js'

const MAX_BYTES = 16_777_216
const HEAD_BYTES = 16

export interface Kind {
  readonly kind: 'picture' | 'voice'
  readonly type: string
}

const starts = (bytes: Uint8Array, at: number, ...expected: readonly number[]): boolean =>
  expected.every((byte, index) => bytes[at + index] === byte)
const says = (bytes: Uint8Array, at: number, text: string): boolean =>
  starts(bytes, at, ...[...text].map((character) => character.charCodeAt(0)))

/** What the bytes are, whatever anybody calls them. */
export function kindOf(bytes: Uint8Array): Kind | undefined {
  if (starts(bytes, 0, 0xff, 0xd8, 0xff)) return { kind: 'picture', type: 'image/jpeg' }
  if (starts(bytes, 0, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return { kind: 'picture', type: 'image/png' }
  if (says(bytes, 0, 'RIFF') && says(bytes, 8, 'WEBP')) return { kind: 'picture', type: 'image/webp' }
  if (starts(bytes, 0, 0x1a, 0x45, 0xdf, 0xa3)) return { kind: 'voice', type: 'audio/webm' }
  if (says(bytes, 0, 'OggS')) return { kind: 'voice', type: 'audio/ogg' }
  if (says(bytes, 4, 'ftyp')) return { kind: 'voice', type: 'audio/mp4' }
  return undefined
}

export async function openMedia(
  contact: Contact,
  file: string,
): Promise<{ readonly kind: Kind['kind']; readonly url: string } | 'unfit'> {
  const said = contact.transfers.find(({ id }) => id === file)?.media?.kind
  const source = await contact.openFile(file)
  try {
    if (source.size > MAX_BYTES) return 'unfit'
    const found = kindOf(await source.read(0, Math.min(HEAD_BYTES, source.size)))
    if (found === undefined || found.kind !== said) return 'unfit'
    const bytes = await source.read(0, source.size)
    const url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type: found.type }))
    bytes.fill(0)
    return { kind: found.kind, url }
  } finally {
    await source.close()
  }
}
