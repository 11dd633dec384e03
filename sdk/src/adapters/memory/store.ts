/** The store in memory. Outlives its adapters, as a disk does. */
import { ensure, Solo2Error } from '../../errors.js'
import type { Store, Stores } from '../../ports/store.js'
import { checkName, ownBatch } from '../store-rules.js'

type Vault = Map<string, Map<string, Uint8Array>>

/** The vaults of one device: sealed bytes by vault, table and ID. */
export interface MemoryDisk {
  readonly vaults: Map<string, Vault>
  readonly locked: Set<string>
  /** While true each commit is refused with `storage_failed` and changes nothing. */
  full: boolean
}

/** An empty disk. */
export function createDisk(): MemoryDisk {
  return { vaults: new Map(), locked: new Set(), full: false }
}

/** The store port over a disk in memory. */
export function memoryStores(disk: MemoryDisk = createDisk()): Stores {
  return {
    async open(name) {
      checkName(name)
      ensureUnlocked(disk, name)
      disk.locked.add(name)
      const vault: Vault = disk.vaults.get(name) ?? new Map()
      disk.vaults.set(name, vault)
      return openStore(disk, name, vault)
    },
    peek: async (name, table, id) => disk.vaults.get(name)?.get(table)?.get(id)?.slice(),
    list: async () => [...disk.vaults.keys()].sort(),
    async destroy(name, { evenIfOpen } = { evenIfOpen: false }) {
      if (!evenIfOpen) ensureUnlocked(disk, name)
      disk.vaults.delete(name)
      disk.locked.delete(name)
    },
  }
}

function ensureUnlocked(disk: MemoryDisk, name: string): void {
  ensure(!disk.locked.has(name), 'storage_locked', 'this vault is open')
}

function openStore(disk: MemoryDisk, name: string, vault: Vault): Store {
  let closed = false
  const table = (of: string) => {
    ensure(!closed, 'closed', 'the store is closed')
    return vault.get(of) ?? new Map<string, Uint8Array>()
  }
  return {
    name,
    read: async (of, id) => table(of).get(id)?.slice(),
    ids: async (of) => [...table(of).keys()].sort(),
    entries: async (of) =>
      [...table(of)]
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([id, value]): [string, Uint8Array] => [id, value.slice()]),
    async commit(writes) {
      ensure(!closed, 'closed', 'the store is closed')
      const own = ownBatch(writes)
      if (disk.full) throw new Solo2Error('storage_failed', 'the disk is full')
      for (const { table: of, id, value } of own) {
        const entries = vault.get(of) ?? new Map<string, Uint8Array>()
        vault.set(of, entries)
        if (value) entries.set(id, value)
        else entries.delete(id)
      }
    },
    async close() {
      if (closed) return
      closed = true
      if (disk.vaults.get(name) === vault) disk.locked.delete(name)
    },
  }
}
