import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { memoryLocks } from '../../../test/fixtures/web-locks.js'
import { storeSuite } from '../../../test/suites/store.suite.js'
import { CHOSEN } from '../../limits.js'
import { indexedDbStores } from './indexeddb-store.js'

storeSuite('IndexedDB', () => {
  globalThis.indexedDB = new IDBFactory()
  const locks = memoryLocks()
  return { stores: indexedDbStores(locks), restart: () => indexedDbStores(locks), dispose: async () => {} }
})

describe('IndexedDB store', () => {
  const NAME = 'solo2 vault amy'
  beforeEach(() => {
    globalThis.indexedDB = new IDBFactory()
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.restoreAllMocks()
  })

  function openRaw(version: number): Promise<IDBDatabase> {
    return new Promise((resolve) => {
      const request = indexedDB.open(NAME, version)
      request.onsuccess = () => resolve(request.result)
    })
  }

  it('leaves a newer database alone', async () => {
    ;(await openRaw(9)).close()
    await expect(indexedDbStores(memoryLocks()).open('amy')).rejects.toMatchObject({ code: 'storage_newer' })
    const still = await openRaw(9)
    expect([...still.objectStoreNames]).toEqual([])
    still.close()
  })

  it('says locked when a page without manners keeps the database from going, and works once it is gone', async () => {
    const stores = indexedDbStores(memoryLocks())
    const store = await stores.open('amy')
    await store.commit([{ table: 't', id: 'a', value: new Uint8Array([1]) }])
    await store.close()
    const holder = await openRaw(1)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    const destroyed = stores.destroy('amy')
    const refused = expect(destroyed).rejects.toMatchObject({ code: 'storage_locked' })
    await vi.waitFor(() => expect(vi.getTimerCount()).toBeGreaterThan(0))
    await vi.advanceTimersByTimeAsync(CHOSEN.STORE_BLOCKED_MS)
    await refused
    vi.useRealTimers()
    holder.close()
    await stores.destroy('amy')
    expect(await stores.list()).toEqual([])
  })

  it('gives way to a page that wants to upgrade', async () => {
    const store = await indexedDbStores(memoryLocks()).open('amy')
    const later = await openRaw(2)
    await expect(store.read('t', 'a')).rejects.toMatchObject({ code: 'closed' })
    later.close()
  })

  it('commits with strict durability', async () => {
    const store = await indexedDbStores(memoryLocks()).open('amy')
    const transaction = vi.spyOn(IDBDatabase.prototype, 'transaction')
    await store.commit([{ table: 't', id: 'a', value: new Uint8Array([1]) }])
    expect(transaction).toHaveBeenCalledWith('records', 'readwrite', { durability: 'strict' })
    await store.close()
  })

  it('[V1] says that the storage is full, and applies nothing of the batch', async () => {
    const store = await indexedDbStores(memoryLocks()).open('amy')
    const put = IDBObjectStore.prototype.put
    let calls = 0
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, ...put_) {
      if (++calls === 2) throw new DOMException('no room', 'QuotaExceededError')
      return put.apply(this, put_)
    })
    const batch = ['a', 'b'].map((id) => ({ table: 't', id, value: new Uint8Array([1]) }))
    await expect(store.commit(batch)).rejects.toMatchObject({ code: 'storage_full' })
    expect(await store.ids('t')).toEqual([])
    // There is room again: nothing of the failure is left.
    vi.restoreAllMocks()
    await store.commit(batch)
    expect(await store.ids('t')).toEqual(['a', 'b'])
    await store.close()
  })

  it('says what is missing where storage or locks are', async () => {
    await expect(indexedDbStores(undefined).open('amy')).rejects.toMatchObject({ code: 'broken_platform' })
    Object.defineProperty(globalThis, 'indexedDB', {
      configurable: true,
      get() {
        throw new DOMException('blocked', 'SecurityError')
      },
    })
    await expect(indexedDbStores(memoryLocks()).open('amy')).rejects.toMatchObject({ code: 'storage_failed' })
    await expect(indexedDbStores(memoryLocks()).list()).rejects.toMatchObject({ code: 'storage_failed' })
    Object.defineProperty(globalThis, 'indexedDB', { configurable: true, writable: true, value: undefined })
    await expect(indexedDbStores(memoryLocks()).open('amy')).rejects.toMatchObject({ code: 'storage_failed' })
  })
})
