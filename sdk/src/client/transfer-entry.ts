/** One file of a conversation, between the vault's record, the machines that move it and what an application sees. */
import { FileOffer } from '@solo2/proto/content'
import type { Record } from '@solo2/proto/tunnel'
import { type FileRecord, FileState } from '@solo2/proto/vault'
import { concat } from '../bytes/bytes.js'
import { decodeCanonical, encode } from '../bytes/canonical.js'
import { cleanName } from '../content/clean-name.js'
import { mediaField } from '../content/compose.js'
import { type FileReceive, receiveProgress } from '../content/file-receive.js'
import { type FileSend, sendProgress } from '../content/file-send.js'
import type { Media } from '../content/forms.js'
import { blockCount, blockLength } from '../content/hash-tree.js'
import { parseMedia } from '../content/parse.js'
import { Solo2Error } from '../errors.js'
import { PROTOCOL } from '../limits.js'
import type { FileSource } from '../ports/files.js'
import type { Host } from '../ports/host.js'
import { type StreamKey, streamKey } from '../vault/file-stream.js'
import type { FileOptions, FileStage, FileTransfer, HeldFile } from './api.js'
import type { SealedSink } from './sealed-file.js'
import type { Serial } from './serial.js'

export interface Entry {
  /** The file ID, 32 hex digits. */
  readonly id: string
  readonly file: Uint8Array
  readonly outgoing: boolean
  readonly name: string
  readonly size: number
  readonly root: Uint8Array
  readonly media?: Media | undefined
  stage: FileStage
  send?: { machine: FileSend; source: FileSource; reading: boolean } | undefined
  receive?: { machine: FileReceive; readonly sink: SealedSink; readonly disk: Serial } | undefined
  /** Outgoing: where the platform finds its source again. */
  reference?: Uint8Array | undefined
  /** Outgoing, while its source is being found again: what the other side asked for meanwhile. */
  reopening?: { asked: number | undefined } | undefined
  /** Another own device offered it, which has the bytes. */
  elsewhere?: boolean
  /** While its sink is being opened. */
  opening?: Promise<void> | undefined
  /** While its acceptance is being stored. */
  accepting?: boolean
  /** Nothing of it moves from this side, and why. */
  held?: HeldFile | undefined
  /** Incoming, without a sink: bytes that are durable, as far as this run of the program knows. */
  had?: number | undefined
  /** Incoming: the block that came damaged, how often, and whether it was asked for again, until it came whole. */
  damaged?: { readonly block: number; readonly times: number; isAsked: boolean } | undefined
  /** Incoming, while it is paused: the progress that the sender was not told. */
  unsaid?: Record | undefined
  /** The tunnel on which its bytes were asked for last. */
  asked?: object | undefined
  /** Its message is gone: it is known only by its ID. */
  removed?: boolean
  /** The vault is locked: who waits, waits in vain. */
  closed?: boolean
  /** Incoming, from acceptance until its bytes are deleted. */
  stream?: StreamKey | undefined
  /** Incoming: when all of it was here, in Unix milliseconds; 0 before. */
  completedAt: number
  /** The vault holds all its bytes; it counts once it is complete. */
  stored: boolean
  /** Who waits for the whole file, and for its progress. */
  readonly watchers: Set<() => void>
}

export interface OfferedFile {
  readonly file: Uint8Array
  readonly name: string
  readonly size: number
  readonly root: Uint8Array
  readonly media?: Media | undefined
}

const NO_BYTES = new Uint8Array(0)

const STATES: { readonly [stage in FileStage]: FileState } = {
  offered: FileState.OFFERED,
  accepted: FileState.ACCEPTED,
  complete: FileState.COMPLETE,
  refused: FileState.REFUSED,
  cancelled: FileState.CANCELLED,
  failed: FileState.FAILED,
}

export function makeEntry(id: string, offer: OfferedFile, outgoing: boolean, stage: FileStage): Entry {
  return { id, ...offer, outgoing, stage, completedAt: 0, stored: false, watchers: new Set() }
}

export function storedStage({ state }: FileRecord): FileStage {
  return (Object.keys(STATES) as FileStage[]).find((known) => STATES[known] === state) ?? 'failed'
}

/**
 * From the vault; `isHere`: it has bytes of the file. What was not complete and whose source nothing finds again waits until
 * its person chooses it again (10-55).
 */
export function restoredEntry(id: string, record: FileRecord, isHere: boolean): Entry {
  const { name, size = 0n, root, file, media } = decodeCanonical(FileOffer, record.offer)
  const stage = storedStage(record)
  const removed = record.state === FileState.REMOVED
  const isOpen = record.outgoing && (stage === 'offered' || stage === 'accepted')
  const isGone = isOpen && record.source.length === 0
  const shownName = record.outgoing ? name : cleanName(name)
  const offer = { file, name: shownName, size: Number(size), root, media: parseMedia(media) }
  const entry = { ...makeEntry(id, offer, record.outgoing, stage), removed }
  if (isOpen && !isGone) entry.reference = record.source
  if (record.paused && !isOver(entry)) entry.held = 'paused'
  if (isGone) Object.assign(entry, SOURCE_GONE())
  entry.completedAt = Number(record.completedAt)
  if (record.key.length > 0) entry.stream = streamKey(record.key, record.prefix)
  entry.stored = stage === 'complete' && entry.stream !== undefined && isHere
  return entry
}

/** What the other side asks for meanwhile is answered when its bytes are there again. */
export const SOURCE_GONE = () => ({ held: 'source', reopening: { asked: undefined } }) as const

/** What stays of a file whose message is gone. */
export function removedRecord({ file, outgoing }: Entry, conversation: Uint8Array): FileRecord {
  const offer = encode(FileOffer, { file, name: '', size: undefined, root: new Uint8Array(0), media: undefined })
  return {
    offer,
    outgoing,
    state: FileState.REMOVED,
    offset: undefined,
    conversation,
    key: NO_BYTES,
    prefix: NO_BYTES,
    source: NO_BYTES,
    paused: false,
    completedAt: 0n,
  }
}

/** Tells the sender that all of it is here. */
export function wholeProgress({ file, size }: Entry): Record {
  return { body: { $case: 'fileProgress', value: { file, offset: BigInt(size) } } }
}

/** For the vault. `conversation`: 16 bytes. */
export function entryRecord(entry: Entry, stage: FileStage, conversation: Uint8Array): FileRecord {
  const { file, name, size, root, media, outgoing, receive, stream } = entry
  return {
    offer: encode(FileOffer, { file, name, size: BigInt(size), root, media: mediaField(media) }),
    outgoing,
    state: STATES[stage],
    offset: BigInt(receive === undefined ? 0 : receiveProgress(receive.machine)),
    conversation,
    key: stream?.key ?? NO_BYTES,
    prefix: stream?.prefix ?? NO_BYTES,
    source: (stage === 'offered' || stage === 'accepted') && outgoing ? (entry.reference ?? NO_BYTES) : NO_BYTES,
    paused: entry.held === 'paused' && (stage === 'offered' || stage === 'accepted'),
    completedAt: BigInt(entry.completedAt),
  }
}

export function shown(entry: Entry, contact: string): FileTransfer {
  const { id, outgoing, name, size, stage, media } = entry
  let bytes = stage === 'complete' ? size : isOver(entry) ? 0 : (entry.had ?? 0)
  if (entry.send !== undefined) bytes = sendProgress(entry.send.machine)
  if (entry.receive !== undefined) bytes = receiveProgress(entry.receive.machine)
  return {
    id,
    contact,
    outgoing,
    name,
    size,
    stage,
    bytes,
    stored: isStored(entry),
    ...(media !== undefined && { media }),
    ...(entry.held !== undefined && !isOver(entry) && { held: entry.held }),
    ...(entry.damaged !== undefined && { damaged: entry.damaged.block }),
  }
}

export function isStored({ stage, stored }: Entry): boolean {
  return stored && stage === 'complete'
}

export function isOver({ stage }: Entry): boolean {
  return stage !== 'offered' && stage !== 'accepted'
}

/** Resolves when an outgoing file is complete at the other side; rejects with `refused_file`, `cancelled`, `storage_failed`, `closed`. */
export function watch(entry: Entry, { onProgress, signal }: FileOptions, abort: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const check = () => {
      if (entry.stage === 'accepted' && entry.send !== undefined) {
        onProgress?.({ stage: 'moving', bytes: sendProgress(entry.send.machine), size: entry.size })
      }
      if (!isOver(entry) && entry.closed !== true) return
      entry.watchers.delete(check)
      signal?.removeEventListener('abort', abort)
      if (entry.stage === 'complete') {
        onProgress?.({ stage: 'complete', bytes: entry.size, size: entry.size })
        resolve()
      } else if (entry.stage === 'refused') {
        reject(new Solo2Error('refused_file', 'the other side does not want the file'))
      } else if (!isOver(entry)) {
        reject(new Solo2Error('closed', 'the vault was locked before the file had arrived'))
      } else {
        reject(new Solo2Error(entry.stage === 'failed' ? 'storage_failed' : 'cancelled', 'the file was not sent'))
      }
    }
    entry.watchers.add(check)
    if (signal?.aborted === true) abort()
    else signal?.addEventListener('abort', abort)
    check()
  })
}

/**
 * Of a block (spec/10 section 7), 32 bytes. Its copy is made anew each time: by what the engine itself hands out its collector
 * sees when it is due. Used again, 300 MB of blocks that a browser had read lay about while it hashed 4 GB.
 */
export const leafHash = (block: Uint8Array, host: Pick<Host, 'digest'>): Promise<Uint8Array> =>
  host.digest(concat(Uint8Array.of(0), block))

/** Leaf hashes of the whole file, 32 bytes each, one block in memory at a time. Rejects with `cancelled`. */
export async function leafHashes(
  source: FileSource,
  host: Host,
  { onProgress, signal }: FileOptions,
): Promise<Uint8Array> {
  const leaves = new Uint8Array(blockCount(source.size) * 32)
  for (let block = 0; block * PROTOCOL.FILE_BLOCK_BYTES < source.size; block++) {
    if (signal?.aborted === true) throw new Solo2Error('cancelled', 'the file was not offered')
    const offset = block * PROTOCOL.FILE_BLOCK_BYTES
    const data = await source.read(offset, blockLength(source.size, block))
    leaves.set(await leafHash(data, host), block * 32)
    onProgress?.({ stage: 'preparing', bytes: offset + data.length, size: source.size })
  }
  return leaves
}

export function blobSource(blob: Blob): FileSource {
  const name = 'name' in blob && typeof blob.name === 'string' ? blob.name : 'file'
  return {
    name,
    size: blob.size,
    read: async (offset, length) => new Uint8Array(await blob.slice(offset, offset + length).arrayBuffer()),
    close: async () => undefined,
  }
}
