/**
 * The vault as a replica (spec/11 sections 7 and 9): each commit also writes what it means to the other own devices, and what
 * came from them is joined here. A vault that no other device shares has no items. Not its concern: tunnels, and how the
 * tables show what was joined.
 */
import { type Registers, ReplicaRecord, type Stamp, SyncItem } from '@solo2/proto/sync'
import { equal, toHex, utf8, wipe } from '../bytes/bytes.js'
import { encode } from '../bytes/canonical.js'
import { ensure } from '../errors.js'
import { PROTOCOL } from '../limits.js'
import type { Host } from '../ports/host.js'
import { claimed, type Indexed, missing, withTaken } from '../vault/merge/exchange.js'
import { itemKey } from '../vault/merge/item.js'
import { FIELDS, registerOf } from '../vault/merge/registers.js'
import {
  change,
  createReplica,
  isRolledBack,
  knownTo,
  type ReplicaState,
  roundTaken,
  takeItem,
} from '../vault/merge/replica.js'
import { fromVersionVector, toVersionVector, type Vector } from '../vault/merge/stamp.js'
import type { ItemChange } from './own-items.js'
import { createTableReader, scannedTables } from './own-tables.js'
import { createSerial } from './serial.js'
import { type Change, put, type Vault } from './vault-store.js'

export const REPLICA = { table: 'self', id: 'replica' } as const
export const SYNC_TABLE = 'sync'

const NONE = new Uint8Array(0)

export interface OwnStore {
  /** The vault, for everything that other devices shall hear of. */
  readonly vault: Vault
  /** The device's X25519 secret, 32 bytes; undefined before `enable`. */
  readonly deviceSecret: Uint8Array | undefined
  readonly replica: Uint8Array | undefined
  /** From now on this vault is a replica: what is in it becomes items. */
  enable(): Promise<void>
  write(changes: readonly ItemChange[]): Promise<void>
  read(key: string): Promise<SyncItem | undefined>
  items(prefix: string): Promise<SyncItem[]>
  known(): Vector
  partial(device: Uint8Array): Vector
  missing(theirs: Vector): Indexed[]
  /** Joins a batch in one commit. `ended`: the round's last, with what the sender knew. */
  take(from: Sender, items: readonly SyncItem[], ended: Vector | undefined): Promise<void>
  /** Another knows more changes of this replica than itself: takes a new name (11-63). */
  renameIfRolledBack(theirs: Vector): Promise<void>
  /** Contacts, in hex, whose tables wait to be shown. */
  readonly unshown: readonly string[]
  /** Whether more waits to be shown of that contact than what its person and its roots say: lines, files, what was read. */
  hasUnshownLines(contact: string): boolean
  /** Commits what shows a contact, which waits no longer, and gives what `make` found. Nothing else is committed meanwhile. */
  show<T>(contact: Uint8Array, make: () => Promise<{ changes: readonly Change[]; result: T }>): Promise<T>
  onWrite(listener: () => void): void
  close(): void
}

export interface Sender {
  /** 16 bytes. */
  readonly device: Uint8Array
  /** Of its summary. */
  readonly knows: Vector
}

export async function openOwnStore(base: Vault, host: Host): Promise<OwnStore> {
  const commits = createSerial()
  const index = new Map<string, Stamp>()
  const tables = await createTableReader(base, host)
  /** Of the unshown: those of which it is known that no line waits. What waited at the start is not known. */
  const lineless = new Set<string>()
  let record = await base.read(REPLICA.table, REPLICA.id, ReplicaRecord)
  let state: ReplicaState = createReplica(new Uint8Array(PROTOCOL.ID_SIZE))
  let listener: () => void = () => undefined

  if (record !== undefined) {
    state = { id: record.replica, clock: record.clock, known: fromVersionVector(record.known) }
    for (const [, item] of await base.entries(SYNC_TABLE, SyncItem)) index.set(itemKey(item), item.dot as Stamp)
  }

  function nameOf(key: string): string {
    ensure(record !== undefined, 'internal', 'a vault that is no replica has no items')
    return toHex(host.primitives.hmac(record.nameKey, utf8(key)).subarray(0, PROTOCOL.ID_SIZE))
  }

  async function read(key: string): Promise<SyncItem | undefined> {
    return index.has(key) ? base.read(SYNC_TABLE, nameOf(key), SyncItem) : undefined
  }

  /** Commits items and what goes with them; memory follows what is stored. */
  async function store(
    items: ReadonlyMap<string, SyncItem>,
    next: ReplicaState,
    change: Partial<ReplicaRecord>,
    changes: readonly Change[],
  ): Promise<void> {
    ensure(record !== undefined, 'internal', 'a vault that is no replica has no items')
    const { id: replica, clock, known } = next
    const stored = { ...record, ...change, replica, clock, known: toVersionVector(known) }
    await base.commit([
      ...changes,
      ...[...items].map(([key, item]) => put(SYNC_TABLE, nameOf(key), SyncItem, item)),
      put(REPLICA.table, REPLICA.id, ReplicaRecord, stored),
    ])
    record = stored
    state = next
    for (const [key, item] of items) index.set(key, item.dot as Stamp)
  }

  async function write(touched: readonly ItemChange[], changes: readonly Change[]): Promise<void> {
    let next = state
    const written = new Map<string, SyncItem>()
    const unshown = new Map(record?.unshown.map((contact) => [toHex(contact), contact]))
    for (const { key: place, blank, make } of touched) {
      const key = itemKey({ ...place, value: blank })
      const held = written.get(key) ?? (await read(key))
      const made = change(next, place, held, make)
      // What is gone stays gone, also where a backup brings it back to the tables.
      if (isGone(made.item.value) && !isGone(blank)) {
        unshown.set(toHex(place.contact), place.contact)
        lineless.delete(toHex(place.contact))
      }
      if (held !== undefined && isSameValue(held, made.item)) continue
      next = made.state
      written.set(key, made.item)
    }
    await store(written, next, { unshown: [...unshown.values()] }, changes)
    if (written.size > 0) listener()
  }

  async function commit(changes: readonly Change[]): Promise<void> {
    if (record === undefined) return base.commit(changes)
    return commits.run(async () => write(await tables.read(changes, state.id), changes))
  }

  async function enable(): Promise<void> {
    if (record !== undefined) return
    const created: ReplicaRecord = {
      replica: host.random(PROTOCOL.ID_SIZE),
      clock: 0n,
      known: { highest: [] },
      partial: [],
      nameKey: host.random(32),
      deviceSecret: host.random(32),
      unshown: [],
    }
    await commits.run(async () => {
      record = created
      state = createReplica(created.replica)
      for (const table of await scannedTables(base)) {
        const entries = await tables.entries(table)
        await write(await tables.read(entries, state.id), [])
      }
      await write(await tables.readMarks(), [])
    })
  }

  return {
    vault: {
      name: base.name,
      get own() {
        return base.own
      },
      get header() {
        return base.header
      },
      read: (table, id, codec) => base.read(table, id, codec),
      ids: (table) => base.ids(table),
      entries: (table, codec) => base.entries(table, codec),
      commit,
      searchKey: () => base.searchKey(),
      rewrap: (wrapping, changes) => base.rewrap(wrapping, changes),
      now: () => base.now(),
      close: () => base.close(),
    },
    get deviceSecret() {
      return record?.deviceSecret
    },
    get replica() {
      return record?.replica
    },
    enable,
    write: (changes) => commits.run(() => write(changes, [])),
    read,
    async items(prefix) {
      const found = await Promise.all([...index.keys()].filter((key) => key.startsWith(prefix)).map(read))
      return found.filter((item) => item !== undefined)
    },
    known: () => knownTo(state),
    partial: (device) =>
      fromVersionVector(record?.partial.find((round) => equal(round.device, device))?.taken ?? { highest: [] }),
    missing: (theirs) =>
      missing(
        [...index].map(([key, dot]) => ({ key, dot })),
        theirs,
      ),
    take: (from, items, ended) =>
      commits.run(async () => {
        let next = state
        const taken = new Map<string, SyncItem>()
        const unshown = new Map(record?.unshown.map((contact) => [toHex(contact), contact]))
        for (const theirs of items) {
          const key = itemKey(theirs)
          const held = taken.get(key) ?? (await read(key))
          const step = takeItem(next, held, theirs)
          next = step.state
          if (step.item === undefined) continue
          taken.set(key, step.item)
          const contact = toHex(theirs.contact)
          if (concernsLines(held, step.item)) lineless.delete(contact)
          else if (!unshown.has(contact)) lineless.add(contact)
          unshown.set(contact, theirs.contact)
        }
        if (ended !== undefined) next = roundTaken(next, ended)
        const others = record?.partial.filter((round) => !equal(round.device, from.device)) ?? []
        const before = record?.partial.find((round) => equal(round.device, from.device))
        const reached = withTaken(fromVersionVector(before?.taken), items, from.knows)
        const partial =
          ended !== undefined ? others : [...others, { device: from.device, taken: toVersionVector(reached) }]
        await store(taken, next, { partial, unshown: [...unshown.values()] }, [])
        if (taken.size > 0) listener()
      }),
    renameIfRolledBack: (theirs) =>
      commits.run(async () => {
        if (!isRolledBack(state, theirs)) return
        await store(
          new Map(),
          { ...state, id: host.random(PROTOCOL.ID_SIZE), known: claimed(state.known, new Map()) },
          {},
          [],
        )
      }),
    get unshown() {
      return (record?.unshown ?? []).map(toHex)
    },
    hasUnshownLines: (contact) => !lineless.has(contact),
    show: (contact, make) =>
      commits.run(async () => {
        const unshown = (record?.unshown ?? []).filter((other) => !equal(other, contact))
        const { changes, result } = await make()
        // Before the commit, which wipes what it sealed.
        tables.learn(changes)
        await store(new Map(), state, { unshown }, changes)
        lineless.delete(toHex(contact))
        return result
      }),
    onWrite(heard) {
      listener = heard
    },
    close: () => wipe(record?.deviceSecret, record?.nameKey),
  }
}

function isSameValue(a: SyncItem, b: SyncItem): boolean {
  return equal(encode(SyncItem, { ...a, dot: undefined }), encode(SyncItem, { ...b, dot: undefined }))
}

/** A draft that is typed on another device changes one register: the lines need not be read for it. */
function concernsLines(held: SyncItem | undefined, { value }: SyncItem): boolean {
  if (value?.$case === 'root') return false
  if (value?.$case !== 'person') return true
  const before = held?.value?.$case === 'person' ? readIn(held.value.value) : NONE
  return !equal(before, readIn(value.value))
}

function readIn(registers: Registers): Uint8Array {
  return registerOf(registers, FIELDS.person.READ)?.value ?? NONE
}

function isGone(value: SyncItem['value']): boolean {
  return value?.$case === 'content' && value.value.gone
}
