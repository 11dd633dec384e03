/**
 * The files of one conversation that come in (spec/10 section 8): runs the receiving machine of each over its sink.
 * Not its concern: consent, and what the vault keeps.
 */
import { blockHashed, blockWritten, createFileReceive, type ReceiveStep, requestFile } from '../content/file-receive.js'
import { Solo2Error } from '../errors.js'
import type { FilePlace } from '../ports/files.js'
import type { Platform } from '../ports/platform.js'
import { newStreamKey } from '../vault/file-stream.js'
import type { RunningTunnel } from './run-tunnel.js'
import { sealedSink } from './sealed-file.js'
import { createSerial } from './serial.js'
import { type Entry, isOver } from './transfer-entry.js'

export interface Receiving {
  /** Opens the sink, once. Rejects with `wrong_state` if the file ended meanwhile, `closed` if the vault was locked. */
  open(entry: Entry): Promise<void>
  /** Asks for what is missing on the live tunnel, if there is one. */
  request(entry: Entry): Promise<void>
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
  /** Cannot go on; does not reject. */
  fail(entry: Entry): Promise<void>
}

export function createReceiving(options: ReceivingOptions): Receiving {
  const { place, tunnel, isClosed, tell, complete, fail } = options
  const { host, files } = options.platform

  function perform(entry: Entry, step: ReceiveStep): void {
    const { receive } = entry
    if (receive === undefined) return
    receive.machine = step.receive
    for (const output of step.outputs) {
      switch (output.type) {
        case 'send':
          tunnel()?.queueRecords([output.record], 'bulk')
          break
        case 'hash':
          onDisk(entry, async () => {
            const leaf = await host.digest(output.preimage)
            perform(entry, blockHashed(receive.machine, output.preimage, leaf, host.primitives))
          })
          break
        case 'write':
          onDisk(entry, async () => {
            await receive.sink.write(output.offset, output.data)
            perform(entry, blockWritten(receive.machine, output.offset + output.data.length, host.primitives))
            tell(entry)
          })
          break
        case 'complete':
          onDisk(entry, async () => {
            await receive.sink.close()
            await complete(entry)
          })
          break
        default:
          output satisfies never
      }
    }
  }

  /** One job of a file after the other. A block that is not of the file ends the tunnel; a full disk ends the file. */
  function onDisk(entry: Entry, job: () => Promise<void>): void {
    const unlessClosed = async () => {
      if (!isClosed()) await job()
    }
    entry.receive?.disk.run(unlessClosed).catch((error: unknown) => {
      const failure = Solo2Error.from(error, 'storage_failed', 'the file could not be written')
      // A sender whose block is not of the file is broken or lies (10-28): the file ends, and the tunnel too.
      const ended = fail(entry)
      if (failure.culprit === 'peer') void ended.then(() => tunnel()?.end(failure))
    })
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
    if (entry.receive === undefined) await open(entry)
    if (entry.receive !== undefined && tunnel() !== undefined) {
      perform(entry, requestFile(entry.receive.machine, host.primitives))
    }
  }

  return { open, request, perform }
}
