/**
 * How the items of one replica come to another (spec/11 section 9): each tells what it knows, the other sends what is missing
 * in batches, each taken before the next but a few.
 *
 *   A                                     B
 *   | Summary {known, partial} --------->|
 *   |<----------------- Batch 1, 2, ... |   sorted by replica, then counter: so a cut leaves a prefix
 *   | Taken 1, 2, ... ----------------->|   only after the commit
 *   |<------- Batch n {known of B} -----|   A: known = the join of both
 */
import { type Stamp, SyncItem, SyncMessage } from '@solo2/proto/sync'
import { toHex } from '../../bytes/bytes.js'
import { decodeCanonical, encode } from '../../bytes/canonical.js'
import { ensure } from '../../errors.js'
import { PROTOCOL } from '../../limits.js'
import { checkItem } from './item.js'
import { compareStamps, covers, fromVersionVector, joinVectors, type Vector, withStamp } from './stamp.js'

/** An item's key and dot: what is kept in memory of each. */
export interface Indexed {
  readonly key: string
  readonly dot: Stamp
}

/** By replica, then counter. */
function inOrder(a: Indexed, b: Indexed): number {
  const [x, y] = [toHex(a.dot.replica), toHex(b.dot.replica)]
  return x === y ? compareStamps(a.dot, b.dot) : x < y ? -1 : 1
}

/** What the other side lacks, in the order of sending. */
export function missing<T extends Indexed>(items: Iterable<T>, theirs: Vector): T[] {
  return [...items].filter(({ dot }) => !covers(theirs, dot)).sort(inOrder)
}

/** How many of these items fit into one batch: at least one, however long. */
export function batchLength(items: readonly SyncItem[]): number {
  let bytes = 0
  for (const [i, item] of items.entries()) {
    bytes += encode(SyncItem, item).length
    if (i > 0 && (bytes > PROTOCOL.SYNC_BATCH_BYTES / 2 || i >= PROTOCOL.SYNC_BATCH_ITEMS)) return i
  }
  return items.length
}

/**
 * How far a round has come that may be cut off: the dots of what came, of changes that the sender knows all of. What it
 * holds beyond that would be no prefix, and comes again.
 */
export function withTaken(partial: Vector, items: readonly SyncItem[], senderKnows: Vector): Vector {
  return items.reduce((vector, { dot }) => {
    return dot !== undefined && covers(senderKnows, dot) ? withStamp(vector, dot) : vector
  }, partial)
}

/** What a summary says that its sender does not need from us. */
export function claimed(known: Vector, partial: Vector): Vector {
  return joinVectors(known, partial)
}

type AnyMessage = NonNullable<SyncMessage['message']>

/** Throws `too_long`, `malformed`, `not_canonical`. */
export function decodeSyncMessage(bytes: Uint8Array): AnyMessage {
  ensure(bytes.length <= PROTOCOL.SYNC_BATCH_BYTES, 'too_long', 'longer than any message between own devices')
  const { message } = decodeCanonical(SyncMessage, bytes)
  ensure(message !== undefined, 'malformed', 'an empty message')
  checkMessage(message)
  return message
}

function checkMessage(message: AnyMessage): void {
  switch (message.$case) {
    case 'summary':
      fromVersionVector(message.value.known)
      fromVersionVector(message.value.partial)
      return
    case 'batch': {
      const { number, items, known } = message.value
      ensure(number >= 1 && items.length <= PROTOCOL.SYNC_BATCH_ITEMS, 'malformed', 'not a batch')
      for (const item of items) checkItem(item)
      if (known !== undefined) fromVersionVector(known)
      return
    }
    case 'taken':
      ensure(message.value.number >= 1, 'malformed', 'batches count from 1')
  }
}
