import 'fake-indexeddb/auto'
import { IDBFactory } from 'fake-indexeddb'
import { describe, expect, it, vi } from 'vitest'
import { keystoreSuite } from '../../../test/suites/keystore.suite.js'
import { indexedDbKeystore } from './keystore.js'

keystoreSuite('IndexedDB', async () => {
  const factory = new IDBFactory()
  globalThis.indexedDB = factory
  return {
    keystore: indexedDbKeystore(),
    restart: () => indexedDbKeystore(),
    dispose: async () => {},
  }
})

describe('IndexedDB keystore', () => {
  it('[V5] makes keys that no script can export', async () => {
    globalThis.indexedDB = new IDBFactory()
    const generate = vi.spyOn(crypto.subtle, 'generateKey')
    await indexedDbKeystore().deviceKey('amy')
    const key = (await generate.mock.results[0]?.value) as CryptoKey
    expect(key.extractable).toBe(false)
    await expect(crypto.subtle.exportKey('raw', key)).rejects.toThrow()
    generate.mockRestore()
  })

  it('says so where the browser gives back null for a stored key', async () => {
    globalThis.indexedDB = new IDBFactory()
    const put = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function (this: IDBObjectStore, _, key) {
      put.mockRestore()
      return this.put(null, key)
    })
    await expect(indexedDbKeystore().deviceKey('amy')).rejects.toMatchObject({ code: 'storage_failed' })
  })
})
