import { mkdtemp, readFile, rm, stat } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { backupFile } from './backup-file.js'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'solo2-backup-'))
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

it('[V10] writes a new file for its owner, and gives it back to be checked', async () => {
  const path = join(folder, 'backup')
  const sink = await backupFile(path)
  await sink.write(Buffer.from('one '))
  await sink.write(Buffer.from('two'))
  const source = await sink.finish()
  expect(source.size).toBe(7)
  expect(Buffer.from(await source.read(2, 4)).toString()).toBe('e tw')
  await source.close()
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  await expect(backupFile(path)).rejects.toMatchObject({ code: 'storage_failed' })
  expect(await readFile(path, 'latin1')).toBe('one two')
})
