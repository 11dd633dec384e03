import { mkdtemp, readdir, readFile, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { filesSuite } from '../../../test/suites/files.suite.js'
import { fileSource, folderFiles } from './files.js'

const temporary = () => mkdtemp(join(tmpdir(), 'solo2-files-'))

filesSuite('folder', async () => {
  const folder = await temporary()
  const list = async (unfinished: boolean) =>
    (await readdir(folder)).filter((name) => name.endsWith('.solo2-part') === unfinished)
  return {
    files: folderFiles(folder),
    restart: () => folderFiles(folder),
    async saved() {
      const found = new Map<string, Uint8Array>()
      for (const name of await list(false)) found.set(name, Uint8Array.from(await readFile(join(folder, name))))
      return found
    },
    unfinished: async () => (await list(true)).length,
    dispose: () => rm(folder, { recursive: true, force: true }),
  }
})

describe('files in Node', () => {
  let folder: string
  beforeEach(async () => {
    folder = await temporary()
  })
  afterEach(async () => {
    await rm(folder, { recursive: true, force: true })
  })

  it('does not write through a link that lies where the unfinished file would', async () => {
    const id = '0'.repeat(32)
    await writeFile(join(folder, 'victim'), 'precious')
    await symlink(join(folder, 'victim'), join(folder, `.${id}.solo2-part`))
    await expect(folderFiles(folder).sink(id, 'a', 4)).rejects.toMatchObject({ code: 'storage_failed' })
    expect(await readFile(join(folder, 'victim'), 'latin1')).toBe('precious')
  })

  it('[T5] reads exactly the bytes asked for, beyond 32 bits too', async () => {
    const path = join(folder, 'sparse.bin')
    await writeFile(path, 'head')
    await truncate(path, 2 ** 32 + 1)
    const source = await fileSource(path)
    expect(source).toMatchObject({ name: 'sparse.bin', size: 2 ** 32 + 1 })
    expect(Buffer.from(await source.read(0, 4)).toString()).toBe('head')
    expect(await source.read(2 ** 32 - 1, 2)).toEqual(new Uint8Array(2))
    await expect(source.read(2 ** 32, 2)).rejects.toMatchObject({ code: 'storage_failed' })
    await source.close()
  })

  it('notices a file that changed after it was offered', async () => {
    const path = join(folder, 'a.txt')
    await writeFile(path, 'one')
    const source = await fileSource(path)
    await source.read(0, 3)
    await writeFile(path, 'two')
    await utimes(path, new Date(1), new Date(1))
    await expect(source.read(0, 3)).rejects.toMatchObject({ code: 'storage_failed' })
    await source.close()
  })

  it('refuses folders and what is not there', async () => {
    await expect(fileSource(folder)).rejects.toMatchObject({ code: 'invalid_argument' })
    await expect(fileSource(join(folder, 'none'))).rejects.toMatchObject({ code: 'storage_failed' })
  })
})
