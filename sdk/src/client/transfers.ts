/**
 * The files of one conversation (spec/10 sections 6 to 8): runs the sending and receiving machines over sources and sinks.
 * An offer is a queued content; the recipient's acceptance asks for the bytes on each tunnel until all are on its disk.
 */

import type { Content } from '@solo2/proto/content'
import type { Record } from '@solo2/proto/tunnel'
import { FileRecord } from '@solo2/proto/vault'
import { concat, toHex } from '../bytes/bytes.js'
import { cleanName } from '../content/clean-name.js'
import { composeFileCancel, composeFileOffer, composeFileRefusal } from '../content/compose.js'
import {
  blockHashed,
  blockWritten,
  createFileReceive,
  endReceive,
  type ReceiveStep,
  receiveTunnelLost,
  requestFile,
  takeChunk,
  takeProof,
} from '../content/file-receive.js'
import {
  createFileSend,
  endSend,
  gaveData,
  sendTunnelLost,
  takeProgress,
  takeRequest,
  wantedRead,
} from '../content/file-send.js'
import { buildTree } from '../content/hash-tree.js'
import type { ParsedContent } from '../content/parse.js'
import { ensure, Solo2Error } from '../errors.js'
import { PROTOCOL } from '../limits.js'
import type { FileSource } from '../ports/files.js'
import type { Platform } from '../ports/platform.js'
import type { FileOptions, FileStage, FileTransfer, Message } from './api.js'
import type { RunningTunnel } from './run-tunnel.js'
import { createSerial } from './serial.js'
import {
  blobSource,
  type Entry,
  entryRecord,
  isOver,
  leafHashes,
  makeEntry,
  restoredEntry,
  shown,
  watch,
} from './transfer-entry.js'
import { type Change, put, type Vault } from './vault-store.js'

export interface Transfers {
  attach(tunnel: RunningTunnel): void
  detach(tunnel: RunningTunnel): void
  /** The tunnel has room for file data. */
  room(): void
  onRecord(body: FileBody): Promise<void>
  /** What an incoming content changes here: committed with it, then shown. */
  changesFor(content: ParsedContent): { readonly commit: readonly Change[]; after(): Promise<void> }
  /** Hashes, then queues the offer. */
  offer(source: FileSource, options?: FileOptions): Promise<FileTransfer>
  /** Offers and resolves when the other device has all bytes. */
  send(file: FileSource | Blob, options?: FileOptions): Promise<void>
  accept(file: string): Promise<void>
  refuse(file: string): Promise<void>
  cancel(file: string): Promise<void>
  list(): FileTransfer[]
  close(): Promise<void>
}

type FileBody = Extract<
  NonNullable<Record['body']>,
  { $case: 'fileChunk' | 'fileProof' | 'fileRequest' | 'fileProgress' }
>

export interface TransfersOptions {
  readonly platform: Platform
  readonly vault: Vault
  /** The contact's id, for what is shown. */
  readonly contact: string
  /** 16 bytes. */
  readonly conversation: Uint8Array
  emit(transfer: FileTransfer): void
  queue(make: (sequence: number) => Content, changes: readonly Change[]): Promise<Message>
}

/** How many whole files are told of again on a new tunnel. */
const PROGRESS_REPEATED = 64

function wholeProgress({ file, size }: Entry): Record {
  return { body: { $case: 'fileProgress', value: { file, offset: BigInt(size) } } }
}

export async function createTransfers(options: TransfersOptions): Promise<Transfers> {
  const { vault } = options
  const { host, files } = options.platform
  const table = `file/${toHex(options.conversation)}`
  const entries = new Map<string, Entry>()
  let live: RunningTunnel | undefined

  for (const [id, record] of await vault.entries(table, FileRecord)) entries.set(id, restoredEntry(id, record))

  function tell(entry: Entry): void {
    for (const watcher of [...entry.watchers]) watcher()
    options.emit(shown(entry, options.contact))
  }

  function stored(entry: Entry, stage: FileStage): Change {
    return put(table, entry.id, FileRecord, entryRecord(entry, stage, options.conversation))
  }

  async function setStage(entry: Entry, stage: FileStage): Promise<void> {
    await vault.commit([stored(entry, stage)])
    entry.stage = stage
    tell(entry)
  }

  function known(id: string, incoming: boolean): Entry {
    const entry = entries.get(id)
    ensure(entry !== undefined && entry.outgoing === !incoming, 'not_found', 'no such file in this conversation')
    return entry
  }

  /** Ends both machines and frees source and sink. What is on disk of an unfinished file is removed. */
  async function release(entry: Entry): Promise<void> {
    if (entry.send !== undefined) {
      entry.send.machine = endSend(entry.send.machine)
      await entry.send.source.close()
    }
    if (entry.receive !== undefined && entry.stage !== 'complete') {
      const { disk, sink } = entry.receive
      entry.receive.machine = endReceive(entry.receive.machine)
      await disk.run(async () => sink.discard())
    }
  }

  async function stop(entry: Entry, stage: 'refused' | 'cancelled' | 'failed', byUs: boolean): Promise<void> {
    if (isOver(entry)) return
    const compose = stage === 'refused' ? composeFileRefusal : composeFileCancel
    entry.stage = stage
    live?.dropFile(entry.file)
    const change = stored(entry, stage)
    if (byUs) await options.queue((sequence) => compose(host, sequence, entry.file), [change])
    else await vault.commit([change])
    await release(entry)
    tell(entry)
  }

  // Receiving

  function performReceive(entry: Entry, step: ReceiveStep): void {
    const { receive } = entry
    if (receive === undefined) return
    receive.machine = step.receive
    for (const output of step.outputs) {
      switch (output.type) {
        case 'send':
          live?.queueRecords([output.record], 'bulk')
          break
        case 'hash':
          onDisk(entry, async () => {
            const leaf = await host.digest(output.preimage)
            performReceive(entry, blockHashed(receive.machine, output.preimage, leaf, host.primitives))
          })
          break
        case 'write':
          onDisk(entry, async () => {
            await receive.sink.write(output.offset, output.data)
            performReceive(entry, blockWritten(receive.machine, output.offset + output.data.length, host.primitives))
            tell(entry)
          })
          break
        case 'complete':
          onDisk(entry, async () => {
            entry.saved = await receive.sink.finish()
            await setStage(entry, 'complete')
          })
          break
        default:
          output satisfies never
      }
    }
  }

  /** One job of a file after the other. A block that is not of the file ends the tunnel; a full disk ends the file. */
  function onDisk(entry: Entry, job: () => Promise<void>): void {
    entry.receive?.disk.run(job).catch((error: unknown) => {
      const failure = Solo2Error.from(error, 'storage_failed', 'the file could not be written')
      // A sender whose block is not of the file is broken or lies (10-28): the file ends, and the tunnel too.
      const ended = stop(entry, 'failed', true)
      if (failure.culprit === 'peer') void ended.then(() => live?.end(failure))
    })
  }

  /** Bytes of unfinished files are named by conversation and file, so that no contact can name another's. */
  function sinkName(file: Uint8Array): string {
    return toHex(host.primitives.sha256(concat(options.conversation, file)).subarray(0, PROTOCOL.ID_SIZE))
  }

  async function openReceive(entry: Entry): Promise<void> {
    const sink = await files.sink(sinkName(entry.file), entry.name, entry.size)
    const { file, size, root } = entry
    entry.receive = { machine: createFileReceive({ file, size, root }, sink.durable), sink, disk: createSerial() }
  }

  async function request(entry: Entry): Promise<void> {
    if (entry.receive === undefined) await openReceive(entry)
    if (entry.receive !== undefined && live !== undefined) {
      performReceive(entry, requestFile(entry.receive.machine, host.primitives))
    }
  }

  // Sending

  function pull(entry: Entry): void {
    const { send } = entry
    const tunnel = live
    if (send === undefined || send.reading || tunnel === undefined || !tunnel.room) return
    const wanted = wantedRead(send.machine)
    if (wanted === undefined) return
    send.reading = true
    send.source
      .read(wanted.offset, wanted.length)
      .then((data) => {
        send.reading = false
        const given = gaveData(send.machine, wanted.offset, data, data.length)
        send.machine = given.send
        if (live === tunnel && given.records.length > 0) tunnel.queueRecords(given.records, 'bulk')
        // A request on a newer tunnel may have come while this was read.
        pull(entry)
      })
      .catch(() => {
        send.reading = false
        void stop(entry, 'failed', true)
      })
  }

  async function offer(source: FileSource, fileOptions: FileOptions = {}): Promise<Entry> {
    const tree = buildTree(host.primitives, await leafHashes(source, host, fileOptions))
    const file = host.random(PROTOCOL.ID_SIZE)
    const name = cleanName(source.name)
    const entry = makeEntry(toHex(file), { file, name, size: source.size, root: tree.root }, true, 'offered')
    entry.send = { machine: createFileSend(file, source.size, tree), source, reading: false }
    entries.set(entry.id, entry)
    const content = { file, name, size: source.size, root: tree.root }
    await options.queue((sequence) => composeFileOffer(host, sequence, content), [stored(entry, 'offered')])
    fileOptions.onProgress?.({ stage: 'offered', bytes: 0, size: source.size })
    tell(entry)
    return entry
  }

  return {
    attach(tunnel) {
      live = tunnel
      const whole = [...entries.values()].filter(({ outgoing, stage }) => !outgoing && stage === 'complete')
      // The last progress may have been lost with the tunnel before (10-27).
      tunnel.queueRecords(whole.slice(-PROGRESS_REPEATED).map(wholeProgress), 'bulk')
      for (const entry of entries.values()) {
        if (!entry.outgoing && entry.stage === 'accepted') {
          request(entry).catch(() => void stop(entry, 'failed', true))
        }
      }
    },
    detach(tunnel) {
      if (live !== tunnel) return
      live = undefined
      for (const entry of entries.values()) {
        if (entry.send !== undefined) entry.send.machine = sendTunnelLost(entry.send.machine)
        if (entry.receive !== undefined) entry.receive.machine = receiveTunnelLost(entry.receive.machine)
      }
    },
    room() {
      for (const entry of entries.values()) pull(entry)
    },
    async onRecord(body) {
      const entry = entries.get(toHex(body.value.file))
      switch (body.$case) {
        case 'fileRequest': {
          if (entry?.outgoing !== true || entry.send === undefined) return cancelLost(body.value.file, entry)
          entry.send.machine = takeRequest(entry.send.machine, Number(body.value.offset))
          if (entry.stage === 'offered') await setStage(entry, 'accepted')
          return pull(entry)
        }
        case 'fileProgress':
          if (entry?.outgoing === true) await onProgress(entry, Number(body.value.offset))
          return
        case 'fileProof':
          ensure(entry?.outgoing === false, 'bad_content', 'a block of no file that was offered')
          if (entry.receive !== undefined) entry.receive.machine = takeProof(entry.receive.machine, body.value)
          return
        case 'fileChunk':
          ensure(entry?.outgoing === false, 'bad_content', 'bytes of no file that was offered')
          if (entry.receive !== undefined) performReceive(entry, takeChunk(entry.receive.machine, body.value))
          return
        default:
          body satisfies never
      }
    },
    changesFor(content) {
      switch (content.kind) {
        case 'fileOffer': {
          const id = toHex(content.file)
          ensure(!entries.has(id), 'bad_content', 'a file ID was used before')
          const { file, size, root } = content
          const entry = makeEntry(id, { file, name: cleanName(content.name), size, root }, false, 'offered')
          return {
            commit: [stored(entry, 'offered')],
            async after() {
              entries.set(id, entry)
              tell(entry)
            },
          }
        }
        case 'fileRefusal':
        case 'fileCancel': {
          const entry = entries.get(toHex(content.file))
          const stage = content.kind === 'fileRefusal' ? 'refused' : 'cancelled'
          return {
            commit: [],
            async after() {
              if (entry !== undefined) await stop(entry, stage, false)
            },
          }
        }
        default:
          return { commit: [], after: async () => undefined }
      }
    },
    offer: async (source, fileOptions) => shown(await offer(source, fileOptions), options.contact),
    async send(file, fileOptions = {}) {
      const entry = await offer('read' in file ? file : blobSource(file), fileOptions)
      await watch(entry, fileOptions, () => void stop(entry, 'cancelled', true))
    },
    async accept(id) {
      const entry = known(id, true)
      ensure(entry.stage === 'offered', 'wrong_state', 'this file is not waiting for an answer')
      await openReceive(entry)
      await setStage(entry, 'accepted')
      await request(entry)
    },
    refuse: (id) => stop(known(id, true), 'refused', true),
    async cancel(id) {
      const entry = entries.get(id)
      ensure(entry !== undefined, 'not_found', 'no such file in this conversation')
      await stop(entry, 'cancelled', true)
    },
    list: () => [...entries.values()].map((entry) => shown(entry, options.contact)),
    async close() {
      live = undefined
      for (const entry of entries.values()) {
        await entry.receive?.disk.idle()
        await entry.receive?.sink.close()
        await entry.send?.source.close()
      }
    },
  }

  /** What the other side asks for is gone: its source with a restart, or all of it with an older vault (10-19). */
  async function cancelLost(file: Uint8Array, entry: Entry | undefined): Promise<void> {
    if (entry !== undefined && (!entry.outgoing || entry.stage === 'complete')) return
    await options.queue((sequence) => composeFileCancel(host, sequence, file), [])
  }

  async function onProgress(entry: Entry, offset: number): Promise<void> {
    const { send } = entry
    if (send !== undefined) send.machine = takeProgress(send.machine, offset)
    const isWhole = send === undefined ? offset === entry.size : send.machine.phase.stage === 'complete'
    if (isWhole && entry.stage !== 'complete') {
      await setStage(entry, 'complete')
      await release(entry)
    } else {
      tell(entry)
    }
    pull(entry)
  }
}
