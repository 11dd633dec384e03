/** Everything that a browser gives the client. */
import { noblePrimitives } from '../../crypto/primitives-noble.js'
import type { Primitives } from '../../env.js'
import type { Platform } from '../../ports/platform.js'
import { fetchAccountApi } from '../fetch-account-api.js'
import { hastened } from '../hastened.js'
import { globalWebSocketSignaling } from '../websocket-signaling.js'
import { browserFiles } from './files.js'
import { browserHost } from './host.js'
import { indexedDbStores } from './indexeddb-store.js'
import { indexedDbKeystore } from './keystore.js'
import { browserNetwork } from './network.js'
import { browserTransport } from './transport.js'

/** What differs between two pages. */
export interface BrowserPlatformOptions {
  /** Default: noble, with all that libsodium has from the first tunnel on. */
  readonly primitives?: Primitives
}

const FASTER_IN_SODIUM = [
  ...(['hmac', 'hmacPair', 'x25519', 'x25519PublicKey', 'aeadSeal', 'aeadOpen'] as const),
  ...(['mlkemPublicKey', 'mlkemEncapsulate', 'mlkemDecapsulate'] as const),
] as const

/** Touches nothing of the browser yet, so that a module may make one wherever it is imported. */
export function browserPlatform({ primitives }: BrowserPlatformOptions = {}): Platform {
  return {
    host: browserHost(primitives ?? hastened(noblePrimitives, FASTER_IN_SODIUM)),
    transport: browserTransport(),
    signaling: globalWebSocketSignaling,
    accountApi: fetchAccountApi,
    stores: indexedDbStores(),
    keystore: indexedDbKeystore(),
    files: browserFiles(),
    network: browserNetwork(),
  }
}
