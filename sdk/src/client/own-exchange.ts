/** The exchange of items on one tunnel between own devices (spec/11 section 9): rounds out, batches in. */
import { type SyncItem, SyncMessage, SyncPart } from '@solo2/proto/sync'
import { concat } from '../bytes/bytes.js'
import { decodeCanonical, encode } from '../bytes/canonical.js'
import { ensure } from '../errors.js'
import { CHOSEN, PROTOCOL } from '../limits.js'
import { batchLength, claimed, decodeSyncMessage, type Indexed } from '../vault/merge/exchange.js'
import { fromVersionVector, joinVectors, toVersionVector, type Vector } from '../vault/merge/stamp.js'
import type { OwnStore } from './own-store.js'
import { createSerial } from './serial.js'

type Message = NonNullable<SyncMessage['message']>

export interface ExchangeOptions {
  readonly store: OwnStore
  /** The other device, 16 bytes. */
  readonly device: Uint8Array
  /** One Content stream of the tunnel. */
  give(bytes: Uint8Array): void
  /** Items of the round that are still to come. */
  onProgress(remaining: number): void
  /** A round ended: what came can be shown. */
  onRound(): Promise<void>
  fail(error: unknown): void
}

export interface Exchange {
  start(): void
  /** Throws what the other side's bytes deserve. */
  receive(bytes: Uint8Array): Promise<void>
  /** Something was written or joined here. */
  written(): void
}

interface Round {
  readonly queue: readonly Indexed[]
  readonly knows: Vector
  at: number
  /** The last batch is on its way. */
  isOver: boolean
}

export function createExchange({ store, device, give, onProgress, onRound, fail }: ExchangeOptions): Exchange {
  const sending = createSerial()
  let parts: Uint8Array[] = []
  /** What the other side needs no more: told by it, then taken. */
  let theirs: Vector | undefined
  let senderKnows: Vector = new Map()
  let round: Round | undefined
  let number = 0
  let open = 0

  function say(message: Message): void {
    const bytes = encode(SyncMessage, { message })
    for (let at = 0; at < bytes.length; at += PROTOCOL.SYNC_PART_BYTES) {
      const data = bytes.slice(at, at + PROTOCOL.SYNC_PART_BYTES)
      give(encode(SyncPart, { last: at + data.length === bytes.length, data }))
    }
  }

  function pump(): void {
    sending.run(sendMore).catch(fail)
  }

  async function sendMore(): Promise<void> {
    while (theirs !== undefined && open < CHOSEN.SYNC_BATCHES_OPEN) {
      round ??= nextRound(theirs)
      if (round === undefined || round.isOver) return
      await sendBatch(round)
    }
  }

  function nextRound(known: Vector): Round | undefined {
    const knows = store.known()
    const queue = store.missing(known)
    const isNews = [...knows].some(([replica, counter]) => (known.get(replica) ?? 0n) < counter)
    return queue.length > 0 || isNews ? { queue, knows, at: 0, isOver: false } : undefined
  }

  async function sendBatch(current: Round): Promise<void> {
    const wanted = current.queue.slice(current.at, current.at + PROTOCOL.SYNC_BATCH_ITEMS)
    const read: SyncItem[] = []
    for (const { key } of wanted) {
      const item = await store.read(key)
      ensure(item !== undefined, 'internal', 'an item of the index is not stored')
      read.push(item)
      if (batchLength(read) < read.length) break
    }
    const items = read.slice(0, batchLength(read))
    current.at += items.length
    const remaining = current.queue.length - current.at
    current.isOver = remaining === 0
    number++
    open++
    const known = current.isOver ? toVersionVector(current.knows) : undefined
    say({ $case: 'batch', value: { number, items, remaining, known } })
  }

  async function take(message: Message): Promise<void> {
    switch (message.$case) {
      case 'summary': {
        ensure(theirs === undefined, 'out_of_order', 'a second summary')
        senderKnows = fromVersionVector(message.value.known)
        await store.renameIfRolledBack(senderKnows)
        theirs = claimed(senderKnows, fromVersionVector(message.value.partial))
        pump()
        return
      }
      case 'batch': {
        ensure(theirs !== undefined, 'out_of_order', 'a batch before the summary')
        const { number: taken, items, remaining, known } = message.value
        const ended = known && fromVersionVector(known)
        await store.take({ device, knows: senderKnows }, items, ended)
        if (ended !== undefined) {
          senderKnows = joinVectors(senderKnows, ended)
          theirs = joinVectors(theirs, ended)
        }
        say({ $case: 'taken', value: { number: taken } })
        onProgress(remaining)
        if (ended !== undefined) await onRound()
        return
      }
      case 'taken':
        ensure(open > 0 && message.value.number === number - open + 1, 'out_of_order', 'not the batch that is open')
        open--
        if (open === 0 && round?.isOver === true) {
          theirs = joinVectors(theirs ?? new Map(), round.knows)
          round = undefined
        }
        pump()
    }
  }

  return {
    start: () =>
      say({
        $case: 'summary',
        value: { known: toVersionVector(store.known()), partial: toVersionVector(store.partial(device)) },
      }),
    async receive(bytes) {
      const { last, data } = decodeCanonical(SyncPart, bytes)
      const length = parts.reduce((sum, part) => sum + part.length, data.length)
      ensure(data.length > 0 && data.length <= PROTOCOL.SYNC_PART_BYTES, 'malformed', 'a part has 1 to 65,536 bytes')
      ensure(length <= PROTOCOL.SYNC_BATCH_BYTES, 'too_long', 'longer than any message between own devices')
      parts.push(data)
      if (!last) return
      const whole = concat(...parts)
      parts = []
      await take(decodeSyncMessage(whole))
    },
    written: pump,
  }
}
