/**
 * Each content once (spec/10 section 5): delivery is at least once, so a content comes again when its receipt was lost.
 * It is named by author and content ID for ever. The index in memory mirrors what the vault holds; the vault decides.
 */
import { toHex } from '../bytes/bytes.js'

/** `new`: commit it, then acknowledge. `repeat`: acknowledge again, show nothing. */
export type Arrival = 'new' | 'repeat'

export interface DedupeIndex {
  /** `author`: the identity's id, 32 bytes. `id`: 16 bytes. */
  arrival(author: Uint8Array, id: Uint8Array): Arrival
  /** Only after the content's commit: an index that knows more than the vault would lose it. */
  committed(author: Uint8Array, id: Uint8Array): void
}

/** 96 hex digits. */
export function dedupeKey(author: Uint8Array, id: Uint8Array): string {
  return toHex(author) + toHex(id)
}

/** `keys`: the keys of all contents in the vault. */
export function createDedupeIndex(keys: Iterable<string> = []): DedupeIndex {
  const known = new Set(keys)
  return {
    arrival: (author, id) => (known.has(dedupeKey(author, id)) ? 'repeat' : 'new'),
    committed: (author, id) => void known.add(dedupeKey(author, id)),
  }
}
