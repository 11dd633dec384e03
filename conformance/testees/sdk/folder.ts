/** spec/11 section 1.1: the log of a vault's folder, read as the SDK's store in Node does. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { nodePlatform } from '@solo2/sdk/node'
import type { SlowFunctions } from './functions.js'

export const folder: SlowFunctions<'readLog'> = {
  async readLog({ log, table }) {
    const device = await mkdtemp(join(tmpdir(), 'solo2-testee-'))
    try {
      await mkdir(join(device, 'vault-one'))
      await writeFile(join(device, 'vault-one', 'log'), log)
      const store = await nodePlatform({ folder: device, downloads: device }).stores.open('one')
      const entries = await store.entries(table)
      await store.close()
      return { $case: 'vaultEntries', value: { entries: entries.map(([id, value]) => ({ id, value })) } }
    } finally {
      await rm(device, { recursive: true, force: true })
    }
  },
}
