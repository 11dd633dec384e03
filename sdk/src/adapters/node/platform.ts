/** Everything that Node gives the client. */
import type { Primitives } from '../../env.js'
import type { Platform } from '../../ports/platform.js'
import { fetchAccountApi } from '../fetch-account-api.js'
import { fileStores } from './file-store.js'
import { folderFiles } from './files.js'
import { nodeHost } from './host.js'
import { fileKeystore } from './keystore.js'
import { chosenPrimitives } from './primitives.js'
import { nodeSignaling } from './signaling.js'
import { nodeTransport } from './transport.js'

export interface NodePlatformOptions {
  /** Holds the vaults, one folder each. */
  readonly folder: string
  /** Takes received files when they are saved. */
  readonly downloads: string
  /** Default: node:crypto where it passes a self-test, otherwise noble. */
  readonly primitives?: Primitives
}

/** Touches no file yet. */
export function nodePlatform({ folder, downloads, primitives = chosenPrimitives() }: NodePlatformOptions): Platform {
  return {
    host: nodeHost(primitives),
    transport: nodeTransport(),
    signaling: nodeSignaling,
    accountApi: fetchAccountApi,
    stores: fileStores(folder),
    keystore: fileKeystore(folder),
    files: folderFiles(folder, downloads),
  }
}
