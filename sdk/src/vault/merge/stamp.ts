/**
 * Stamps and version vectors (spec/11 section 7). A stamp names one change: a Lamport counter and the replica that made the
 * change. No wall clock takes part, so a wrong one decides nothing.
 */
import type { Stamp, VersionVector } from '@solo2/proto/sync'
import { compare, fromHex, toHex } from '../../bytes/bytes.js'
import { ensure } from '../../errors.js'
import { PROTOCOL } from '../../limits.js'

export type { Stamp }

/** By counter; equal ones are told apart by the replica, alike on every device. */
export function compareStamps(a: Stamp, b: Stamp): number {
  if (a.counter !== b.counter) return a.counter < b.counter ? -1 : 1
  return compare(a.replica, b.replica)
}

/** Throws `malformed`: a counter near the end of its range would leave no room for later changes. */
export function checkStamp(stamp: Stamp | undefined): asserts stamp is Stamp {
  ensure(stamp?.replica.length === PROTOCOL.ID_SIZE, 'malformed', 'a stamp names a replica of 16 bytes')
  const { counter } = stamp
  ensure(counter >= 1n && counter <= BigInt(PROTOCOL.SYNC_COUNTER_MAX), 'malformed', 'a stamp counts from 1 to 2^48')
}

/** For each replica, in hex, the counter up to which its changes are known. */
export type Vector = ReadonlyMap<string, bigint>

export function covers(vector: Vector, { counter, replica }: Stamp): boolean {
  return (vector.get(toHex(replica)) ?? 0n) >= counter
}

/** The higher counter of each replica. */
export function joinVectors(a: Vector, b: Vector): Vector {
  const joined = new Map(a)
  for (const [replica, counter] of b) if ((joined.get(replica) ?? 0n) < counter) joined.set(replica, counter)
  return joined
}

export function withStamp(vector: Vector, { counter, replica }: Stamp): Vector {
  return joinVectors(vector, new Map([[toHex(replica), counter]]))
}

export function toVersionVector(vector: Vector): VersionVector {
  const sorted = [...vector].sort(([a], [b]) => (a < b ? -1 : 1))
  return { highest: sorted.map(([replica, counter]) => ({ counter, replica: fromHex(replica) })) }
}

/** Throws `malformed` for more than 256 replicas, another order than theirs, or one twice. */
export function fromVersionVector(message: VersionVector | undefined): Vector {
  const highest = message?.highest ?? []
  ensure(highest.length <= PROTOCOL.SYNC_REPLICAS, 'malformed', 'a version vector of too many replicas')
  const vector = new Map<string, bigint>()
  let last = ''
  for (const stamp of highest) {
    checkStamp(stamp)
    const replica = toHex(stamp.replica)
    ensure(replica > last, 'malformed', 'replicas stand in ascending order, each once')
    vector.set(replica, stamp.counter)
    last = replica
  }
  return vector
}
