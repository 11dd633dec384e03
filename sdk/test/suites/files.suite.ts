/** What every receiver of files must do. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { PROTOCOL } from '../../src/limits.js'
import type { Files } from '../../src/ports/files.js'

export interface FilesSubject {
  readonly files: Files
  /** The same folder after everything that ran on it is gone. */
  restart(): Files
  /** Finished files: name to content. */
  saved(): Promise<Map<string, Uint8Array>>
  /** How many unfinished files lie about. */
  unfinished(): Promise<number>
  dispose(): Promise<void>
}

export function filesSuite(name: string, make: () => FilesSubject | Promise<FilesSubject>): void {
  describe(`files: ${name}`, () => {
    const BLOCK = PROTOCOL.FILE_BLOCK_BYTES
    const id = (n: number) => n.toString(16).padStart(32, '0')
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

    async function receive(n: number, name: string, bytes: Uint8Array): Promise<string> {
      const sink = await subject.files.sink(id(n), name, bytes.length)
      for (let at = 0; at < bytes.length; at += BLOCK) await sink.write(at, bytes.subarray(at, at + BLOCK))
      return (await sink.finish()).name
    }

    it('[T5] saves files of every size around a block, the empty one too', async () => {
      const sizes = [0, 1, 4_095, 4_096, 4_097, BLOCK - 1, BLOCK, BLOCK + 1, 2 * BLOCK]
      for (const [n, size] of sizes.entries()) await receive(n, `file-${size}.bin`, content(size, n))
      const saved = await subject.saved()
      for (const [n, size] of sizes.entries()) {
        expect(same(saved.get(`file-${size}.bin`), content(size, n)), `${size} bytes`).toBe(true)
      }
      expect(await subject.unfinished()).toBe(0)
    })

    it('never replaces a file: numbers the name, extension whole', async () => {
      await receive(1, 'map-17 (1).pdf', content(10, 1))
      const names = [await receive(2, 'map-17.pdf', content(10, 2)), await receive(3, 'map-17.pdf', content(10, 3))]
      expect(names).toEqual(['map-17.pdf', 'map-17 (2).pdf'])
      await receive(4, 'a.tar.gz', content(10, 4))
      expect(await receive(5, 'a.tar.gz', content(10, 5))).toBe('a (1).tar.gz')
      const saved = await subject.saved()
      expect([...saved.values()].map((bytes) => bytes[0]).sort()).toEqual([1, 2, 3, 4, 5])
    })

    it('keeps all of several that finish at once under one name', async () => {
      const names = await Promise.all(Array.from({ length: 8 }, (_, n) => receive(n, 'same.txt', content(100, n))))
      expect(new Set(names).size).toBe(8)
      const saved = await subject.saved()
      expect(names.map((name) => saved.get(name)?.[0]).sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    })

    it('resumes at whole blocks after a restart', async () => {
      const bytes = content(2 * BLOCK + 100)
      const first = await subject.files.sink(id(1), 'big.bin', bytes.length)
      expect(first.durable).toBe(0)
      await first.write(0, bytes.subarray(0, BLOCK))
      await first.write(BLOCK, bytes.subarray(BLOCK, BLOCK + 500))
      expect(first.durable).toBe(BLOCK + 500)
      const second = await subject.restart().sink(id(1), 'big.bin', bytes.length)
      await first.close()
      await first.close()
      expect(second.durable).toBe(BLOCK)
      await second.write(BLOCK, bytes.subarray(BLOCK))
      expect((await second.finish()).name).toBe('big.bin')
      expect(same((await subject.saved()).get('big.bin'), bytes)).toBe(true)
    })

    it('counts a file that was whole before the restart', async () => {
      const bytes = content(BLOCK + 1)
      const first = await subject.files.sink(id(1), 'whole.bin', bytes.length)
      await first.write(0, bytes)
      const second = await subject.restart().sink(id(1), 'whole.bin', bytes.length)
      await first.close()
      expect(second.durable).toBe(bytes.length)
      await second.finish()
      expect(same((await subject.saved()).get('whole.bin'), bytes)).toBe(true)
    })

    it('a sink opened again ends the earlier one and goes on from its bytes', async () => {
      const bytes = content(2 * BLOCK)
      const first = await subject.files.sink(id(1), 'a.bin', bytes.length)
      await first.write(0, bytes.subarray(0, BLOCK))
      const second = await subject.files.sink(id(1), 'a.bin', bytes.length)
      expect(second.durable).toBe(BLOCK)
      await expect(first.write(BLOCK, bytes.subarray(BLOCK))).rejects.toMatchObject({ code: 'closed' })
      await second.write(BLOCK, bytes.subarray(BLOCK))
      await second.finish()
      expect(same((await subject.saved()).get('a.bin'), bytes)).toBe(true)
    })

    it('removes what was discarded', async () => {
      const sink = await subject.files.sink(id(1), 'a.bin', 2 * BLOCK)
      await sink.write(0, content(BLOCK))
      expect(await subject.unfinished()).toBe(1)
      await sink.discard()
      expect(await subject.unfinished()).toBe(0)
      expect((await subject.files.sink(id(1), 'a.bin', 2 * BLOCK)).durable).toBe(0)
      expect([...(await subject.saved())]).toEqual([])
    })

    it('refuses bytes out of order, beyond the end, and an early finish', async () => {
      const sink = await subject.files.sink(id(1), 'a.bin', 100)
      await expect(sink.write(1, content(1))).rejects.toMatchObject({ code: 'invalid_argument' })
      await sink.write(0, content(50))
      await expect(sink.write(0, content(50))).rejects.toMatchObject({ code: 'invalid_argument' })
      await expect(sink.write(50, content(51))).rejects.toMatchObject({ code: 'invalid_argument' })
      await expect(sink.finish()).rejects.toMatchObject({ code: 'wrong_state' })
      await sink.write(50, content(50))
      await sink.finish()
      await expect(sink.write(100, content(0))).rejects.toMatchObject({ code: 'closed' })
    })

    it('refuses what is no file ID and no size', async () => {
      for (const bad of ['', '../../etc/passwd', id(1).toUpperCase().replace('1', 'F'), `${id(1)}0`]) {
        await expect(subject.files.sink(bad, 'a', 1)).rejects.toMatchObject({ code: 'invalid_argument' })
      }
      for (const bad of [-1, 0.5, Number.NaN, 2 ** 53]) {
        await expect(subject.files.sink(id(1), 'a', bad)).rejects.toMatchObject({ code: 'invalid_argument' })
      }
    })

    it('keeps hostile names inside the folder', async () => {
      const names = [
        '../evil.sh',
        '/etc/passwd',
        '..',
        '.bashrc',
        'a\u0000b',
        'con.txt',
        'C:\\x',
        '',
        ' . ',
        'x'.repeat(400),
      ]
      const given: string[] = []
      for (const [n, name] of names.entries()) given.push(await receive(n, name, content(3, n)))
      const saved = await subject.saved()
      for (const name of given) {
        expect(saved.has(name), name).toBe(true)
        expect(name).not.toMatch(/[/\\:]|^\./)
        expect(name.includes('\0')).toBe(false)
        expect(new TextEncoder().encode(name).length).toBeLessThanOrEqual(255)
      }
      expect(new Set(given).size).toBe(names.length)
    })
  })
}
