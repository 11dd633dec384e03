/**
 * What this browser gives, before an account is made in it (spec/11): a store that keeps bytes and a key that does not
 * leave it, one writer at a time, connections between two people, WebAssembly in a worker. Private windows, blocked site
 * data and pages without TLS lack some of it, each in its own way: some miss the object, some throw, some give back null.
 */
import type { Missing } from '../state.js'

const PROBE = 'solo2-probe'

export async function probe(): Promise<Missing[]> {
  const missing: Missing[] = []
  if (!globalThis.isSecureContext || globalThis.crypto?.subtle === undefined) missing.push('secure_context')
  if (typeof RTCPeerConnection === 'undefined') missing.push('webrtc')
  if (typeof WebAssembly === 'undefined') missing.push('wasm')
  if (typeof Worker === 'undefined') missing.push('workers')
  if (navigator.locks === undefined) missing.push('locks')
  if (missing.includes('secure_context')) return missing
  return [...missing, ...(await probeStorage())]
}

async function probeStorage(): Promise<Missing[]> {
  let database: IDBDatabase | undefined
  try {
    database = await opened()
    const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt', 'decrypt'])
    await put(database, 'bytes', new Uint8Array([1, 2, 3]))
    const bytes = await got(database, 'bytes')
    if (!(bytes instanceof Uint8Array) || bytes.length !== 3) return ['storage']
    try {
      await put(database, 'key', key)
      if (!((await got(database, 'key')) instanceof CryptoKey)) return ['device_key']
    } catch {
      return ['device_key']
    }
    return []
  } catch {
    return ['storage']
  } finally {
    database?.close()
    try {
      indexedDB.deleteDatabase(PROBE)
    } catch {
      // Where there is no database there is nothing to delete.
    }
  }
}

function opened(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(PROBE, 1)
    request.onupgradeneeded = () => request.result.createObjectStore('probe')
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
    request.onblocked = () => reject(new Error('blocked'))
  })
}

function put(database: IDBDatabase, id: string, value: unknown): Promise<void> {
  return new Promise((resolve, reject) => {
    const transaction = database.transaction('probe', 'readwrite')
    transaction.objectStore('probe').put(value, id)
    transaction.oncomplete = () => resolve()
    transaction.onabort = () => reject(transaction.error)
    transaction.onerror = () => reject(transaction.error)
  })
}

function got(database: IDBDatabase, id: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const request = database.transaction('probe').objectStore('probe').get(id)
    request.onsuccess = () => resolve(request.result)
    request.onerror = () => reject(request.error)
  })
}
