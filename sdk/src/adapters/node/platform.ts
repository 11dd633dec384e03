/** Everything that Node gives the client. */
import type { Primitives } from '../../env.js'
import type { Platform } from '../../ports/platform.js'
import { fetchAccountApi } from '../fetch-account-api.js'
import { hastened } from '../hastened.js'
import { fileStores } from './file-store.js'
import { folderFiles } from './files.js'
import { nodeHost } from './host.js'
import { fileKeystore } from './keystore.js'
import { nodeNetwork } from './network.js'
import { chosenPrimitives } from './primitives.js'
import { nodeSignaling } from './signaling.js'
import { nodeTransport } from './transport.js'

/** Where a process keeps things. */
export interface NodePlatformOptions {
  /** Holds the vaults, one folder each. */
  readonly folder: string
  /** Takes received files when they are saved. */
  readonly downloads: string
  /** Default: node:crypto where it passes a self-test, otherwise noble; with libsodium where that is faster from the first tunnel on. */
  readonly primitives?: Primitives
}

/** OpenSSL seals faster, but HMAC takes it an object and X25519 the import of each secret, and in Node 20 it has no ML-KEM. */
const FASTER_IN_SODIUM = [
  ...(['hmac', 'hmacPair', 'x25519', 'x25519PublicKey'] as const),
  ...(['mlkemPublicKey', 'mlkemEncapsulate', 'mlkemDecapsulate'] as const),
] as const

/** Touches no file yet. */
export function nodePlatform({ folder, downloads, primitives }: NodePlatformOptions): Platform {
  return {
    host: nodeHost(primitives ?? hastened(chosenPrimitives(), FASTER_IN_SODIUM)),
    transport: nodeTransport(),
    signaling: nodeSignaling,
    accountApi: fetchAccountApi,
    stores: fileStores(folder),
    keystore: fileKeystore(folder),
    files: folderFiles(folder, downloads),
    network: nodeNetwork(),
  }
}
