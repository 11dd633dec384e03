/** What every keeper of sealed files must do. It never knows what the bytes mean. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Files } from '../../src/ports/files.js'

export interface FilesSubject {
  readonly files: Files
  /** The same folders after everything that ran on them is gone. */
  restart(): Files
  /** Files that the person saved: name to content. */
  saved(): Promise<Map<string, Uint8Array>>
  dispose(): Promise<void>
}

export function filesSuite(name: string, make: () => FilesSubject | Promise<FilesSubject>): void {
  describe(`files: ${name}`, () => {
    const id = (n: number) => n.toString(16).padStart(32, '0')
    const conversation = 'c'.repeat(32)
    const place = (n: number) => ({ vault: 'amy', conversation, file: id(n) })
    const content = (length: number, seed = 1) =>
      Uint8Array.from({ length }, (_, n) => (n * 31 + seed + (n >> 8)) & 255)
    /** Vitest compares arrays of this length element by element, for minutes. */
    const same = (a: Uint8Array | undefined, b: Uint8Array) => a !== undefined && Buffer.compare(a, b) === 0
    let subject: FilesSubject
    beforeEach(async () => {
      subject = await make()
    })
    afterEach(async () => {
      await subject.dispose()
    })

    async function keep(n: number, bytes: Uint8Array): Promise<void> {
      const sink = await subject.files.sink(place(n), 0, bytes.length)
      for (let at = 0; at < bytes.length; at += 1_000_000) await sink.write(at, bytes.subarray(at, at + 1_000_000))
      await sink.close()
    }

    async function held(n: number, files = subject.files): Promise<Uint8Array | undefined> {
      const source = await files.source(place(n))
      const bytes = await source?.read(0, source.size)
      await source?.close()
      return bytes
    }

    function save(n: number, called: string, bytes: Uint8Array) {
      const read = async (offset: number, length: number) => bytes.slice(offset, offset + length)
      return subject.files.save(id(n), { name: called, size: bytes.length, read, close: async () => undefined })
    }

    it('keeps bytes and gives them from anywhere, also after a restart', async () => {
      const bytes = content(2_500_000)
      await keep(1, bytes)
      expect(same(await held(1), bytes)).toBe(true)
      const source = await subject.restart().source(place(1))
      expect(source?.size).toBe(bytes.length)
      expect(same(await source?.read(1_999_999, 3), bytes.subarray(1_999_999, 2_000_002))).toBe(true)
      await expect(source?.read(bytes.length - 1, 2)).rejects.toMatchObject({ code: 'storage_failed' })
      await source?.close()
    })

    it('has no source where nothing is, and an empty one where a sink wrote nothing', async () => {
      expect(await subject.files.source(place(1))).toBeUndefined()
      await (await subject.files.sink(place(1), 0, 10)).close()
      expect((await held(1))?.length).toBe(0)
    })

    it('goes on behind what is kept, and cuts off the rest', async () => {
      const bytes = content(300)
      await keep(1, bytes)
      const sink = await subject.restart().sink(place(1), 100, 200)
      await sink.write(100, content(100, 7))
      await sink.close()
      await sink.close()
      const now = await held(1)
      expect(now?.length).toBe(200)
      expect(same(now?.subarray(0, 100), bytes.subarray(0, 100))).toBe(true)
      expect(same(now?.subarray(100), content(100, 7))).toBe(true)
    })

    it('a sink opened again ends the earlier one', async () => {
      const first = await subject.files.sink(place(1), 0, 20)
      await first.write(0, content(10))
      const second = await subject.files.sink(place(1), 10, 20)
      await expect(first.write(10, content(10))).rejects.toMatchObject({ code: 'closed' })
      await second.write(10, content(10))
      await second.close()
      expect((await held(1))?.length).toBe(20)
    })

    it('lists and removes, each conversation and vault for itself', async () => {
      await keep(1, content(3))
      await keep(2, content(4))
      const elsewhere = { vault: 'Amy 2.', conversation: 'd'.repeat(32), file: id(1) }
      await (await subject.files.sink(elsewhere, 0, 3)).close()
      expect((await subject.restart().list(place(1))).sort()).toEqual([id(1), id(2)])
      await subject.files.remove(place(1))
      await subject.files.remove(place(1))
      expect(await subject.files.list(place(1))).toEqual([id(2)])
      expect(await subject.files.source(place(1))).toBeUndefined()
      expect(await subject.files.list(elsewhere)).toEqual([id(1)])
      expect(await subject.files.list({ vault: 'nobody', conversation })).toEqual([])
    })

    it('keeps only the files of the vaults that there are', async () => {
      const other = { ...place(1), vault: 'amy2' }
      await keep(1, content(3))
      await (await subject.files.sink(other, 0, 3)).close()
      await subject.files.keepOnly(['amy', 'ben'])
      expect(await subject.files.list(place(1))).toEqual([id(1)])
      expect(await subject.files.list(other)).toEqual([])
    })

    it('refuses bytes out of order and beyond the end', async () => {
      const sink = await subject.files.sink(place(1), 0, 100)
      await expect(sink.write(1, content(1))).rejects.toMatchObject({ code: 'invalid_argument' })
      await sink.write(0, content(50))
      await expect(sink.write(0, content(50))).rejects.toMatchObject({ code: 'invalid_argument' })
      await expect(sink.write(50, content(51))).rejects.toMatchObject({ code: 'invalid_argument' })
      await sink.write(50, content(50))
      await sink.close()
      await expect(sink.write(100, content(0))).rejects.toMatchObject({ code: 'closed' })
    })

    it('refuses what is no file ID and no size', async () => {
      for (const bad of ['', '../../etc/passwd', id(1).toUpperCase().replace('1', 'F'), `${id(1)}0`]) {
        const refused = { code: 'invalid_argument' }
        await expect(subject.files.sink({ ...place(1), file: bad }, 0, 1)).rejects.toMatchObject(refused)
        await expect(subject.files.source({ ...place(1), conversation: bad })).rejects.toMatchObject(refused)
        await expect(subject.files.list({ vault: 'amy', conversation: bad })).rejects.toMatchObject(refused)
        await expect(subject.files.remove({ ...place(1), file: bad })).rejects.toMatchObject(refused)
      }
      for (const bad of [-1, 0.5, Number.NaN, 2 ** 53]) {
        await expect(subject.files.sink(place(1), 0, bad)).rejects.toMatchObject({ code: 'invalid_argument' })
      }
      await expect(subject.files.sink(place(1), 2, 1)).rejects.toMatchObject({ code: 'invalid_argument' })
    })

    it('[T5] saves files of every size around a piece, the empty one too', async () => {
      const sizes = [0, 1, 1_048_575, 1_048_576, 1_048_577, 2_097_152]
      for (const [n, size] of sizes.entries()) await save(n, `file-${size}.bin`, content(size, n))
      const saved = await subject.saved()
      expect(saved.size).toBe(sizes.length)
      for (const [n, size] of sizes.entries()) {
        expect(same(saved.get(`file-${size}.bin`), content(size, n)), `${size} bytes`).toBe(true)
      }
    })

    it('never replaces a file: numbers the name, extension whole', async () => {
      const called = async (n: number, given: string) => (await save(n, given, content(10, n))).name
      await called(1, 'map-17 (1).pdf')
      expect([await called(2, 'map-17.pdf'), await called(3, 'map-17.pdf')]).toEqual(['map-17.pdf', 'map-17 (2).pdf'])
      await called(4, 'a.tar.gz')
      expect(await called(5, 'a.tar.gz')).toBe('a (1).tar.gz')
      expect([...(await subject.saved()).values()].map((bytes) => bytes[0]).sort()).toEqual([1, 2, 3, 4, 5])
    })

    it('keeps all of several that are saved at once under one name', async () => {
      const each = Array.from({ length: 8 }, (_, n) => save(n, 'same.txt', content(100, n)))
      const names = (await Promise.all(each)).map((given) => given.name)
      expect(new Set(names).size).toBe(8)
      const saved = await subject.saved()
      expect(names.map((given) => saved.get(given)?.[0]).sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    })

    it('saves nothing of a source that fails half-way', async () => {
      const read = async (offset: number) => {
        if (offset > 0) throw new Error('gone')
        return content(1_048_576)
      }
      const source = { name: 'half.bin', size: 2_000_000, read, close: async () => undefined }
      await expect(subject.files.save(id(1), source)).rejects.toBeDefined()
      expect([...(await subject.saved())]).toEqual([])
    })

    it('keeps hostile names inside the folder', async () => {
      const names = ['../evil.sh', '/etc/passwd', '..', '.bashrc', 'a\u0000b', 'con.txt', 'C:\\x', '', ' . ']
      names.push('x'.repeat(400))
      const given: string[] = []
      for (const [n, called] of names.entries()) given.push((await save(n, called, content(3, n))).name)
      const saved = await subject.saved()
      for (const called of given) {
        expect(saved.has(called), called).toBe(true)
        expect(called).not.toMatch(/[/\\:]|^\./)
        expect(called.includes('\0')).toBe(false)
        expect(new TextEncoder().encode(called).length).toBeLessThanOrEqual(255)
      }
      expect(new Set(given).size).toBe(names.length)
    })
  })
}
