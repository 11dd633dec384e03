/**
 * One vault's part in the synchronisation, as steps over what it has stored (spec/11 section 7): what a change is named, what a
 * received item makes of the one that is held. Not its concern: where items are stored, and how they travel.
 */
import type { Stamp } from '@solo2/proto/sync'
import { toHex } from '../../bytes/bytes.js'
import { ensure } from '../../errors.js'
import { PROTOCOL } from '../../limits.js'
import { highestCounter, type ItemValue, joinItems, type SyncItem } from './item.js'
import { joinVectors, type Vector, withStamp } from './stamp.js'

export interface ReplicaState {
  /** 16 random bytes. */
  readonly id: Uint8Array
  /** The highest counter that it gave or saw. */
  readonly clock: bigint
  /** Changes of others of which none is missing. */
  readonly known: Vector
}

export interface Taken {
  readonly state: ReplicaState
  /** To be stored; undefined if what is held stays as it is. */
  readonly item: SyncItem | undefined
}

export function createReplica(id: Uint8Array): ReplicaState {
  return { id, clock: 0n, known: new Map() }
}

/** What this replica knows, its own changes included. */
export function knownTo(state: ReplicaState): Vector {
  return state.clock === 0n ? state.known : withStamp(state.known, { counter: state.clock, replica: state.id })
}

/** The name of the next change. Throws `wrong_state` when the counter is used up. */
export function nextStamp(state: ReplicaState): { readonly state: ReplicaState; readonly stamp: Stamp } {
  const clock = state.clock + 1n
  ensure(clock <= BigInt(PROTOCOL.SYNC_COUNTER_MAX), 'wrong_state', 'no change can be counted any more')
  return { state: { ...state, clock }, stamp: { counter: clock, replica: state.id } }
}

/** A change that was made here. `make` gives the value, with this stamp where it needs one. */
export function change(
  state: ReplicaState,
  key: Pick<SyncItem, 'contact' | 'id'>,
  held: SyncItem | undefined,
  make: (held: ItemValue | undefined, stamp: Stamp) => ItemValue,
): { readonly state: ReplicaState; readonly item: SyncItem } {
  const next = nextStamp(state)
  const { contact, id } = key
  return { state: next.state, item: { dot: next.stamp, contact, id, value: make(held?.value, next.stamp) } }
}

/** An item that came, checked before by `checkItem`. */
export function takeItem(state: ReplicaState, held: SyncItem | undefined, theirs: SyncItem): Taken {
  const seen = highestCounter(theirs)
  let next = state.clock >= seen ? state : { ...state, clock: seen }
  if (held === undefined) return { state: next, item: theirs }
  const joined = joinItems(held, theirs, () => {
    const named = nextStamp(next)
    next = named.state
    return named.stamp
  })
  return { state: next, item: joined === held ? undefined : joined }
}

/** A round ended: all that the sender knew is known here. */
export function roundTaken(state: ReplicaState, theirs: Vector): ReplicaState {
  const own = toHex(state.id)
  const others = new Map([...theirs].filter(([replica]) => replica !== own))
  return { ...state, known: joinVectors(state.known, others) }
}

/**
 * Whether others know changes of this replica that it does not know itself: the vault is an older copy of itself. It must
 * go on under another name, or two changes would share one.
 */
export function isRolledBack(state: ReplicaState, theirs: Vector): boolean {
  return (theirs.get(toHex(state.id)) ?? 0n) > state.clock
}
