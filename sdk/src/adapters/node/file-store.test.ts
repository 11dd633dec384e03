import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { storeSuite } from '../../../test/suites/store.suite.js'
import { fileStores } from './file-store.js'

storeSuite('files', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'solo2-store-'))
  return {
    stores: fileStores(folder),
    restart: () => fileStores(folder),
    dispose: () => rm(folder, { recursive: true, force: true }),
  }
})
