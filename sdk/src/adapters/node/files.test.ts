import { mkdtemp, readdir, readFile, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { filesSuite } from '../../../test/suites/files.suite.js'
import { fileSource, folderFiles } from './files.js'

const temporary = () => mkdtemp(join(tmpdir(), 'solo2-files-'))

filesSuite('folder', async () => {
  const folder = await temporary()
  const make = () => folderFiles(join(folder, 'vaults'), join(folder, 'downloads'))
  return {
    files: make(),
    restart: make,
    async saved() {
      const found = new Map<string, Uint8Array>()
      const downloads = join(folder, 'downloads')
      for (const name of await readdir(downloads).catch(() => [])) {
        found.set(name, Uint8Array.from(await readFile(join(downloads, name))))
      }
      return found
    },
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

  it('does not write through a link that lies where the unfinished copy would', async () => {
    const id = '0'.repeat(32)
    await writeFile(join(folder, 'victim'), 'precious')
    await symlink(join(folder, 'victim'), join(folder, `.${id}.solo2-part`))
    const source = { name: 'a', size: 4, read: async () => new Uint8Array(4), close: async () => undefined }
    await expect(folderFiles(folder, folder).save(id, source)).rejects.toMatchObject({ code: 'storage_failed' })
    expect(await readFile(join(folder, 'victim'), 'latin1')).toBe('precious')
  })

  it('replaces the unfinished copy of a program that was killed', async () => {
    const id = '0'.repeat(32)
    await writeFile(join(folder, `.${id}.solo2-part`), 'longer than the file')
    const source = { name: 'a', size: 4, read: async () => Buffer.from('file'), close: async () => undefined }
    const { path = '' } = await folderFiles(folder, folder).save(id, source)
    expect(await readFile(path, 'latin1')).toBe('file')
    expect(await readdir(folder)).toEqual(['a'])
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
