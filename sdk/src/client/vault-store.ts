/** The vault over a store: typed records in, sealed bytes out (spec/11). The store port never sees a plaintext. */
import { SelfRecord, type VaultHeader } from '@solo2/proto/vault'
import { wipe } from '../bytes/bytes.js'
import { type Codec, encode } from '../bytes/canonical.js'
import { ensure, Solo2Error } from '../errors.js'
import { type OwnKeys, ownKeys, wipeOwnKeys } from '../keys/derivation.js'
import type { Host } from '../ports/host.js'
import type { DeviceKey } from '../ports/keystore.js'
import type { Store, Write } from '../ports/store.js'
import {
  createVaultHeader,
  decodeVaultHeader,
  encodeVaultHeader,
  openVaultKey,
  withWrappedMasterKey,
} from '../vault/header.js'
import { searchKey, tableKey } from '../vault/key-tree.js'
import { RECORD_VERSION, readRecord, sealRecord } from '../vault/record.js'
import { createSerial } from './serial.js'

/** One change of a commit: an encoded record, or undefined to delete it. */
export interface Change {
  readonly table: string
  readonly id: string
  readonly value: Uint8Array | undefined
}

export function put<T>(table: string, id: string, codec: Codec<T>, record: T): Change {
  return { table, id, value: encode(codec, record) }
}

/** The ID of what is numbered: ten digits (spec/11 section 4). */
export const numberId = (number: number): string => String(number).padStart(10, '0')

export function remove(table: string, id: string): Change {
  return { table, id, value: undefined }
}

/** How the vault opens from now on (spec/11 section 2). */
export interface Wrapping {
  /** 80 bytes. */
  readonly wrappedMasterKey: Uint8Array
  /** 32 bytes: what it wraps, the same as before (another password) or another (new words). */
  readonly masterKey: Uint8Array
}

/** An unlocked vault. After `close` its keys are zero and every call rejects with `closed`. */
export interface Vault {
  /** The store's. */
  readonly name: string
  /** How own devices find and know each other: follows the master key. */
  readonly own: OwnKeys
  read<T>(table: string, id: string, codec: Codec<T>): Promise<T | undefined>
  ids(table: string): Promise<string[]>
  entries<T>(table: string, codec: Codec<T>): Promise<[id: string, record: T][]>
  /** All or nothing, durable when it resolves. */
  commit(changes: readonly Change[]): Promise<void>
  readonly header: VaultHeader
  /** Replaces the header, together with the changes; no other byte is encrypted again. */
  rewrap(wrapping: Wrapping, changes: readonly Change[]): Promise<void>
  /** 32 bytes, the caller's to wipe: the key of the search index's tokens. */
  searchKey(): Uint8Array
  /** Unix milliseconds, for records that say when they were stored. */
  now(): number
  close(): Promise<void>
}

/** A vault as whoever opened it has it. */
export interface OpenedVault extends Vault {
  /** The same vault for another owner: this one is closed, its keys and its store are the other's. */
  handOver(): Promise<OpenedVault>
}

/** The one table whose record is not sealed: it opens the others. */
export const HEADER = { table: 'header', id: 'header' } as const
export const SELF = { table: 'self', id: 'self' } as const

/**
 * Of an open store: undefined only if there is no vault in it. Rejects with `storage_damaged` for one whose header is gone, lest
 * another vault is made over it.
 */
export async function headerOf(store: Store): Promise<VaultHeader | undefined> {
  const header = await readHeader(store)
  const isGone = header === undefined && (await store.ids(SELF.table)).length > 0
  ensure(!isGone, 'storage_damaged', 'The header of the vault is gone.')
  return header
}

export async function readHeader(store: Pick<Store, 'read'>): Promise<VaultHeader | undefined> {
  const bytes = await store.read(HEADER.table, HEADER.id)
  return bytes === undefined ? undefined : decodeVaultHeader(bytes)
}

/** The two keys under which a vault stands. */
export interface VaultKeys {
  /** 32 bytes; the vault's from now on, which wipes it. */
  readonly vaultKey: Uint8Array
  readonly deviceKey: DeviceKey
}

/** Writes header and own record in one commit: a vault is there as a whole or not at all. */
export async function createVault(
  store: Store,
  header: VaultHeader,
  keys: VaultKeys & { readonly masterKey: Uint8Array },
  self: SelfRecord,
  host: Host,
): Promise<OpenedVault> {
  const vault = vaultOver(store, header, keys, ownKeys(host.primitives, keys.masterKey), host)
  await store.commit([headerWrite(header), await vault.sealed(put(SELF.table, SELF.id, SelfRecord, self))])
  return vault
}

/** Opens with the master key (32 bytes) and this install's device key. `storage_damaged` if the two do not open it. */
export async function openVault(
  store: Store,
  header: VaultHeader,
  masterKey: Uint8Array,
  deviceKey: DeviceKey,
  host: Host,
): Promise<OpenedVault> {
  const vaultKey = await openVaultKey(header, { masterKey, deviceKey, host })
  return vaultOver(store, header, { vaultKey, deviceKey }, ownKeys(host.primitives, masterKey), host)
}

function headerWrite(header: VaultHeader): Write {
  return { ...HEADER, value: encodeVaultHeader(header) }
}

interface SealingVault extends OpenedVault {
  sealed(change: Change): Promise<Write>
}

function vaultOver(
  store: Store,
  first: VaultHeader,
  { vaultKey, deviceKey }: VaultKeys,
  firstOwn: OwnKeys,
  host: Host,
): SealingVault {
  let header = first
  let own = firstOwn
  const keys = new Map<string, Uint8Array>()
  const commits = createSerial()
  let closed = false

  function key(table: string): Uint8Array {
    if (closed) throw new Solo2Error('closed', 'the vault is locked')
    const known = keys.get(table)
    if (known !== undefined) return known
    const made = tableKey(host.primitives, vaultKey, table)
    keys.set(table, made)
    return made
  }

  async function opened<T>(table: string, id: string, codec: Codec<T>, sealed: Uint8Array): Promise<T> {
    const place = { table, id, version: RECORD_VERSION }
    return readRecord(host.aead, key(table), place, codec, sealed)
  }

  async function opensWith(masterKey: Uint8Array): Promise<boolean> {
    try {
      wipe(await openVaultKey(header, { masterKey, deviceKey, host }))
      return true
    } catch (error) {
      if (error instanceof Solo2Error && error.code === 'wrong_words') return false
      throw error
    }
  }

  return {
    name: store.name,
    get header() {
      return header
    },
    get own() {
      return own
    },
    async rewrap({ wrappedMasterKey, masterKey }, changes) {
      await commits.run(async () => {
        if (closed) throw new Solo2Error('closed', 'the vault is locked')
        const next = (await opensWith(masterKey))
          ? withWrappedMasterKey(header, wrappedMasterKey)
          : await createVaultHeader({ ...header, wrappedMasterKey, vaultKey, masterKey, deviceKey, host })
        await store.commit([headerWrite(next), ...(await Promise.all(changes.map((change) => this.sealed(change))))])
        header = next
        wipeOwnKeys(own)
        own = ownKeys(host.primitives, masterKey)
      })
    },
    async read(table, id, codec) {
      const sealed = await store.read(table, id)
      return sealed === undefined ? undefined : opened(table, id, codec, sealed)
    },
    ids: (table) => store.ids(table),
    async entries(table, codec) {
      const entries = await store.entries(table)
      return Promise.all(
        entries.map(async ([id, sealed]) => [id, await opened(table, id, codec, sealed)] as [string, never]),
      )
    },
    async sealed({ table, id, value }) {
      if (value === undefined) return { table, id, value }
      const place = { table, id, version: RECORD_VERSION }
      const sealed = await sealRecord(host.aead, key(table), place, value, host)
      wipe(value)
      return { table, id, value: sealed }
    },
    commit(changes) {
      // Sealing takes turns: what is committed later must not be stored earlier.
      return commits.run(async () => store.commit(await Promise.all(changes.map((change) => this.sealed(change)))))
    },
    searchKey() {
      if (closed) throw new Solo2Error('closed', 'the vault is locked')
      return searchKey(host.primitives, vaultKey)
    },
    now: () => host.now(),
    async handOver() {
      await commits.idle()
      ensure(!closed, 'closed', 'the vault is locked')
      closed = true
      wipe(...keys.values())
      return vaultOver(store, header, { vaultKey, deviceKey }, own, host)
    },
    async close() {
      await commits.idle()
      if (closed) return
      closed = true
      wipe(vaultKey, ...keys.values())
      wipeOwnKeys(own)
      await store.close()
    },
  }
}
