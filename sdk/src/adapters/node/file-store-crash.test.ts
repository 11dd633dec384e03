import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { cases } from '../../../../tools/cases.js'
import { logBytes } from '../../../test/fixtures/log-bytes.js'
import type { Store } from '../../ports/store.js'
import { fileStores } from './file-store.js'
import { encodeRecord, LOG_HEADER, readLog } from './store-log.js'

const WRITER = fileURLToPath(new URL('../../../test/fixtures/store-writer.ts', import.meta.url))

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solo2-crash-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})
const logPath = () => join(folder, 'vault-amy', 'log')

async function withStore<T>(use: (store: Store) => Promise<T>): Promise<T> {
  const store = await fileStores(folder).open('amy')
  try {
    return await use(store)
  } finally {
    await store.close()
  }
}

describe('file store after a crash', () => {
  /** Three commits; the length of the log after each. */
  async function threeCommits(): Promise<number[]> {
    const lengths = [LOG_HEADER.length]
    await withStore(async (store) => {
      for (let n = 1; n <= 3; n++) {
        const value = new Uint8Array(20 * n).fill(n)
        await store.commit([
          { table: 't', id: 'n', value },
          { table: 't', id: `n${n}`, value },
        ])
        lengths.push((await stat(logPath())).size)
      }
    })
    return lengths
  }

  it('drops a torn tail, cut at every byte, and goes on from the commit before', async () => {
    const lengths = await threeCommits()
    const whole = await readFile(logPath())
    // Every byte of the last record, every eleventh of those before.
    const step = (cut: number) => (cut < (lengths[2] as number) ? 11 : 1)
    for (let cut = lengths[0] as number; cut <= whole.length; cut += step(cut)) {
      const expected = lengths.filter((length) => length <= cut).length - 1
      await writeFile(logPath(), whole.subarray(0, cut))
      await withStore(async (store) => {
        expect((await store.ids('t')).length).toBe(expected === 0 ? 0 : expected + 1)
        expect((await store.read('t', 'n'))?.[0]).toBe(expected === 0 ? undefined : expected)
        await store.commit([{ table: 't', id: 'after', value: new Uint8Array([cut & 255]) }])
      })
      await withStore(async (store) => {
        expect((await store.read('t', 'after'))?.[0]).toBe(cut & 255)
        expect((await store.read('t', 'n'))?.[0]).toBe(expected === 0 ? undefined : expected)
      })
    }
  })

  it('drops a last record whose bytes did not all arrive', async () => {
    const lengths = await threeCommits()
    const whole = await readFile(logPath())
    for (let at = lengths[2] as number; at < whole.length; at++) {
      const torn = Buffer.from(whole)
      torn.fill(0, at, Math.min(at + 64, torn.length))
      if (torn.equals(whole)) continue
      expect(await readLog(logBytes(torn))).toMatchObject({ sequence: 2, length: lengths[2] })
    }
  })

  it('says that it is damaged where an acknowledged record in the middle is broken', async () => {
    const lengths = await threeCommits()
    const whole = await readFile(logPath())
    for (let at = lengths[0] as number; at < (lengths[2] as number); at++) {
      const damaged = Buffer.from(whole)
      damaged[at] = (damaged[at] as number) ^ 0x10
      await expect(readLog(logBytes(damaged)), `byte ${at}`).rejects.toMatchObject({ code: 'storage_damaged' })
    }
  })

  it('tells torn from damaged in a log of many megabytes too', async () => {
    const starts = [LOG_HEADER.length]
    await withStore(async (store) => {
      for (let n = 0; n < 40; n++) {
        await store.commit([{ table: 't', id: `${n}`, value: new Uint8Array(100_000).fill(n) }])
        starts.push((await stat(logPath())).size)
      }
    })
    const whole = await readFile(logPath())
    const changed = (at: number) => {
      const damaged = Buffer.from(whole)
      damaged[at] = (damaged[at] as number) ^ 1
      return readLog(logBytes(damaged))
    }
    const startOf = (record: number) => starts[record] as number
    expect(await readLog(logBytes(whole))).toMatchObject({ sequence: 40, length: startOf(40) })
    expect(await changed(startOf(39) + 50_000)).toMatchObject({ sequence: 39, length: startOf(39) })
    for (let record = 0; record < 39; record++)
      await expect(changed(startOf(record) + 50_000), `record ${record}`).rejects.toMatchObject({
        code: 'storage_damaged',
      })
  })

  it('finds the whole record behind a damaged one wherever it begins in what is read at once', async () => {
    for (let more = -48; more < 4; more++) {
      const value = new Uint8Array(1_048_576 + more)
      const records = [1, 2].map((sequence) => encodeRecord(sequence, [{ table: 't', id: 'n', value }]).bytes)
      const damaged = Buffer.concat([LOG_HEADER, ...records])
      damaged[LOG_HEADER.length + 100] = 1
      await expect(readLog(logBytes(damaged)), `${more}`).rejects.toMatchObject({ code: 'storage_damaged' })
    }
  })

  it('reads whole values while it compacts', async () => {
    await withStore(async (store) => {
      const filled = (n: number) => new Uint8Array(50_000).fill(n)
      // More than is read at once.
      const others = Array.from({ length: 30 }, (_, n) => ({ table: 't', id: `other ${n}`, value: filled(n) }))
      await store.commit([{ table: 't', id: 'big', value: filled(0) }, ...others])
      let last = 0
      const writing = (async () => {
        for (let n = 1; n < 200; n++) await store.commit([{ table: 't', id: 'big', value: filled(n) }])
      })()
      const isOver = writing.then(() => true)
      do {
        const [one, [[, all] = []]] = await Promise.all([store.read('t', 'big'), store.entries('t')])
        for (const value of [one, all]) {
          const n = value?.[0] ?? -1
          expect(n).toBeGreaterThanOrEqual(last)
          expect(Buffer.compare(value as Uint8Array, filled(n))).toBe(0)
        }
        last = one?.[0] ?? -1
      } while (!(await Promise.race([isOver, new Promise((resolve) => setImmediate(resolve, false))])))
      expect((await store.read('t', 'big'))?.[0]).toBe(199)
      expect((await stat(logPath())).size).toBeLessThan(3_500_000)
    })
  })

  it('says that it is damaged where the file became shorter under an open store', async () => {
    await threeCommits()
    await withStore(async (store) => {
      await truncate(logPath(), LOG_HEADER.length + 20)
      await expect(store.read('t', 'n3')).rejects.toMatchObject({ code: 'storage_damaged' })
      await expect(store.entries('t')).rejects.toMatchObject({ code: 'storage_damaged' })
    })
  })

  it('touches nothing of a newer form and of foreign files', async () => {
    await threeCommits()
    for (const [content, code] of [
      ['Solo2 log 2\nsomething', 'storage_newer'],
      ['GIF89a', 'storage_damaged'],
      ['', 'storage_damaged'],
    ] as const) {
      await writeFile(logPath(), content)
      await expect(fileStores(folder).open('amy')).rejects.toMatchObject({ code })
      expect(await readFile(logPath(), 'latin1')).toBe(content)
    }
  })

  it('compacts what is overwritten, and has it all afterwards', async () => {
    await withStore(async (store) => {
      await store.commit([{ table: 't', id: 'kept', value: new Uint8Array([1]) }])
      for (let n = 0; n < 40; n++)
        await store.commit([{ table: 't', id: 'big', value: new Uint8Array(100_000).fill(n) }])
      expect((await stat(logPath())).size).toBeLessThan(1_300_000)
      await store.commit([{ table: 't', id: 'last', value: new Uint8Array([2]) }])
    })
    await withStore(async (store) => {
      expect(await store.ids('t')).toEqual(['big', 'kept', 'last'])
      expect((await store.read('t', 'big'))?.[0]).toBe(39)
    })
  })

  it('starts over where a compaction was cut off', async () => {
    await threeCommits()
    await writeFile(`${logPath()}.new`, 'half a log')
    await withStore(async (store) => {
      expect((await store.read('t', 'n'))?.[0]).toBe(3)
    })
    await expect(stat(`${logPath()}.new`)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('has every acknowledged commit, whole, after SIGKILL at any moment', async () => {
    let acknowledged = 0
    for (let round = 0; round < cases(6, 200); round++) {
      const target = acknowledged + 1 + ((round * 37) % 150)
      acknowledged = await killedWriter(target)
      await withStore(async (store) => {
        const stored = await store.read('t', 'n')
        const n = stored ? new DataView(stored.buffer).getUint32(0) : 0
        expect(n).toBeGreaterThanOrEqual(acknowledged)
        expect(n).toBeLessThanOrEqual(acknowledged + 1)
        for (const [, value] of await store.entries('parts')) expect(new DataView(value.buffer).getUint32(0)).toBe(n)
        acknowledged = n
      })
    }
  })

  /** Runs the writer until it has acknowledged `target`, kills it in the middle of what follows; what it acknowledged. */
  function killedWriter(target: number): Promise<number> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, ['--conditions=source', '--import=tsx', WRITER, folder], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      let said = ''
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        said += text
        if (last() >= target) child.kill('SIGKILL')
      })
      const last = () => Number(said.slice(0, said.lastIndexOf('\n')).split('\n').at(-1))
      child.on('close', (code) =>
        code === null ? resolve(last()) : reject(new Error(`the writer ended with ${code}`)),
      )
    })
  }
})
