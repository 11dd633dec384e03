/** What every store must do. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Store, Stores } from '../../src/ports/store.js'

export interface StoresSubject {
  readonly stores: Stores
  /** The same device after everything that ran on it is gone: other adapters over the same bytes. */
  restart(): Stores
  dispose(): Promise<void>
}

export function storeSuite(name: string, make: () => StoresSubject | Promise<StoresSubject>): void {
  describe(`store: ${name}`, () => {
    let subject: StoresSubject
    const open: Store[] = []
    const bytes = (text: string) => new TextEncoder().encode(text)
    const text = (value: Uint8Array | undefined) => value && new TextDecoder().decode(value)
    async function opened(stores: Stores, vault = 'amy'): Promise<Store> {
      const store = await stores.open(vault)
      open.push(store)
      return store
    }
    beforeEach(async () => {
      subject = await make()
    })
    afterEach(async () => {
      for (const store of open.splice(0)) await store.close()
      await subject.dispose()
    })

    it('reads back what was committed, and nothing else', async () => {
      const store = await opened(subject.stores)
      expect(await store.read('contacts', 'bob')).toBeUndefined()
      await store.commit([{ table: 'contacts', id: 'bob', value: bytes('1') }])
      expect(text(await store.read('contacts', 'bob'))).toBe('1')
      expect(await store.read('contacts', 'bo')).toBeUndefined()
      expect(await store.read('messages', 'bob')).toBeUndefined()
      await store.commit([{ table: 'contacts', id: 'bob', value: bytes('22') }])
      expect(text(await store.read('contacts', 'bob'))).toBe('22')
      await store.commit([{ table: 'contacts', id: 'bob', value: undefined }])
      expect(await store.read('contacts', 'bob')).toBeUndefined()
    })

    it('lists IDs and entries in ascending order, each table for itself', async () => {
      const store = await opened(subject.stores)
      const ids = ['b', 'a', 'B', 'a0', '~', ' ', '10', '9', 'a b']
      await store.commit(ids.map((id) => ({ table: 't', id, value: bytes(id) })))
      await store.commit([
        { table: 't0', id: 'other', value: bytes('x') },
        { table: 's', id: 'other', value: bytes('x') },
      ])
      const sorted = [...ids].sort()
      expect(await store.ids('t')).toEqual(sorted)
      expect((await store.entries('t')).map(([id, value]) => [id, text(value)])).toEqual(sorted.map((id) => [id, id]))
      expect(await store.ids('none')).toEqual([])
      expect(await store.entries('none')).toEqual([])
    })

    it('keeps empty values apart from absent ones', async () => {
      const store = await opened(subject.stores)
      await store.commit([{ table: 't', id: 'empty', value: new Uint8Array(0) }])
      expect(await store.read('t', 'empty')).toEqual(new Uint8Array(0))
      expect(await store.ids('t')).toEqual(['empty'])
    })

    it('applies a batch in its order, the last change of a record counts', async () => {
      const store = await opened(subject.stores)
      await store.commit([
        { table: 't', id: 'a', value: bytes('1') },
        { table: 't', id: 'a', value: undefined },
        { table: 't', id: 'b', value: undefined },
        { table: 't', id: 'b', value: bytes('2') },
        { table: 't', id: 'c', value: bytes('3') },
        { table: 't', id: 'c', value: bytes('4') },
      ])
      expect((await store.entries('t')).map(([id, value]) => [id, text(value)])).toEqual([
        ['b', '2'],
        ['c', '4'],
      ])
    })

    it('keeps commits in the order in which they were asked for', async () => {
      const store = await opened(subject.stores)
      await Promise.all(
        Array.from({ length: 50 }, (_, n) => store.commit([{ table: 't', id: 'x', value: bytes(`${n}`) }])),
      )
      expect(text(await store.read('t', 'x'))).toBe('49')
    })

    it('shows one entry without opening, also while the vault is open', async () => {
      const store = await opened(subject.stores)
      await store.commit([{ table: 't', id: 'a', value: bytes('seen') }])
      const [name] = await subject.stores.list()
      expect(text(await subject.stores.peek(name ?? '', 't', 'a'))).toBe('seen')
      expect(await subject.stores.peek(name ?? '', 't', 'b')).toBeUndefined()
    })

    it('shares no bytes with its callers', async () => {
      const store = await opened(subject.stores)
      const value = bytes('kept')
      const committed = store.commit([{ table: 't', id: 'a', value }])
      value.fill(0)
      await committed
      expect(text(await store.read('t', 'a'))).toBe('kept')
      ;(await store.read('t', 'a'))?.fill(0)
      ;(await store.entries('t'))[0]?.[1].fill(0)
      expect(text(await store.read('t', 'a'))).toBe('kept')
    })

    it('gives plain Uint8Arrays over their own memory', async () => {
      const store = await opened(subject.stores)
      await store.commit([{ table: 't', id: 'a', value: Buffer.from('view').subarray(1) }])
      const value = await store.read('t', 'a')
      expect(Object.getPrototypeOf(value)).toBe(Uint8Array.prototype)
      expect(text(value)).toBe('iew')
    })

    it('has everything again after a restart', async () => {
      const first = await opened(subject.stores)
      await first.commit([
        { table: 't', id: 'a', value: bytes('1') },
        { table: 'u', id: 'b', value: new Uint8Array(100_000).fill(7) },
      ])
      await first.commit([{ table: 't', id: 'a', value: bytes('2') }])
      await first.close()
      const second = await opened(subject.restart())
      expect(text(await second.read('t', 'a'))).toBe('2')
      expect(await second.read('u', 'b')).toEqual(new Uint8Array(100_000).fill(7))
    })

    it('refuses names outside its alphabet and changes nothing', async () => {
      const store = await opened(subject.stores)
      for (const bad of ['', 'ä', 'a\n', '\u007f', 'x'.repeat(201)]) {
        const batch = [
          { table: 't', id: 'good', value: bytes('1') },
          { table: 't', id: bad, value: bytes('1') },
        ]
        await expect(store.commit(batch)).rejects.toMatchObject({ code: 'invalid_argument' })
        await expect(store.commit([{ table: bad, id: 'a', value: bytes('1') }])).rejects.toMatchObject({
          code: 'invalid_argument',
        })
      }
      expect(await store.ids('t')).toEqual([])
      await store.commit([{ table: 'x'.repeat(200), id: '~'.repeat(200), value: bytes('long') }])
      expect(await store.ids('x'.repeat(200))).toEqual(['~'.repeat(200)])
    })

    it('has one writer at a time', async () => {
      const store = await opened(subject.stores)
      await expect(subject.stores.open('amy')).rejects.toMatchObject({ code: 'storage_locked' })
      await expect(subject.restart().open('amy')).rejects.toMatchObject({ code: 'storage_locked' })
      await opened(subject.stores, 'bob')
      await store.close()
      await opened(subject.restart())
    })

    it('finishes what was asked for before it closes, and refuses afterwards', async () => {
      const store = await opened(subject.stores)
      const commit = store.commit([{ table: 't', id: 'a', value: bytes('1') }])
      await Promise.all([commit, store.close()])
      await expect(store.commit([{ table: 't', id: 'a', value: bytes('2') }])).rejects.toMatchObject({ code: 'closed' })
      await expect(store.read('t', 'a')).rejects.toMatchObject({ code: 'closed' })
      await store.close()
      expect(text(await (await opened(subject.stores)).read('t', 'a'))).toBe('1')
    })

    it('[V12] lists vaults and destroys one without touching another', async () => {
      expect(await subject.stores.list()).toEqual([])
      const names = ['amy', 'Amy', 'bob@http://localhost:8470', '../amy', '%61my']
      for (const vault of names) {
        const store = await opened(subject.stores, vault)
        await store.commit([{ table: 't', id: 'name', value: bytes(vault) }])
        await store.close()
      }
      expect(await subject.stores.list()).toEqual([...names].sort())
      await subject.stores.destroy('amy')
      await subject.stores.destroy('nobody')
      expect(await subject.restart().list()).toEqual(names.filter((vault) => vault !== 'amy').sort())
      for (const vault of names) {
        const store = await opened(subject.restart(), vault)
        expect(text(await store.read('t', 'name'))).toBe(vault === 'amy' ? undefined : vault)
      }
    })

    it('[V13] destroys one that is open where that is asked for', async () => {
      const store = await opened(subject.stores)
      await store.commit([{ table: 't', id: 'i', value: bytes('1') }])
      await subject.restart().destroy('amy', { evenIfOpen: true })
      expect(await subject.stores.list()).toEqual([])
      await store.close()
      expect(await (await opened(subject.restart())).read('t', 'i')).toBeUndefined()
    })

    it('does not destroy a vault that is open', async () => {
      const store = await opened(subject.stores)
      await store.commit([{ table: 't', id: 'a', value: bytes('1') }])
      await expect(subject.stores.destroy('amy')).rejects.toMatchObject({ code: 'storage_locked' })
      expect(text(await store.read('t', 'a'))).toBe('1')
    })
  })
}
