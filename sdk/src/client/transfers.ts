/**
 * The files of one conversation (spec/10 sections 6 to 8): runs the sending and receiving machines over sources and sinks.
 * An offer is a queued content; the recipient's acceptance asks for the bytes on each tunnel until all are on its disk.
 */

import type { Content } from '@solo2/proto/content'
import type { Record } from '@solo2/proto/tunnel'
import { FileRecord, FileState } from '@solo2/proto/vault'
import { toHex, wipe } from '../bytes/bytes.js'
import { cleanName } from '../content/clean-name.js'
import { composeFileCancel, composeFileOffer, composeFileRefusal } from '../content/compose.js'
import { endReceive, receiveTunnelLost, takeChunk, takeProof } from '../content/file-receive.js'
import { endSend, sendTunnelLost, takeProgress, takeRequest } from '../content/file-send.js'
import type { ParsedContent } from '../content/parse.js'
import { ensure } from '../errors.js'
import type { FileSource } from '../ports/files.js'
import type { Platform } from '../ports/platform.js'
import type { FileOptions, FileStage, FileTransfer } from './api.js'
import { createReceivedFiles, type ReceivedFiles } from './received-files.js'
import { createReceiving } from './receiving.js'
import type { RunningTunnel } from './run-tunnel.js'
import { createSending } from './sending.js'
import {
  blobSource,
  type Entry,
  entryRecord,
  isOver,
  makeEntry,
  removedRecord,
  restoredEntry,
  shown,
  storedStage,
  watch,
  wholeProgress,
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
  /** The message that offered it is gone: the file goes with it, and what still comes of it is ignored. */
  drop(file: Uint8Array): { readonly commit: readonly Change[]; after(): Promise<void> }
  /** Reads the table anew, which another own device changed; what moves here goes on unless it was ended there. */
  reload(): Promise<void>
  list(): FileTransfer[]
  /** What can be done with files that the vault holds. */
  readonly received: ReceivedFiles['calls']
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
  queue(make: (sequence: number) => Content, changes: readonly Change[]): Promise<unknown>
}

/** How many whole files are told of again on a new tunnel. */
const PROGRESS_REPEATED = 64

/** How many files that are gone are cancelled in one run of the program. */
const LOST_ANSWERED = 64

type EndStage = 'refused' | 'cancelled' | 'failed'

const NOTHING = { commit: [], after: async () => undefined } as const

export async function createTransfers(options: TransfersOptions): Promise<Transfers> {
  const { vault } = options
  const { host } = options.platform
  const table = `file/${toHex(options.conversation)}`
  const entries = new Map<string, Entry>()
  /** Files that were asked for, are gone here, and were cancelled therefore. */
  const lost = new Set<string>()
  let live: RunningTunnel | undefined
  let closed = false

  const received = createReceivedFiles({
    platform: options.platform,
    vault: vault.name,
    conversation: toHex(options.conversation),
    entry: (id) => known(id, true),
    commit: (entry) => setStage(entry, entry.stage),
  })
  await received.restore(vault, table, entries)

  function tell(entry: Entry): void {
    for (const watcher of [...entry.watchers]) watcher()
    options.emit(shown(entry, options.contact))
  }

  function stored(entry: Entry, stage: FileStage): Change {
    const record =
      entry.removed === true
        ? removedRecord(entry, options.conversation)
        : entryRecord(entry, stage, options.conversation)
    return put(table, entry.id, FileRecord, record)
  }

  async function setStage(entry: Entry, stage: FileStage): Promise<void> {
    const before = entry.stage
    entry.stage = stage
    try {
      await vault.commit([stored(entry, stage)])
    } catch (error) {
      if (entry.stage === stage) entry.stage = before
      throw error
    }
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

  /** From this moment on nothing of it moves. */
  async function end(entry: Entry, stage: EndStage): Promise<void> {
    entry.stage = stage
    live?.dropFile(entry.file)
    await release(entry).finally(() => tell(entry))
  }

  /** Ends it from this side. What it has on disk goes first: a full one may need the room to store the end. */
  async function stop(entry: Entry, stage: EndStage): Promise<void> {
    if (isOver(entry) || closed) return
    const compose = stage === 'refused' ? composeFileRefusal : composeFileCancel
    await end(entry, stage)
    await options.queue((sequence) => compose(host, sequence, entry.file), [stored(entry, stage)])
  }

  /** The same for nobody who waits. If the end cannot be stored, the file goes on when the vault is opened again. */
  async function giveUp(entry: Entry, stage: EndStage): Promise<void> {
    await stop(entry, stage).catch(() => undefined)
  }

  const receiving = createReceiving({
    platform: options.platform,
    place: received.place,
    tunnel: () => live,
    isClosed: () => closed,
    tell,
    complete(entry) {
      entry.stored = true
      return setStage(entry, 'complete')
    },
    fail: (entry) => giveUp(entry, 'failed'),
  })

  async function removed(entry: Entry): Promise<void> {
    if (isOver(entry)) await release(entry)
    else await end(entry, 'cancelled')
    await received.forget(entry)
  }

  async function followed(id: string, record: FileRecord): Promise<void> {
    const entry = entries.get(id)
    const stage = storedStage(record)
    if (entry === undefined) {
      const made = restoredEntry(id, record, false)
      // Offered by a device that has it: nothing of it failed.
      if (record.outgoing) Object.assign(made, { stage, elsewhere: true })
      entries.set(id, made)
      if (made.removed !== true) tell(made)
    } else if (record.state === FileState.REMOVED && entry.removed !== true) {
      entry.removed = true
      await removed(entry)
    } else if (!isOver(entry) && stage === 'complete') {
      entry.stage = stage
      tell(entry)
    } else if (!isOver(entry) && (stage === 'refused' || stage === 'cancelled' || stage === 'failed')) {
      await end(entry, stage)
    }
  }

  const sending = createSending({
    host,
    tunnel: () => live,
    tell,
    async queue(entry, content) {
      entries.set(entry.id, entry)
      try {
        await options.queue((sequence) => composeFileOffer(host, sequence, content), [stored(entry, 'offered')])
      } catch (error) {
        entries.delete(entry.id)
        throw error
      }
    },
    fail: (entry) => void giveUp(entry, 'failed'),
  })
  const { offer, pull } = sending

  return {
    attach(tunnel) {
      live = tunnel
      const whole = [...entries.values()].filter(({ outgoing, stage }) => !outgoing && stage === 'complete')
      // The last progress may have been lost with the tunnel before (10-27).
      tunnel.queueRecords(whole.slice(-PROGRESS_REPEATED).map(wholeProgress), 'bulk')
      for (const entry of entries.values()) {
        if (!entry.outgoing && entry.stage === 'accepted') {
          receiving.request(entry).catch(() => giveUp(entry, 'failed'))
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
          if (entry.receive !== undefined) receiving.perform(entry, takeChunk(entry.receive.machine, body.value))
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
          const { file, size, root, media } = content
          const entry = makeEntry(id, { file, name: cleanName(content.name), size, root, media }, false, 'offered')
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
          if (entry === undefined || isOver(entry)) return NOTHING
          return {
            commit: [stored(entry, stage)],
            async after() {
              if (!isOver(entry)) await end(entry, stage)
            },
          }
        }
        default:
          return NOTHING
      }
    },
    offer: async (source, fileOptions) => shown(await offer(source, fileOptions), options.contact),
    async send(file, fileOptions = {}) {
      const entry = await offer('read' in file ? file : blobSource(file), fileOptions)
      await watch(entry, fileOptions, () => void giveUp(entry, 'cancelled'))
    },
    async accept(id) {
      const entry = known(id, true)
      const isAsked = entry.stage === 'offered' && entry.accepting !== true
      ensure(isAsked, 'wrong_state', 'this file is not waiting for an answer')
      entry.accepting = true
      try {
        await receiving.open(entry)
        await setStage(entry, 'accepted')
      } finally {
        entry.accepting = false
      }
      await receiving.request(entry)
    },
    refuse: (id) => stop(known(id, true), 'refused'),
    async cancel(id) {
      const entry = entries.get(id)
      ensure(entry !== undefined, 'not_found', 'no such file in this conversation')
      await stop(entry, 'cancelled')
    },
    drop(file) {
      const entry = entries.get(toHex(file))
      if (entry === undefined) return NOTHING
      // From now on: a stage that is stored behind this must not bring its name back.
      entry.removed = true
      return { commit: [stored(entry, 'cancelled')], after: () => removed(entry) }
    },
    async reload() {
      for (const [id, record] of await vault.entries(table, FileRecord)) await followed(id, record)
    },
    received: received.calls,
    list: () =>
      [...entries.values()].filter(({ removed }) => removed !== true).map((entry) => shown(entry, options.contact)),
    async close() {
      closed = true
      live = undefined
      for (const entry of entries.values()) {
        await entry.opening?.catch(() => undefined)
        await entry.receive?.disk.idle()
        await entry.receive?.sink.close()
        await entry.send?.source.close()
        wipe(entry.stream?.key)
        entry.closed = true
        for (const watcher of [...entry.watchers]) watcher()
      }
    },
  }

  /** What the other side asks for is gone: its source with a restart, or all of it with an older vault (10-19). */
  async function cancelLost(file: Uint8Array, entry: Entry | undefined): Promise<void> {
    if (entry !== undefined && (!entry.outgoing || entry.stage === 'complete' || entry.elsewhere === true)) return
    // Each answer is stored: asking again and again must not fill the vault.
    if (lost.has(toHex(file)) || lost.size >= LOST_ANSWERED) return
    lost.add(toHex(file))
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
