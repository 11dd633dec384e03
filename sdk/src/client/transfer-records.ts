/** The records of files that come on the live tunnel (spec/10 section 8): each to the machine that it is for. */
import type { Record } from '@solo2/proto/tunnel'
import { toHex } from '../bytes/bytes.js'
import { takeChunk, takeProof } from '../content/file-receive.js'
import { checkRequest, takeProgress, takeRequest } from '../content/file-send.js'
import { ensure } from '../errors.js'
import type { FileStage } from './api.js'
import type { Receiving } from './receiving.js'
import { type Entry, isOver } from './transfer-entry.js'

export type FileBody = Extract<
  NonNullable<Record['body']>,
  { $case: 'fileChunk' | 'fileProof' | 'fileRequest' | 'fileProgress' }
>

export interface TransferRecords {
  /** Rejects with `bad_content`: the tunnel ends. */
  take(body: FileBody): Promise<void>
}

export interface TransferRecordsOptions {
  /** `file`: 16 bytes. */
  entry(file: Uint8Array): Entry | undefined
  readonly perform: Receiving['perform']
  /** Gives the tunnel what it has room for. */
  pull(entry: Entry): void
  tell(entry: Entry): void
  setStage(entry: Entry, stage: FileStage): Promise<void>
  release(entry: Entry): Promise<void>
  /** Queues a cancel of a file that this side does not have any more. */
  cancel(file: Uint8Array): Promise<unknown>
}

/** How many files that are gone are cancelled in one run of the program. */
const LOST_ANSWERED = 64

export function createTransferRecords(options: TransferRecordsOptions): TransferRecords {
  const { perform, pull, tell, setStage, release } = options
  /** Files that were asked for, are gone here, and were cancelled therefore. */
  const lost = new Set<string>()

  async function onRequest(entry: Entry | undefined, file: Uint8Array, offset: number): Promise<void> {
    if (entry?.outgoing === true) checkRequest(entry.size, offset)
    if (entry?.reopening !== undefined) {
      entry.reopening.asked = offset
      if (entry.stage === 'offered') await setStage(entry, 'accepted')
      return
    }
    if (entry?.outgoing !== true || entry.send === undefined) return cancelLost(file, entry)
    entry.send.machine = takeRequest(entry.send.machine, offset)
    if (entry.stage === 'offered') await setStage(entry, 'accepted')
    pull(entry)
  }

  /** What the other side asks for is gone: its source with a restart, or all of it with an older vault (10-19). */
  async function cancelLost(file: Uint8Array, entry: Entry | undefined): Promise<void> {
    if (entry !== undefined && (!entry.outgoing || isOver(entry) || entry.elsewhere === true)) return
    // Each answer is stored: asking again and again must not fill the vault.
    if (lost.has(toHex(file)) || lost.size >= LOST_ANSWERED) return
    lost.add(toHex(file))
    await options.cancel(file)
  }

  async function onProgress(entry: Entry, offset: number): Promise<void> {
    const { send } = entry
    if (send !== undefined) send.machine = takeProgress(send.machine, offset)
    const isWhole = send === undefined ? offset === entry.size : send.machine.phase.stage === 'complete'
    if (isWhole && !isOver(entry)) {
      await setStage(entry, 'complete')
      await release(entry)
    } else {
      tell(entry)
    }
    pull(entry)
  }

  return {
    async take(body) {
      const entry = options.entry(body.value.file)
      switch (body.$case) {
        case 'fileRequest':
          return onRequest(entry, body.value.file, Number(body.value.offset))
        case 'fileProgress':
          if (entry?.outgoing === true) await onProgress(entry, Number(body.value.offset))
          return
        case 'fileProof':
          ensure(entry?.outgoing === false, 'bad_content', 'a block of no file that was offered')
          if (entry.receive !== undefined) entry.receive.machine = takeProof(entry.receive.machine, body.value)
          return
        case 'fileChunk':
          ensure(entry?.outgoing === false, 'bad_content', 'bytes of no file that was offered')
          if (entry.receive !== undefined) perform(entry, takeChunk(entry.receive.machine, body.value))
          return
        default:
          body satisfies never
      }
    },
  }
}
