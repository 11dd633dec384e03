import { randomBytes } from 'node:crypto'
import { keystoreSuite } from '../../../test/suites/keystore.suite.js'
import { memoryKeystore } from './keystore.js'

keystoreSuite('memory', async () => {
  const keystore = memoryKeystore((length) => Uint8Array.from(randomBytes(length)))
  return { keystore, restart: () => keystore, dispose: async () => {} }
})
