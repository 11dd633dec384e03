/** The device key in a browser: a CryptoKey that no script can export, kept by IndexedDB (spec/11). */
import { ensure, Solo2Error } from '../../errors.js'
import type { Keystore } from '../../ports/keystore.js'
import { cryptoKeyDeviceKey } from '../web-aead.js'
import { indexedDb, openDatabase, storageError, transact } from './indexeddb.js'

const NAME = 'solo2 device keys'
const VERSION = 1
const KEYS = 'keys'

export function indexedDbKeystore(): Keystore {
  return {
    async find(vault) {
      // Looking makes nothing.
      if (!(await exists())) return undefined
      const database = await open()
      try {
        const key = await transact(database, KEYS, 'readonly', (keys) => {
          const found = keys.get(vault)
          return () => found.result as unknown
        })
        return key instanceof CryptoKey ? cryptoKeyDeviceKey(key) : undefined
      } finally {
        database.close()
      }
    },
    async deviceKey(vault) {
      ensure(globalThis.crypto?.subtle, 'broken_platform', 'no WebCrypto here: this page is not secure (https)')
      const fresh = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
      const database = await open()
      try {
        // Looked up and put in one transaction: of two tabs that make one, the first wins. Existing ones stay.
        await transact(database, KEYS, 'readwrite', (keys) => {
          const found = keys.getKey(vault)
          found.onsuccess = () => {
            if (found.result === undefined) keys.put(fresh, vault)
          }
          return () => {}
        })
        const key = await transact(database, KEYS, 'readonly', (keys) => {
          const found = keys.get(vault)
          return () => found.result as unknown
        })
        // Some browsers give back null for a key in private windows: then no vault would ever open again.
        ensure(key instanceof CryptoKey, 'storage_failed', 'this browser does not keep keys')
        return cryptoKeyDeviceKey(key)
      } catch (error) {
        throw storageError(error)
      } finally {
        database.close()
      }
    },
    destroy: (vault) => changed((keys) => keys.delete(vault)),
    keepOnly: (vaults) =>
      changed((keys) => {
        const found = keys.getAllKeys()
        found.onsuccess = () => {
          for (const vault of found.result) if (!vaults.includes(String(vault))) keys.delete(vault)
        }
      }),
  }
}

async function changed(change: (keys: IDBObjectStore) => void): Promise<void> {
  // Not made for a deletion: after a reset nothing of ours is left.
  if (!(await exists())) return
  const database = await open()
  try {
    await transact(database, KEYS, 'readwrite', (keys) => {
      change(keys)
      return () => {}
    })
  } finally {
    database.close()
  }
}

async function exists(): Promise<boolean> {
  return (await indexedDb().databases()).some(({ name }) => name === NAME)
}

async function open(): Promise<IDBDatabase> {
  try {
    return await openDatabase(NAME, VERSION, (database) => database.createObjectStore(KEYS))
  } catch (error) {
    throw Solo2Error.from(error, 'storage_failed', 'this browser does not keep keys')
  }
}
