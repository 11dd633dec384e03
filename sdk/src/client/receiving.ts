/**
 * The files of one conversation that come in (spec/10 section 8): runs the receiving machine of each over its sink.
 * Not its concern: consent, and what the vault keeps.
 */
import type { Record } from '@solo2/proto/tunnel'
import {
  blockHashed,
  blockWritten,
  createFileReceive,
  type ReceiveStep,
  receiveProgress,
  requestFile,
} from '../content/file-receive.js'
import { Solo2Error } from '../errors.js'
import { CHOSEN, PROTOCOL } from '../limits.js'
import type { FilePlace } from '../ports/files.js'
import type { Platform } from '../ports/platform.js'
import { newStreamKey } from '../vault/file-stream.js'
import type { HeldFile } from './api.js'
import type { RunningTunnel } from './run-tunnel.js'
import { sealedSink } from './sealed-file.js'
import { createSerial } from './serial.js'
import { type Entry, isOver } from './transfer-entry.js'

export interface Receiving {
  /** Opens the sink, once. Rejects with `wrong_state` if the file ended meanwhile, `closed` if the vault was locked. */
  open(entry: Entry): Promise<void>
  /**
   * Asks for what is missing on the live tunnel, if there is one, unless the file is paused. What its disk refuses holds it;
   * does not reject.
   */
  request(entry: Entry): Promise<void>
  /** Goes on with a file that was held: tells the sender what is durable, or asks for what is missing. */
  resume(entry: Entry): Promise<void>
  /** No file is asked for again from now on. */
  close(): void
  /** Keeps a step of the machine and performs it. */
  perform(entry: Entry, step: ReceiveStep): void
}

export interface ReceivingOptions {
  readonly platform: Platform
  /** Where a file's bytes lie. */
  place(entry: Entry): FilePlace
  tunnel(): RunningTunnel | undefined
  /** The vault is locked: nothing is started or blamed any more. */
  isClosed(): boolean
  tell(entry: Entry): void
  /** Every byte is on disk. */
  complete(entry: Entry): Promise<void>
  /** Its sender is broken or lies; does not reject. */
  fail(entry: Entry): Promise<void>
}

export function createReceiving(options: ReceivingOptions): Receiving {
  const { place, tunnel, isClosed, tell, complete, fail } = options
  const { host, files } = options.platform
  /** By entry: ends the wait for the next try. */
  const retries = new Map<Entry, () => void>()

  function perform(entry: Entry, step: ReceiveStep): void {
    const { receive } = entry
    if (receive === undefined) return
    receive.machine = step.receive
    for (const output of step.outputs) {
      switch (output.type) {
        case 'send':
          send(entry, output.record)
          break
        case 'hash':
          onDisk(entry, async () => {
            const leaf = await host.digest(output.preimage)
            perform(entry, blockHashed(receive.machine, output.preimage, leaf, host.primitives))
          })
          break
        case 'damaged':
          damaged(entry, output.block)
          break
        case 'write':
          onDisk(entry, async () => {
            await receive.sink.write(output.offset, output.data)
            if (entry.held !== 'paused') entry.held = undefined
            if (output.offset === (entry.damaged?.block ?? -1) * PROTOCOL.FILE_BLOCK_BYTES) entry.damaged = undefined
            perform(entry, blockWritten(receive.machine, output.offset + output.data.length, host.primitives))
            tell(entry)
          })
          break
        case 'complete':
          onDisk(entry, async () => {
            await receive.sink.close()
            await complete(entry)
            entry.receive = undefined
          })
          break
        default:
          output satisfies never
      }
    }
  }

  /** A paused file says nothing of how far it is: the sender stops at the end of the window (10-57). */
  function send(entry: Entry, record: Record): void {
    const isWhole = entry.receive?.machine.phase.stage === 'complete'
    const isUnsaid = entry.held === 'paused' && !isWhole
    // What was not said before is told by what is said now: saying it later would take progress back (10-26).
    entry.unsaid = isUnsaid ? record : undefined
    if (!isUnsaid) tunnel()?.queueRecords([record], 'bulk')
  }

  /** Its sender's disk or memory may have failed once: the block is asked for again. Who sends nothing better is broken or lies (10-28). */
  function damaged(entry: Entry, block: number): void {
    const times = entry.damaged?.block === block ? entry.damaged.times + 1 : 1
    entry.damaged = { block, times, isAsked: false }
    tell(entry)
    if (times > PROTOCOL.FILE_BLOCK_RETRIES) void fail(entry)
    else askAgain(entry)
  }

  /** Once: a second request would start anew what is on its way, and the block that comes twice ends the tunnel (10-25). */
  function askAgain(entry: Entry): void {
    // Behind the writes of the blocks before, so that it is asked for from this one on.
    onDisk(entry, async () => {
      if (entry.damaged?.isAsked === false) await request(entry)
    })
  }

  /** One job of a file after the other. What the disk refuses holds the file. */
  function onDisk(entry: Entry, job: () => Promise<void>): void {
    const { receive } = entry
    const unlessOver = async () => {
      if (!isClosed() && entry.receive === receive) await job()
    }
    receive?.disk.run(unlessOver).catch((error: unknown) => {
      if (entry.receive === receive) refused(entry, error)
    })
  }

  function refused(entry: Entry, error: unknown): void {
    if (isClosed() || isOver(entry)) return
    const failure = Solo2Error.from(error, 'storage_failed', 'the file could not be written')
    // An empty file whose root is not that of nothing.
    if (failure.culprit === 'peer') void fail(entry)
    else hold(entry, failure.code === 'storage_full' ? failure.code : 'storage_failed')
  }

  /** Lets go of its sink; what still comes of it is ignored until it is asked for again (10-56). */
  function hold(entry: Entry, why: HeldFile): void {
    const { receive } = entry
    entry.receive = undefined
    if (receive !== undefined) {
      entry.had = receiveProgress(receive.machine)
      receive.disk.run(() => receive.sink.close()).catch(() => undefined)
    }
    if (entry.held === 'paused') return
    entry.held = why
    retries.get(entry)?.()
    const cancel = host.after(CHOSEN.FILE_RETRY_MS, () => void request(entry))
    retries.set(entry, cancel)
    tell(entry)
  }

  function open(entry: Entry): Promise<void> {
    entry.opening ??= openSink(entry).finally(() => {
      entry.opening = undefined
    })
    return entry.opening
  }

  async function openSink(entry: Entry): Promise<void> {
    const { file, size, root } = entry
    entry.stream ??= newStreamKey(host)
    const sink = await sealedSink(files, host.aead, { place: place(entry), stream: entry.stream, size })
    if (isClosed() || isOver(entry)) {
      await (isClosed() ? sink.close() : sink.discard())
      throw new Solo2Error(isClosed() ? 'closed' : 'wrong_state', 'the file ended before it was opened')
    }
    entry.receive = { machine: createFileReceive({ file, size, root }, sink.durable), sink, disk: createSerial() }
  }

  async function request(entry: Entry): Promise<void> {
    retries.get(entry)?.()
    retries.delete(entry)
    if (entry.held === 'paused' || isClosed() || isOver(entry)) return
    entry.unsaid = undefined
    try {
      if (entry.receive === undefined) await open(entry)
      const on = tunnel()
      if (entry.receive === undefined || on === undefined) return
      const isAgain = entry.asked === on
      entry.asked = on
      if (entry.damaged !== undefined) entry.damaged.isAsked = true
      perform(entry, requestFile(entry.receive.machine, host.primitives, isAgain))
    } catch (error) {
      refused(entry, error)
    }
  }

  return {
    open,
    request,
    perform,
    async resume(entry) {
      const { unsaid, receive } = entry
      entry.unsaid = undefined
      const on = tunnel()
      if (receive === undefined || on === undefined || entry.asked !== on) return request(entry)
      if (unsaid !== undefined) on.queueRecords([unsaid], 'bulk')
      // Nobody asked for the block again while it was paused.
      askAgain(entry)
    },
    close() {
      for (const cancel of retries.values()) cancel()
      retries.clear()
    },
  }
}
