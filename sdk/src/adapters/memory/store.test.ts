import { storeSuite } from '../../../test/suites/store.suite.js'
import { createDisk, memoryStores } from './store.js'

storeSuite('memory', () => {
  const disk = createDisk()
  return { stores: memoryStores(disk), restart: () => memoryStores(disk), dispose: async () => {} }
})
