/**
 * The recipient of one file (spec/10 section 8). Each block is checked against the offered root before a byte of it counts
 * or leaves. Not its concern: hashing large blocks, the disk, consent.
 *
 *   offered --accept--> moving --the last block on disk--> complete
 *                        |  ^
 *              tunnel lost  accept again, from what is on disk
 *   offered, moving --refuse or cancel--> ended
 *
 *   moving: FileProof -> FileChunks -> `hash` a whole block -> hashed: `write` it -> wrote: `send` FileProgress
 *                                                                  `-> `damaged`: ask again, from this block
 *
 * A write that is under way when a tunnel is lost goes on; the next request waits for it, so that no byte is written twice.
 */
import type { FileChunk, FileProof, Record } from '@solo2/proto/tunnel'
import type { Primitives } from '../env.js'
import { ensure } from '../errors.js'
import { PROTOCOL } from '../limits.js'
import { blockCount, blockLength, verifyPath } from './hash-tree.js'

/** A block that is being put together. */
interface Assembly {
  readonly path: readonly Uint8Array[]
  /** 00 ‖ block: what the leaf hashes. Filled from the front; earlier states see only what they had. */
  readonly preimage: Uint8Array
  readonly filled: number
}

/** A whole block whose leaf hash is awaited. */
interface Whole {
  readonly offset: number
  readonly path: readonly Uint8Array[]
  readonly preimage: Uint8Array
}

interface Offered {
  readonly stage: 'offered'
  readonly durable: number
  /** Bytes given to the disk: more than `durable` while it writes. */
  readonly checked: number
  /** The request waits for the disk. */
  readonly asked: boolean
}

interface Moving {
  readonly stage: 'moving'
  /** Bytes on disk. */
  readonly durable: number
  /** Bytes checked and given to the disk. */
  readonly checked: number
  /** Bytes that came, whole blocks and the part of one. */
  readonly next: number
  readonly assembly: Assembly | undefined
  /** In order; the window bounds them. */
  readonly whole: readonly Whole[]
  /** Since it is asked for once more on this tunnel, what comes before the block `next` is of the request before (10-56). */
  readonly isSkipping: boolean
}

/** A file that comes (spec/10 section 8). `file` 16 bytes, `root` 32, `size` in bytes. */
export interface FileReceive {
  readonly file: Uint8Array
  readonly size: number
  readonly root: Uint8Array
  readonly phase: Offered | Moving | { readonly stage: 'complete' } | { readonly stage: 'ended' }
}

/** What the caller does, in order. */
export type ReceiveOutput =
  | { readonly type: 'send'; readonly record: Record }
  /** Compute SHA-256 of `preimage` (it begins with the leaf's zero byte) and give both to `blockHashed`; in order. */
  | { readonly type: 'hash'; readonly offset: number; readonly preimage: Uint8Array }
  /** The block, counted from 0, is not of the offered file: ask for it again, or give the file up (10-28). */
  | { readonly type: 'damaged'; readonly block: number }
  /** Write and call `blockWritten` when it is durable; in order. */
  | { readonly type: 'write'; readonly offset: number; readonly data: Uint8Array }
  /** Every byte is on disk. */
  | { readonly type: 'complete' }

/** The next state and what to do. */
export interface ReceiveStep {
  readonly receive: FileReceive
  readonly outputs: readonly ReceiveOutput[]
}

const LEAF = 0

/** From an accepted or kept offer. `durable`: bytes on disk from an earlier tunnel, whole blocks or all. */
export function createFileReceive(
  offer: { readonly file: Uint8Array; readonly size: number; readonly root: Uint8Array },
  durable = 0,
): FileReceive {
  const { file, size, root } = offer
  const isWhole = durable % PROTOCOL.FILE_BLOCK_BYTES === 0 || durable === size
  ensure(durable >= 0 && durable <= size && isWhole, 'invalid_argument', 'whole blocks are durable, or all')
  return { file, size, root, phase: { stage: 'offered', durable, checked: durable, asked: false } }
}

/** Bytes on disk. */
export function receiveProgress({ size, phase }: FileReceive): number {
  if (phase.stage === 'complete') return size
  return phase.stage === 'ended' ? 0 : phase.durable
}

/**
 * Asks for what is missing; on each tunnel again, and with `isAgain` once more on the same one (10-56). A file of which all is on disk (an empty one too) is complete at once.
 * Throws `hash_mismatch` for an empty file whose root is not the empty tree's.
 */
export function requestFile(
  receive: FileReceive,
  primitives: Pick<Primitives, 'sha256'>,
  isAgain = false,
): ReceiveStep {
  const { phase, file, size, root } = receive
  if (phase.stage === 'ended') return { receive, outputs: [] }
  if (size === 0) {
    const empty = { root, leaf: primitives.sha256(new Uint8Array(0)), block: 0, count: 1, path: [] }
    ensure(verifyPath(primitives, empty), 'hash_mismatch', 'not the root of an empty file')
  }
  const durable = phase.stage === 'complete' ? size : phase.durable
  if (durable === size) {
    const outputs: ReceiveOutput[] = [progress(file, size)]
    if (phase.stage !== 'complete') outputs.push({ type: 'complete' })
    return { receive: { ...receive, phase: { stage: 'complete' } }, outputs }
  }
  if (phase.stage === 'offered' && phase.checked > durable) {
    return { receive: { ...receive, phase: { ...phase, asked: true } }, outputs: [] }
  }
  const value = { file, offset: BigInt(durable) }
  const empty = { assembly: undefined, whole: [] }
  const moving: Moving = {
    stage: 'moving',
    durable,
    checked: durable,
    next: durable,
    ...empty,
    isSkipping: isAgain,
  }
  return {
    receive: { ...receive, phase: moving },
    outputs: [{ type: 'send', record: { body: { $case: 'fileRequest', value } } }],
  }
}

/**
 * Announces the next block. After the end it has no effect. Throws `bad_content` for a block out of order, a path of
 * another length, and a file that was not asked for.
 */
export function takeProof(receive: FileReceive, proof: FileProof): FileReceive {
  const { phase, size } = receive
  if (phase.stage === 'ended' || phase.stage === 'complete') return receive
  ensure(phase.stage === 'moving', 'bad_content', 'a file that was not asked for')
  ensure(phase.assembly === undefined, 'bad_content', 'the block before is not whole')
  ensure(phase.next < size, 'bad_content', 'a block beyond the end')
  const block = phase.next / PROTOCOL.FILE_BLOCK_BYTES
  if (phase.isSkipping && proof.block !== block) return receive
  ensure(proof.block === block, 'bad_content', 'not the next block')
  const length = blockLength(size, block)
  const isOpen = phase.next + length <= phase.durable + PROTOCOL.FILE_WINDOW_BYTES
  ensure(isOpen, 'bad_content', 'more than the window')
  const preimage = new Uint8Array(1 + length)
  preimage[0] = LEAF
  return { ...receive, phase: { ...phase, assembly: { path: proof.path, preimage, filled: 0 }, isSkipping: false } }
}

/** The next bytes of the announced block. Throws `bad_content` for a gap, an overlap, or bytes beyond the block. */
export function takeChunk(receive: FileReceive, chunk: FileChunk): ReceiveStep {
  const { phase } = receive
  if (phase.stage === 'ended' || phase.stage === 'complete') return { receive, outputs: [] }
  if (phase.stage === 'moving' && phase.isSkipping) return { receive, outputs: [] }
  ensure(phase.stage === 'moving' && phase.assembly !== undefined, 'bad_content', 'no block was announced')
  const { path, preimage, filled } = phase.assembly
  ensure(chunk.offset === BigInt(phase.next), 'bad_content', 'not the next bytes')
  const end = filled + chunk.data.length
  ensure(chunk.data.length > 0 && end <= preimage.length - 1, 'bad_content', 'bytes beyond the block')
  preimage.set(chunk.data, 1 + filled)
  const next = phase.next + chunk.data.length
  if (end < preimage.length - 1) {
    const assembly = { path, preimage, filled: end }
    return { receive: { ...receive, phase: { ...phase, next, assembly } }, outputs: [] }
  }
  const offset = next - end
  const whole = [...phase.whole, { offset, path, preimage }]
  return {
    receive: { ...receive, phase: { ...phase, next, assembly: undefined, whole } },
    outputs: [{ type: 'hash', offset, preimage }],
  }
}

/**
 * The leaf hash of the oldest whole block, 32 bytes, with the bytes that were hashed. No effect if the tunnel was lost
 * meanwhile: the same block may have come anew, with other bytes. Of a block that is not the file's nothing is counted, nor
 * of what came behind it: what comes until that block is asked for again is ignored (10-28).
 */
export function blockHashed(
  receive: FileReceive,
  preimage: Uint8Array,
  leaf: Uint8Array,
  primitives: Pick<Primitives, 'sha256'>,
): ReceiveStep {
  const { phase, size, root } = receive
  if (phase.stage !== 'moving') return { receive, outputs: [] }
  const [first, ...whole] = phase.whole
  if (first === undefined || first.preimage !== preimage) return { receive, outputs: [] }
  const { offset } = first
  const block = offset / PROTOCOL.FILE_BLOCK_BYTES
  if (!verifyPath(primitives, { root, leaf, block, count: blockCount(size), path: first.path })) {
    const anew: Moving = { ...phase, next: offset, assembly: undefined, whole: [], isSkipping: true }
    return { receive: { ...receive, phase: anew }, outputs: [{ type: 'damaged', block }] }
  }
  const data = first.preimage.subarray(1)
  return {
    receive: { ...receive, phase: { ...phase, whole, checked: offset + data.length } },
    outputs: [{ type: 'write', offset, data }],
  }
}

/** All bytes below `durable` are on disk. Tells the sender, and completes the file at its end. */
export function blockWritten(
  receive: FileReceive,
  durable: number,
  primitives: Pick<Primitives, 'sha256'>,
): ReceiveStep {
  const { phase, file, size } = receive
  if (phase.stage === 'ended' || phase.stage === 'complete') return { receive, outputs: [] }
  ensure(durable <= phase.checked, 'invalid_argument', 'bytes that were not checked')
  if (durable <= phase.durable) return { receive, outputs: [] }
  if (durable === size) {
    const told = phase.stage === 'moving' || phase.asked ? [progress(file, size)] : []
    return { receive: { ...receive, phase: { stage: 'complete' } }, outputs: [...told, { type: 'complete' }] }
  }
  const next: FileReceive = { ...receive, phase: { ...phase, durable } }
  if (phase.stage === 'moving') return { receive: next, outputs: [progress(file, durable)] }
  return phase.asked && durable === phase.checked ? requestFile(next, primitives) : { receive: next, outputs: [] }
}

/** The tunnel is gone: what was not given to the disk comes again. A write that is under way still reports. */
export function receiveTunnelLost(receive: FileReceive): FileReceive {
  const { phase } = receive
  if (phase.stage !== 'moving' && phase.stage !== 'offered') return receive
  const { durable, checked } = phase
  return { ...receive, phase: { stage: 'offered', durable, checked, asked: false } }
}

/** Refused or cancelled, by either side. A complete file stays complete. */
export function endReceive(receive: FileReceive): FileReceive {
  return receive.phase.stage === 'complete' ? receive : { ...receive, phase: { stage: 'ended' } }
}

function progress(file: Uint8Array, offset: number): ReceiveOutput {
  return { type: 'send', record: { body: { $case: 'fileProgress', value: { file, offset: BigInt(offset) } } } }
}
