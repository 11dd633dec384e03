/**
 * The files of one conversation that go out (spec/10 section 7): hashes and offers one, and reads from its source what the
 * sending machine wants. Not its concern: what the vault keeps, and how a file ends.
 */
import { toHex } from '../bytes/bytes.js'
import { cleanName } from '../content/clean-name.js'
import type { composeFileOffer } from '../content/compose.js'
import { createFileSend, gaveData, wantedRead } from '../content/file-send.js'
import { buildTree } from '../content/hash-tree.js'
import { PROTOCOL } from '../limits.js'
import type { FileSource } from '../ports/files.js'
import type { Host } from '../ports/host.js'
import type { FileOptions } from './api.js'
import type { RunningTunnel } from './run-tunnel.js'
import { type Entry, leafHashes, makeEntry } from './transfer-entry.js'

export interface Sending {
  /** Hashes, then queues the offer; the source is closed if that fails. Rejects with `cancelled`. */
  offer(source: FileSource, options?: FileOptions): Promise<Entry>
  /** Gives the tunnel what it has room for. */
  pull(entry: Entry): void
}

export interface SendingOptions {
  readonly host: Host
  tunnel(): RunningTunnel | undefined
  tell(entry: Entry): void
  /** Commits the offer. */
  queue(entry: Entry, content: Parameters<typeof composeFileOffer>[2]): Promise<void>
  /** Its source cannot be read. */
  fail(entry: Entry): void
}

export function createSending({ host, tunnel, tell, queue, fail }: SendingOptions): Sending {
  function pull(entry: Entry): void {
    const { send } = entry
    const live = tunnel()
    if (send === undefined || send.reading || live === undefined || !live.room) return
    const wanted = wantedRead(send.machine)
    if (wanted === undefined) return
    send.reading = true
    send.source
      .read(wanted.offset, wanted.length)
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
        fail(entry)
      })
  }

  async function offered(source: FileSource, options: FileOptions): Promise<Entry> {
    const tree = buildTree(host.primitives, await leafHashes(source, host, options))
    const file = host.random(PROTOCOL.ID_SIZE)
    const name = cleanName(source.name)
    const content = { file, name, size: source.size, root: tree.root, media: options.media }
    const entry = makeEntry(toHex(file), content, true, 'offered')
    entry.send = { machine: createFileSend(file, source.size, tree), source, reading: false }
    await queue(entry, content)
    options.onProgress?.({ stage: 'offered', bytes: 0, size: source.size })
    tell(entry)
    return entry
  }

  return {
    pull,
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
