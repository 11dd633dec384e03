/**
 * The files of one conversation that go out (spec/10 section 7): hashes and offers one, and reads from its source what the
 * sending machine wants. Not its concern: what the vault keeps, and how a file ends.
 */
import { equal, toHex } from '../bytes/bytes.js'
import { cleanName } from '../content/clean-name.js'
import type { composeFileOffer } from '../content/compose.js'
import { createFileSend, type FileSend, gaveData, takeRequest, wantedRead } from '../content/file-send.js'
import { buildTree } from '../content/hash-tree.js'
import { SIZES } from '../crypto/sizes.js'
import { ensure } from '../errors.js'
import { PROTOCOL } from '../limits.js'
import type { FileSource, Files } from '../ports/files.js'
import type { Host } from '../ports/host.js'
import type { FileOptions } from './api.js'
import type { RunningTunnel } from './run-tunnel.js'
import { type Entry, isOver, leafHash, leafHashes, makeEntry } from './transfer-entry.js'

export interface Sending {
  /** Hashes, then queues the offer; the source is closed if that fails. Rejects with `cancelled`. */
  offer(source: FileSource, options?: FileOptions): Promise<Entry>
  /**
   * After a restart: finds the source of an unfinished file again, hashes it, and goes on where the other side asks. What is
   * gone, or is not what was offered, is held until its person chooses it again (10-55).
   */
  reopen(entry: Entry): Promise<void>
  /** The same with a source that its person chose. Rejects with `wrong_file` if it has other bytes, `cancelled`, `storage_failed`. */
  chosen(entry: Entry, source: FileSource, options?: FileOptions): Promise<void>
  /** Gives the tunnel what it has room for. */
  pull(entry: Entry): void
}

export interface SendingOptions {
  readonly host: Host
  readonly files: Pick<Files, 'reopen'>
  tunnel(): RunningTunnel | undefined
  tell(entry: Entry): void
  /** Commits the offer. */
  queue(entry: Entry, content: Parameters<typeof composeFileOffer>[2]): Promise<void>
}

export function createSending({ host, files, tunnel, tell, queue }: SendingOptions): Sending {
  function pull(entry: Entry): void {
    const { send } = entry
    const live = tunnel()
    if (send === undefined || send.reading || live === undefined || !live.room || entry.held !== undefined) return
    const wanted = wantedRead(send.machine)
    if (wanted === undefined) return
    send.reading = true
    const { source } = send
    blockOf(source, send.machine, wanted)
      .then((data) => {
        send.reading = false
        const given = gaveData(send.machine, wanted.offset, data, data.length)
        send.machine = given.send
        if (tunnel() === live && given.records.length > 0) live.queueRecords(given.records, 'bulk')
        // A request on a newer tunnel may have come while this was read.
        pull(entry)
      })
      .catch(() => {
        send.reading = false
        if (entry.closed === true || isOver(entry) || send.source !== source) return
        entry.held = 'source'
        tell(entry)
      })
  }

  /** Rejects if it is not what was offered any more: its source was written to meanwhile, or is gone (10-55). */
  async function blockOf(
    source: FileSource,
    { tree }: FileSend,
    { offset, length }: { readonly offset: number; readonly length: number },
  ): Promise<Uint8Array> {
    const data = await source.read(offset, length)
    const at = (offset / PROTOCOL.FILE_BLOCK_BYTES) * SIZES.hash
    const offered = (tree.levels[0] as Uint8Array).subarray(at, at + SIZES.hash)
    ensure(equal(await leafHash(data, host), offered), 'wrong_file', 'the file has changed since it was offered')
    return data
  }

  async function offered(source: FileSource, options: FileOptions): Promise<Entry> {
    const tree = buildTree(host.primitives, await leafHashes(source, host, options))
    const file = host.random(PROTOCOL.ID_SIZE)
    const name = cleanName(source.name)
    const content = { file, name, size: source.size, root: tree.root, media: options.media }
    const entry = makeEntry(toHex(file), content, true, 'offered')
    entry.reference = source.reference
    entry.send = { machine: createFileSend(file, source.size, tree), source, reading: false }
    await queue(entry, content)
    options.onProgress?.({ stage: 'offered', bytes: 0, size: source.size })
    tell(entry)
    return entry
  }

  /** Hashes it again: its bytes may have changed since they were offered. The source is closed if they did. */
  async function taken(entry: Entry, source: FileSource, options: FileOptions): Promise<void> {
    try {
      const signal = {
        get aborted() {
          return options.signal?.aborted === true || entry.closed === true || isOver(entry)
        },
      } as AbortSignal
      ensure(source.size === entry.size, 'wrong_file', 'the file has changed since it was offered')
      const tree = buildTree(host.primitives, await leafHashes(source, host, { ...options, signal }))
      ensure(equal(tree.root, entry.root), 'wrong_file', 'the file has changed since it was offered')
      ensure(!signal.aborted, 'cancelled', 'the file is over')
      const { send } = entry
      if (send === undefined) {
        entry.send = { machine: createFileSend(entry.file, entry.size, tree), source, reading: false }
      } else {
        await send.source.close()
        send.source = source
      }
    } catch (error) {
      await source.close()
      throw error
    }
  }

  /** Without its source until `find` has it; what the other side asks for meanwhile is answered then. */
  async function without(entry: Entry, find: () => Promise<void>): Promise<void> {
    entry.reopening ??= { asked: undefined }
    const { reopening } = entry
    entry.held = entry.held === 'source' ? undefined : entry.held
    try {
      await find()
    } catch (error) {
      if (entry.closed !== true && !isOver(entry)) Object.assign(entry, { held: 'source' })
      throw error
    } finally {
      tell(entry)
    }
    entry.reopening = undefined
    if (entry.send === undefined) return
    if (reopening.asked !== undefined) entry.send.machine = takeRequest(entry.send.machine, reopening.asked)
    pull(entry)
  }

  return {
    pull,
    async reopen(entry) {
      const found = async () => {
        const source = await files.reopen?.(entry.reference ?? new Uint8Array(0))
        ensure(source !== undefined, 'storage_failed', 'the file is gone, or has changed since it was offered')
        await taken(entry, source, {})
      }
      await without(entry, found).catch(() => undefined)
    },
    chosen: (entry, source, options = {}) => without(entry, () => taken(entry, source, options)),
    async offer(source, options = {}) {
      try {
        return await offered(source, options)
      } catch (error) {
        await source.close()
        throw error
      }
    },
  }
}
