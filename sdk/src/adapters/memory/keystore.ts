/** Device keys in memory: as the others, gone with the process. */
import type { Keystore } from '../../ports/keystore.js'
import { cryptoKeyDeviceKey, importAesKey } from '../web-aead.js'
import { beside, deviceKeyBeside } from './beside.js'

/** `random`: as Host.random. */
export function memoryKeystore(random: (length: number) => Uint8Array): Keystore {
  const keys = new Map<string, Promise<CryptoKey>>()
  return {
    async find(vault) {
      const key = keys.get(vault)
      return key && deviceKeyBeside(cryptoKeyDeviceKey(await key))
    },
    async deviceKey(vault) {
      const key = keys.get(vault) ?? beside(importAesKey(random(32)))
      keys.set(vault, key)
      return deviceKeyBeside(cryptoKeyDeviceKey(await key))
    },
    async destroy(vault) {
      keys.delete(vault)
    },
    async keepOnly(vaults) {
      for (const vault of [...keys.keys()]) if (!vaults.includes(vault)) keys.delete(vault)
    },
  }
}
