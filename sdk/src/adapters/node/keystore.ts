/** The device key in Node: 32 random bytes in a file of the vault's folder that only its owner reads (spec/11). */
import { randomBytes, randomUUID } from 'node:crypto'
import { link, mkdir, open, readdir, readFile, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { ensure } from '../../errors.js'
import type { DeviceKey, Keystore } from '../../ports/keystore.js'
import { storageError } from '../store-rules.js'
import { cryptoKeyDeviceKey, importAesKey } from '../web-aead.js'
import { syncFolder, vaultFolder } from './file-store.js'

/** `folder`: that of the vaults. */
export function fileKeystore(folder: string): Keystore {
  const keyPath = (vault: string) => join(vaultFolder(folder, vault), 'device.key')
  return {
    find: (vault) =>
      guarded(async () => {
        const key = await readKey(keyPath(vault))
        return key && (await imported(key))
      }),
    deviceKey: (vault) =>
      guarded(async () => imported((await readKey(keyPath(vault))) ?? (await makeKey(keyPath(vault))))),
    async destroy(vault) {
      await rm(keyPath(vault), { force: true })
    },
    async keepOnly(vaults) {
      const kept = new Set(vaults.map((vault) => vaultFolder(folder, vault)))
      for (const entry of await readdir(folder).catch(() => [])) {
        const path = join(folder, entry)
        if (entry.startsWith('vault-') && !kept.has(path)) await rm(join(path, 'device.key'), { force: true })
      }
    },
  }
}

async function guarded<T>(action: () => Promise<T>): Promise<T> {
  try {
    return await action()
  } catch (error) {
    throw storageError(error, 'the device key cannot be read or written')
  }
}

async function imported(key: Uint8Array): Promise<DeviceKey> {
  const deviceKey = cryptoKeyDeviceKey(await importAesKey(key))
  key.fill(0)
  return deviceKey
}

async function readKey(path: string): Promise<Uint8Array | undefined> {
  let key: Buffer
  try {
    key = await readFile(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
  // Never replaced: the vault sealed under it would be gone for good.
  ensure(key.length === 32, 'storage_damaged', 'the file of the device key is damaged')
  return key
}

async function makeKey(path: string): Promise<Uint8Array> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const aside = `${path}.${randomUUID()}`
  const file = await open(aside, 'wx', 0o600)
  try {
    await file.writeFile(randomBytes(32))
    await file.sync()
    // Whole or not at all, and the first of two wins.
    await link(aside, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
    await syncFolder(dirname(path))
  } finally {
    await file.close()
    await rm(aside, { force: true })
  }
  const key = await readKey(path)
  ensure(key, 'storage_failed', 'the device key did not stay')
  return key
}
