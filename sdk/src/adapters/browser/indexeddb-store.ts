/** The store on IndexedDB: one database a vault; one writer at a time, by Web Locks. */
import { ensure, Solo2Error } from '../../errors.js'
import type { Store, Stores } from '../../ports/store.js'
import { checkName, ownBatch } from '../store-rules.js'
import { deleteDatabase, indexedDb, openDatabase, transact } from './indexeddb.js'

const PREFIX = 'solo2 vault '
const VERSION = 1
/** One object store for all tables; keys are [table, id]. */
const RECORDS = 'records'

/** The part of Web Locks that is used. */
export type Locks = Pick<LockManager, 'request'>

export function indexedDbStores(locks: Locks | undefined = globalThis.navigator?.locks): Stores {
  return {
    async open(name) {
      checkName(name)
      const release = await takeLock(locks, PREFIX + name)
      try {
        const database = await openDatabase(PREFIX + name, VERSION, (fresh) => fresh.createObjectStore(RECORDS))
        return openStore(name, database, release)
      } catch (error) {
        release()
        throw error
      }
    },
    async peek(name, table, id) {
      checkName(name)
      const database = await openDatabase(PREFIX + name, VERSION, (fresh) => fresh.createObjectStore(RECORDS))
      try {
        return await transact(database, RECORDS, 'readonly', (records) => {
          const request = records.get([table, id])
          return () => request.result as Uint8Array | undefined
        })
      } finally {
        database.close()
      }
    },
    async list() {
      const databases = await indexedDb()
        .databases()
        .catch((error: unknown) => {
          throw Solo2Error.from(error, 'storage_failed', 'this browser does not tell what it stores')
        })
      return databases
        .map(({ name }) => name ?? '')
        .filter((name) => name.startsWith(PREFIX))
        .map((name) => name.slice(PREFIX.length))
        .sort()
    },
    async destroy(name, { evenIfOpen } = { evenIfOpen: false }) {
      checkName(name)
      // A page that has it open lets go when it hears of the deletion, and its lock with it.
      if (evenIfOpen) return deleteDatabase(PREFIX + name)
      const release = await takeLock(locks, PREFIX + name)
      try {
        await deleteDatabase(PREFIX + name)
      } finally {
        release()
      }
    },
  }
}

/** Holds the lock until the returned function is called. Rejects with `storage_locked`. */
function takeLock(locks: Locks | undefined, name: string): Promise<() => void> {
  return new Promise((resolve, reject) => {
    // Without locks two tabs would write over each other, and one of them would lose messages.
    ensureLocks(locks)
    locks
      .request(name, { mode: 'exclusive', ifAvailable: true }, (lock) => {
        if (!lock) return reject(new Solo2Error('storage_locked', 'another tab has this vault open'))
        return new Promise<void>((release) => resolve(release))
      })
      .catch((error: unknown) => reject(Solo2Error.from(error, 'storage_failed', 'the vault cannot be locked')))
  })
}

function ensureLocks(locks: Locks | undefined): asserts locks is Locks {
  ensure(locks, 'broken_platform', 'this browser has no Web Locks here: old, or no secure page')
}

function openStore(name: string, database: IDBDatabase, release: () => void): Store {
  let closed = false
  // A page with a later version wants to upgrade: this one has to go, or both would wait for ever.
  database.onversionchange = () => {
    end()
  }
  database.onclose = () => {
    end()
  }

  function end(): void {
    if (closed) return
    closed = true
    // Waits for the transactions that run.
    database.close()
    release()
  }

  const range = (table: string) => {
    ensure(!closed, 'closed', 'the store is closed')
    checkName(table)
    // An array is greater than every string (Indexed Database API section 2.4.1).
    return IDBKeyRange.bound([table], [table, []])
  }

  return {
    name,
    async read(table, id) {
      ensure(!closed, 'closed', 'the store is closed')
      return await transact(database, RECORDS, 'readonly', (records) => {
        const request = records.get([table, id])
        return () => stored(request.result)
      })
    },
    async ids(table) {
      const all = range(table)
      return await transact(database, RECORDS, 'readonly', (records) => {
        const request = records.getAllKeys(all)
        return () => request.result.map(idOf)
      })
    },
    async entries(table) {
      const all = range(table)
      return await transact(database, RECORDS, 'readonly', (records) => {
        const keys = records.getAllKeys(all)
        const values = records.getAll(all)
        return () =>
          keys.result.map((key, n): [string, Uint8Array] => [idOf(key), stored(values.result[n]) ?? new Uint8Array(0)])
      })
    },
    async commit(writes) {
      ensure(!closed, 'closed', 'the store is closed')
      const own = ownBatch(writes)
      if (own.length === 0) return
      await transact(database, RECORDS, 'readwrite', (records) => {
        for (const { table, id, value } of own) {
          if (value === undefined) records.delete([table, id])
          else records.put(value, [table, id])
        }
        return () => {}
      })
    },
    async close() {
      end()
    },
  }
}

function idOf(key: IDBValidKey): string {
  return (key as string[])[1] as string
}

/** Throws `storage_damaged` if the browser gives back something else than was stored. */
function stored(value: unknown): Uint8Array | undefined {
  if (value === undefined) return undefined
  ensure(value instanceof Uint8Array, 'storage_damaged', 'a stored record came back as something else')
  return value
}
