/** Joining the pieces of contents again (spec/09). */
import type { ContentPart } from '@solo2/proto/tunnel'
import { concat } from '../bytes/bytes.js'
import { ensure } from '../errors.js'
import { PROTOCOL } from '../limits.js'

/** A Content's fields beside its body, at their longest: ID 18, sequence and written_at 11 each, kind and expiry 6 each, the body's head 4. */
const CONTENT_FIELDS = 56

/** The longest encoded Content, in bytes. */
export const CONTENT_BYTES = PROTOCOL.CONTENT_BODY_BYTES + CONTENT_FIELDS

interface OpenStream {
  readonly pieces: readonly Uint8Array[]
  readonly length: number
}

/** The open streams: at most OPEN_STREAMS of at most CONTENT_BYTES each. */
export type ReassemblyState = ReadonlyMap<number, OpenStream>

/** No stream is open: the start of a tunnel. */
export function createReassembly(): ReassemblyState {
  return new Map()
}

/**
 * Takes the next piece of a stream; gives the encoded Content, not yet looked at, with its last piece.
 * Throws `too_many_streams` for a piece that would open one beyond OPEN_STREAMS, `too_long` for a Content over
 * CONTENT_BYTES, `malformed` for stream 0.
 */
export function reassemble(
  state: ReassemblyState,
  part: ContentPart,
): { readonly state: ReassemblyState; readonly content?: Uint8Array } {
  ensure(part.stream > 0, 'malformed', 'streams count from 1')
  const stream = state.get(part.stream)
  ensure(stream !== undefined || state.size < PROTOCOL.OPEN_STREAMS, 'too_many_streams', 'too many open streams')
  const length = (stream?.length ?? 0) + part.data.length
  ensure(length <= CONTENT_BYTES, 'too_long', 'a content is longer than any may be')
  if (stream === undefined && part.last) return { state, content: part.data }
  const pieces = [...(stream?.pieces ?? []), part.data]
  const next = new Map(state)
  if (!part.last) return { state: next.set(part.stream, { pieces, length }) }
  next.delete(part.stream)
  return { state: next, content: concat(...pieces) }
}
