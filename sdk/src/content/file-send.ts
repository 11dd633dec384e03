/**
 * The sender of one file (spec/10 section 8). It is pulled: bytes leave only after the recipient's request, and no more
 * than the window beyond what the recipient has on disk. Not its concern: reading, hashing, the frame's room.
 *
 *   offered --FileRequest--> moving --FileProgress of the whole size--> complete
 *      ^-----tunnel lost-------'
 *   offered, moving --refusal or cancel--> ended
 *
 *   moving: wantedRead -> gaveData -> takeRecords (FileProof and FileChunks of one block), over and over
 */
import type { Record } from '@solo2/proto/tunnel'
import { ensure } from '../errors.js'
import { PROTOCOL } from '../limits.js'
import { blockCount, blockLength, type HashTree, pathOf } from './hash-tree.js'

interface Moving {
  readonly stage: 'moving'
  /** The next byte to read. */
  readonly next: number
  /** What the recipient has on disk. */
  readonly durable: number
}

/** A file that goes out (spec/10 section 8). */
export interface FileSend {
  /** 16 bytes. */
  readonly file: Uint8Array
  /** Bytes. */
  readonly size: number
  readonly tree: HashTree
  readonly phase:
    | { readonly stage: 'offered'; readonly durable: number }
    | Moving
    | { readonly stage: 'complete' }
    | { readonly stage: 'ended' }
}

/** `durable`: what the recipient was known to have, for the display. Throws `invalid_argument` if the tree is another's. */
export function createFileSend(file: Uint8Array, size: number, tree: HashTree, durable = 0): FileSend {
  ensure(Number.isSafeInteger(size) && size >= 0, 'invalid_argument', 'not a size')
  const leaves = (tree.levels[0]?.length ?? 0) / 32
  ensure(leaves === blockCount(size), 'invalid_argument', 'the tree has another number of blocks')
  return { file, size, tree, phase: { stage: 'offered', durable } }
}

/** Bytes that the recipient has on disk: the sender's progress. */
export function sendProgress({ size, phase }: FileSend): number {
  if (phase.stage === 'complete') return size
  return phase.stage === 'ended' ? 0 : phase.durable
}

/** Throws `bad_content` unless the offset is a block's first byte, or 0 of an empty file. */
export function checkRequest(size: number, offset: number): void {
  const isStart = offset % PROTOCOL.FILE_BLOCK_BYTES === 0 && (offset < size || offset === 0)
  ensure(Number.isSafeInteger(offset) && offset >= 0 && isStart, 'bad_content', 'not the first byte of a block')
}

/**
 * The recipient asks for the bytes from `offset` on, on this tunnel. After the end it has no effect: a cancel is on its
 * way. Throws `bad_content` unless the offset is a block's first byte, or 0 of an empty file.
 */
export function takeRequest(send: FileSend, offset: number): FileSend {
  checkRequest(send.size, offset)
  if (send.phase.stage === 'ended') return send
  return { ...send, phase: { stage: 'moving', next: offset, durable: offset } }
}

/**
 * The recipient has so much on disk. The whole size completes the file, also on a tunnel where nothing was asked for: the
 * last progress may have been lost with the tunnel before. Throws `bad_content` for less than before, for bytes that were
 * not sent, and for a part of a block.
 */
export function takeProgress(send: FileSend, offset: number): FileSend {
  const { phase, size } = send
  if (phase.stage === 'ended' || phase.stage === 'complete') return send
  if (offset === size) return { ...send, phase: { stage: 'complete' } }
  ensure(phase.stage === 'moving', 'bad_content', 'progress of a file that was not asked for')
  const isPart = offset % PROTOCOL.FILE_BLOCK_BYTES !== 0
  ensure(!isPart && offset >= phase.durable && offset <= phase.next, 'bad_content', 'progress that cannot be')
  return { ...send, phase: { ...phase, durable: offset } }
}

/** The block to read next, if the window has room for it; undefined while it has not, and when all was read. */
export function wantedRead({
  phase,
  size,
}: FileSend): { readonly offset: number; readonly length: number } | undefined {
  if (phase.stage !== 'moving' || phase.next >= size) return undefined
  const block = phase.next / PROTOCOL.FILE_BLOCK_BYTES
  const length = blockLength(size, block)
  if (phase.next + length > phase.durable + PROTOCOL.FILE_WINDOW_BYTES) return undefined
  return { offset: phase.next, length }
}

/**
 * The records of the block that was read, to be queued in this order: its FileProof, then its data in chunks of at most
 * `chunkBytes`. No records if the file ended or started anew meanwhile. Throws `invalid_argument` for data of another
 * length than was wanted.
 */
export function gaveData(
  send: FileSend,
  offset: number,
  data: Uint8Array,
  chunkBytes: number,
): { readonly send: FileSend; readonly records: readonly Record[] } {
  const { phase, file } = send
  if (phase.stage !== 'moving' || phase.next !== offset) return { send, records: [] }
  const block = offset / PROTOCOL.FILE_BLOCK_BYTES
  ensure(data.length === blockLength(send.size, block), 'invalid_argument', 'not the bytes that were wanted')
  ensure(Number.isInteger(chunkBytes) && chunkBytes >= 1, 'invalid_argument', 'a chunk has a byte at least')
  const records: Record[] = [{ body: { $case: 'fileProof', value: { file, block, path: pathOf(send.tree, block) } } }]
  for (let start = 0; start < data.length; start += chunkBytes) {
    const value = { file, offset: BigInt(offset + start), data: data.subarray(start, start + chunkBytes) }
    records.push({ body: { $case: 'fileChunk', value } })
  }
  return { send: { ...send, phase: { ...phase, next: offset + data.length } }, records }
}

/** The tunnel is gone: nothing leaves until the recipient asks again. */
export function sendTunnelLost(send: FileSend): FileSend {
  const { phase } = send
  return phase.stage === 'moving' ? { ...send, phase: { stage: 'offered', durable: phase.durable } } : send
}

/** Refused or cancelled, by either side. A complete file stays complete. */
export function endSend(send: FileSend): FileSend {
  return send.phase.stage === 'complete' ? send : { ...send, phase: { stage: 'ended' } }
}
