/** A received file in the vault: plain blocks on this side, sealed chunks on the other (spec/11, Files). */
import { wipe } from '../bytes/bytes.js'
import { blockLength } from '../content/hash-tree.js'
import { SIZES } from '../crypto/sizes.js'
import type { Aead } from '../env.js'
import { ensure, Solo2Error } from '../errors.js'
import { PROTOCOL } from '../limits.js'
import type { ByteSource, FilePlace, FileSource, Files } from '../ports/files.js'
import { chunkCount, openChunk, type StreamKey, sealChunk, sealedOffset, sealedSize } from '../vault/file-stream.js'
import { createSerial } from './serial.js'

const CHUNK = PROTOCOL.FILE_BLOCK_BYTES
const SEALED_CHUNK = CHUNK + SIZES.aeadTag

/** Which file of the vault, and what opens it. */
export interface SealedFile {
  readonly place: FilePlace
  readonly stream: StreamKey
  /** Plain bytes of the whole file. */
  readonly size: number
}

/** Takes a file into the vault, block by block. */
export interface SealedSink {
  /** Plain bytes that are durable: whole blocks, or the whole file. */
  readonly durable: number
  /** One block, in order. */
  write(offset: number, block: Uint8Array): Promise<void>
  /** What is durable stays. */
  close(): Promise<void>
  /** Nothing of the file stays. */
  discard(): Promise<void>
}

/** The bytes that a whole file of so many plain bytes has in the vault. */
export function storedSize(size: number): number {
  return sealedSize(size, CHUNK)
}

/** Goes on behind what an earlier sink left whole. Rejects with `storage_full`, `storage_failed`. */
export async function sealedSink(files: Files, aead: Aead, file: SealedFile): Promise<SealedSink> {
  const { place, stream, size } = file
  let durable = await intact(files, aead, file)
  const isWhole = durable === size && size > 0
  const keep = isWhole ? storedSize(size) : sealedOffset(durable / CHUNK, CHUNK)
  const sink = await files.sink(place, keep, storedSize(size))
  async function write(index: number, block: Uint8Array): Promise<void> {
    const isLast = index === chunkCount(size, CHUNK) - 1
    await sink.write(sealedOffset(index, CHUNK), await sealChunk(aead, stream, index, isLast, block))
  }
  // No block of an empty file ever comes: its one chunk is written here.
  if (size === 0) await write(0, new Uint8Array(0))
  return {
    get durable() {
      return durable
    },
    async write(offset, block) {
      ensure(offset === durable && offset % CHUNK === 0, 'invalid_argument', 'blocks out of order')
      ensure(block.length === blockLength(size, offset / CHUNK), 'invalid_argument', 'not a whole block')
      await write(offset / CHUNK, block)
      durable += block.length
    },
    close: () => sink.close(),
    async discard() {
      await sink.close()
      await files.remove(place)
    },
  }
}

/**
 * Plain bytes that an earlier sink left whole. A power cut can leave the last write torn, and the one before it if the disk
 * turned them round; what is older was durable before another byte was asked for.
 */
async function intact(files: Files, aead: Aead, { place, stream, size }: SealedFile): Promise<number> {
  const source = size === 0 ? undefined : await files.source(place)
  if (source === undefined) return 0
  try {
    const isWhole = source.size >= storedSize(size)
    const count = isWhole ? chunkCount(size, CHUNK) : Math.floor(source.size / SEALED_CHUNK)
    for (let index = count - 1; index >= Math.max(0, count - 2); index--) {
      const isOpen = await chunkOf(source, aead, stream, index, size).then(
        (plain) => {
          wipe(plain)
          return true
        },
        () => false,
      )
      if (isOpen) return Math.min(size, (index + 1) * CHUNK)
    }
    return 0
  } finally {
    await source.close()
  }
}

/** A whole file out of the vault, one block in memory at a time. Rejects with `not_found`, `storage_damaged`. */
export async function sealedSource(
  files: Files,
  aead: Aead,
  { place, stream, size }: SealedFile,
  name: string,
): Promise<FileSource> {
  const source = await files.source(place)
  ensure(source !== undefined, 'not_found', 'the vault does not hold this file')
  if (source.size !== storedSize(size)) {
    await source.close()
    throw new Solo2Error('storage_damaged', 'A file of the vault has not its size.')
  }
  let held: { readonly index: number; readonly plain: Uint8Array } | undefined
  async function block(index: number): Promise<Uint8Array> {
    if (held?.index === index) return held.plain
    const plain = await chunkOf(source as ByteSource, aead, stream, index, size).catch((error: unknown) => {
      const isChanged = error instanceof Solo2Error && error.code === 'open_failed'
      throw isChanged
        ? new Solo2Error('storage_damaged', 'A file of the vault does not open.', { cause: error })
        : error
    })
    wipe(held?.plain)
    held = { index, plain }
    return plain
  }
  // No read comes to the one chunk of an empty file: it is opened here.
  if (size === 0) {
    try {
      await block(0)
    } catch (error) {
      await source.close()
      throw error
    }
  }
  /** A read wipes the block of the one before. */
  const reads = createSerial()
  async function read(offset: number, length: number): Promise<Uint8Array> {
    const out = new Uint8Array(length)
    for (let at = 0; at < length; ) {
      const index = Math.floor((offset + at) / CHUNK)
      const from = offset + at - index * CHUNK
      const part = (await block(index)).subarray(from, from + length - at)
      out.set(part, at)
      at += part.length
    }
    return out
  }
  return {
    name,
    size,
    async read(offset, length) {
      ensure(offset >= 0 && length >= 0 && offset + length <= size, 'storage_failed', 'the file is shorter')
      return await reads.run(() => read(offset, length))
    },
    async close() {
      await reads.idle()
      wipe(held?.plain)
      held = undefined
      await source.close()
    },
  }
}

async function chunkOf(source: ByteSource, aead: Aead, stream: StreamKey, index: number, size: number) {
  const isLast = index === chunkCount(size, CHUNK) - 1
  const sealed = await source.read(sealedOffset(index, CHUNK), blockLength(size, index) + SIZES.aeadTag)
  return openChunk(aead, stream, index, isLast, sealed)
}
