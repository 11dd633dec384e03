/** IndexedDB as promises, and its failures as our codes. */
import { Solo2Error } from '../../errors.js'
import { CHOSEN } from '../../limits.js'
import { storageError as refused } from '../store-rules.js'

/** The factory of this page. Throws `storage_failed` where site data is blocked. */
export function indexedDb(): IDBFactory {
  try {
    // The access itself throws in some browsers that block site data.
    const factory = globalThis.indexedDB
    if (factory) return factory
  } catch (error) {
    throw storageError(error)
  }
  throw new Solo2Error('storage_failed', 'this browser stores nothing for this page')
}

/**
 * Opens a database at its version, made by `upgrade` if it is new or older.
 * Rejects with `storage_newer` if it is of a later version, with `storage_locked` if another page keeps an older one
 * open for longer than CHOSEN.STORE_BLOCKED_MS, otherwise with `storage_failed`.
 */
export function openDatabase(
  name: string,
  version: number,
  upgrade: (database: IDBDatabase, from: number) => void,
): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDb().open(name, version)
    let timer: ReturnType<typeof setTimeout> | undefined
    let given = false

    function fail(error: Solo2Error): void {
      given = true
      clearTimeout(timer)
      reject(error)
    }
    request.onblocked = () => {
      timer ??= setTimeout(() => fail(blocked()), CHOSEN.STORE_BLOCKED_MS)
    }
    request.onupgradeneeded = ({ oldVersion }) => upgrade(request.result, oldVersion)
    request.onerror = () => {
      fail(
        request.error?.name === 'VersionError'
          ? new Solo2Error('storage_newer', 'a later version of this program wrote this database')
          : storageError(request.error),
      )
    }
    request.onsuccess = () => {
      clearTimeout(timer)
      const database = request.result
      // The caller was told that it is locked and will open it again.
      if (given) return database.close()
      given = true
      resolve(database)
    }
  })
}

/** Rejects with `storage_locked` if a page keeps it open. */
export function deleteDatabase(name: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = indexedDb().deleteDatabase(name)
    let timer: ReturnType<typeof setTimeout> | undefined
    request.onblocked = () => {
      timer ??= setTimeout(() => reject(blocked()), CHOSEN.STORE_BLOCKED_MS)
    }
    request.onerror = () => reject(storageError(request.error))
    request.onsuccess = () => {
      clearTimeout(timer)
      resolve()
    }
  })
}

/** Resolves with what `use` returned as soon as the transaction is complete; with strict durability, on disk. */
export function transact<T>(
  database: IDBDatabase,
  table: string,
  mode: 'readonly' | 'readwrite',
  use: (store: IDBObjectStore) => () => T,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let transaction: IDBTransaction | undefined
    let result: () => T
    try {
      transaction = database.transaction(table, mode, mode === 'readwrite' ? { durability: 'strict' } : {})
      result = use(transaction.objectStore(table))
    } catch (error) {
      // What was asked for before the failure must not be committed without the rest.
      transaction?.abort()
      return reject(storageError(error))
    }
    transaction.oncomplete = () => {
      try {
        resolve(result())
      } catch (error) {
        reject(storageError(error))
      }
    }
    transaction.onabort = () => reject(storageError(transaction?.error))
  })
}

function blocked(): Solo2Error {
  return new Solo2Error('storage_locked', 'another tab has this database open')
}

export function storageError(error: unknown): Solo2Error {
  return refused(error, 'this browser does not store')
}
