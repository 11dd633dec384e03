/**
 * The files of one conversation (spec/10 sections 6 to 8): runs the sending and receiving machines over sources and sinks.
 * An offer is a queued content; the recipient's acceptance asks for the bytes on each tunnel until all are on its disk.
 */

import type { Content } from '@solo2/proto/content'
import { FileRecord, FileState } from '@solo2/proto/vault'
import { toHex, wipe } from '../bytes/bytes.js'
import { cleanName } from '../content/clean-name.js'
import { composeFileCancel, composeFileOffer, composeFileRefusal } from '../content/compose.js'
import { endReceive, receiveTunnelLost } from '../content/file-receive.js'
import { endSend, sendTunnelLost } from '../content/file-send.js'
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
import { createTransferRecords, type FileBody } from './transfer-records.js'
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
  pause(file: string): Promise<void>
  resume(file: string, source?: FileSource, options?: FileOptions): Promise<void>
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

/** How many whole files are told of again on a new tunnel, at least: the last that came. */
const PROGRESS_REPEATED = 64

type EndStage = 'refused' | 'cancelled' | 'failed'

const NOTHING = { commit: [], after: async () => undefined } as const

export async function createTransfers(options: TransfersOptions): Promise<Transfers> {
  const { vault } = options
  const { host } = options.platform
  const table = `file/${toHex(options.conversation)}`
  const entries = new Map<string, Entry>()
  let live: RunningTunnel | undefined
  let closed = false
  /** When the latest tunnel of this run began; undefined before the first. */
  let attachedAt: number | undefined

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

  /** As it was if that cannot be stored. */
  async function setPaused(entry: Entry, held: 'paused' | undefined): Promise<void> {
    const before = entry.held
    entry.held = held
    try {
      await setStage(entry, entry.stage)
    } catch (error) {
      if (entry.held === held) entry.held = before
      throw error
    }
  }

  function known(id: string, incoming: boolean): Entry {
    const entry = entries.get(id)
    ensure(entry !== undefined && entry.outgoing === !incoming, 'not_found', 'no such file in this conversation')
    return entry
  }

  /** Lets go of both machines, source and sink: a conversation keeps its ended files for years. What is on disk of an unfinished file is removed. */
  async function release(entry: Entry): Promise<void> {
    const { send, receive } = entry
    if (send !== undefined) {
      send.machine = endSend(send.machine)
      entry.send = undefined
      await send.source.close()
    }
    if (receive !== undefined && entry.stage !== 'complete') {
      receive.machine = endReceive(receive.machine)
      entry.receive = undefined
      await receive.disk.run(async () => receive.sink.discard())
    } else if (!entry.outgoing && entry.stream !== undefined && entry.stage !== 'complete') {
      await options.platform.files.remove(received.place(entry))
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
      entry.completedAt = host.now()
      return setStage(entry, 'complete')
    },
    fail: (entry) => giveUp(entry, 'failed'),
  })

  /** What is accepted and not here yet needs room too. Rejects with `storage_full`. */
  async function ensureRoom(entry: Entry): Promise<void> {
    const room = await options.platform.files.room?.().catch(() => undefined)
    if (room === undefined) return
    const coming = [...entries.values()].filter((one) => !one.outgoing && one.stage === 'accepted')
    const missing = coming.reduce((sum, one) => sum + one.size - shown(one, options.contact).bytes, entry.size)
    ensure(missing <= room, 'storage_full', 'this device has no room for the file')
  }

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
      if (record.outgoing) Object.assign(made, { elsewhere: true, held: undefined, reopening: undefined })
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

  /** Whole incoming files in the order in which they came: all since that time, and the last of them in any case. */
  function cameLast(since = Number.POSITIVE_INFINITY): Entry[] {
    const whole = [...entries.values()].filter(({ outgoing, stage }) => !outgoing && stage === 'complete')
    whole.sort((a, b) => a.completedAt - b.completedAt)
    const owed = whole.filter(({ completedAt }) => completedAt >= since).length
    return whole.slice(-Math.max(PROGRESS_REPEATED, owed))
  }

  const sending = createSending({
    host,
    files: options.platform.files,
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
  })
  const { offer, pull } = sending
  const records = createTransferRecords({
    entry: (file) => entries.get(toHex(file)),
    perform: receiving.perform,
    pull,
    tell,
    setStage,
    release,
    cancel: (file) => options.queue((sequence) => composeFileCancel(host, sequence, file), []),
  })

  return {
    attach(tunnel) {
      live = tunnel
      // The last progress may have been lost with the tunnel before (10-27).
      tunnel.queueRecords(cameLast(attachedAt).map(wholeProgress), 'bulk')
      attachedAt = host.now()
      for (const entry of entries.values()) {
        const isSourceless = entry.outgoing && entry.send === undefined && entry.reopening === undefined
        if (isSourceless && entry.reference !== undefined && !isOver(entry)) void sending.reopen(entry)
        if (!entry.outgoing && entry.stage === 'accepted') {
          void receiving.request(entry)
        }
      }
    },
    detach(tunnel) {
      if (live !== tunnel) return
      live = undefined
      for (const entry of entries.values()) {
        if (entry.reopening !== undefined) entry.reopening.asked = undefined
        if (entry.send !== undefined) entry.send.machine = sendTunnelLost(entry.send.machine)
        entry.unsaid = undefined
        if (entry.receive !== undefined) entry.receive.machine = receiveTunnelLost(entry.receive.machine)
      }
    },
    room() {
      for (const entry of entries.values()) pull(entry)
    },
    onRecord: records.take,
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
        await ensureRoom(entry)
        await receiving.open(entry)
        await setStage(entry, 'accepted')
      } finally {
        entry.accepting = false
      }
      await receiving.request(entry)
    },
    async pause(id) {
      const entry = entries.get(id)
      ensure(entry !== undefined, 'not_found', 'no such file in this conversation')
      const isMoving = entry.stage === 'accepted' || (entry.outgoing && entry.stage === 'offered')
      ensure(isMoving && entry.held !== 'paused', 'wrong_state', 'this file does not move')
      await setPaused(entry, 'paused')
    },
    async resume(id, source, fileOptions) {
      const entry = entries.get(id)
      ensure(entry !== undefined, 'not_found', 'no such file in this conversation')
      ensure(entry.held !== undefined && !isOver(entry), 'wrong_state', 'this file is not held')
      if (entry.held === 'source') {
        if (source !== undefined) await sending.chosen(entry, source, fileOptions)
        else await sending.reopen(entry)
        return
      }
      // What waits for its disk stays so until a write succeeds; nothing of that is stored.
      if (entry.held === 'paused') await setPaused(entry, undefined)
      if (entry.outgoing) pull(entry)
      else await receiving.resume(entry)
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
      receiving.close()
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
}
