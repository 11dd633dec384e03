import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { keystoreSuite } from '../../../test/suites/keystore.suite.js'
import { fileStores } from './file-store.js'
import { fileKeystore } from './keystore.js'

const temporary = () => mkdtemp(join(tmpdir(), 'solo2-keys-'))

keystoreSuite('files', async () => {
  const folder = await temporary()
  return {
    keystore: fileKeystore(folder),
    restart: () => fileKeystore(folder),
    dispose: () => rm(folder, { recursive: true, force: true }),
  }
})

it('keeps the key to its owner, in the folder that goes with the vault', async () => {
  const folder = await temporary()
  await fileKeystore(folder).deviceKey('amy')
  const path = join(folder, 'vault-amy', 'device.key')
  expect(await stat(path)).toMatchObject({ size: 32 })
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(await readdir(join(folder, 'vault-amy'))).toEqual(['device.key'])
  expect(await fileStores(folder).list()).toEqual([])
  await fileStores(folder).destroy('amy')
  expect(await readdir(folder)).toEqual([])
  await rm(folder, { recursive: true })
})

it('never replaces a damaged key', async () => {
  const folder = await temporary()
  await fileKeystore(folder).deviceKey('amy')
  await writeFile(join(folder, 'vault-amy', 'device.key'), 'short')
  await expect(fileKeystore(folder).deviceKey('amy')).rejects.toMatchObject({ code: 'storage_damaged' })
  await rm(folder, { recursive: true })
})
