/** The vaults of this device as they can be told without opening one: whose they are, and which cannot be read (11-96). */
import { type ErrorCode, Solo2Error } from '../errors.js'
import type { Platform } from '../ports/platform.js'
import type { VaultOnDevice } from './api/solo2.js'
import { readHeader, SELF } from './vault-store.js'

/** Removes what wipes that were interrupted left behind, too (11-15). */
export async function listVaults(platform: Platform): Promise<VaultOnDevice[]> {
  const listed: VaultOnDevice[] = []
  const names = await platform.stores.list()
  await platform.files.keepOnly(names)
  await platform.keystore.keepOnly(names)
  for (const name of names) {
    const header = await readHeader({ read: reader(platform, name) }).catch(() => undefined)
    if (header !== undefined) listed.push({ username: header.username, server: header.server })
  }
  return listed
}

/** A code for each that is not listed and not empty. */
export async function unreadableVaults(platform: Platform): Promise<ErrorCode[]> {
  const codes: ErrorCode[] = []
  for (const name of await platform.stores.list()) {
    const read = reader(platform, name)
    try {
      const header = await readHeader({ read })
      // An empty store is what a registration that failed leaves.
      if (header === undefined && (await read(SELF.table, SELF.id)) !== undefined) codes.push('storage_damaged')
    } catch (error) {
      codes.push(Solo2Error.from(error, 'storage_failed', 'a vault cannot be looked at').code)
    }
  }
  return codes
}

/** Without opening it: a vault that another tab or program has open is looked at all the same. */
function reader(platform: Platform, name: string) {
  return (table: string, id: string) => platform.stores.peek(name, table, id)
}
