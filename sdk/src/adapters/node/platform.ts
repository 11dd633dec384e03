/** All ports on Node. */
import { noblePrimitives } from '../../crypto/primitives-noble.js'
import type { Platform } from '../../ports/platform.js'
import { fetchAccountApi } from '../fetch-account-api.js'
import { fileStores } from './file-store.js'
import { folderFiles } from './files.js'
import { nodeHost } from './host.js'
import { fileKeystore } from './keystore.js'
import { nodeSignaling } from './signaling.js'
import { nodeTransport } from './transport.js'

export interface NodePlatformOptions {
  /** Holds the vaults, one folder each. */
  readonly folder: string
  /** Takes received files. */
  readonly downloads: string
}

export function nodePlatform({ folder, downloads }: NodePlatformOptions): Platform {
  return {
    host: nodeHost(noblePrimitives),
    transport: nodeTransport(),
    signaling: nodeSignaling,
    accountApi: fetchAccountApi,
    stores: fileStores(folder),
    keystore: fileKeystore(folder),
    files: folderFiles(downloads),
  }
}
