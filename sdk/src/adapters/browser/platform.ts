/** Everything that a browser gives the client. */
import { noblePrimitives } from '../../crypto/primitives-noble.js'
import type { Primitives } from '../../env.js'
import type { Platform } from '../../ports/platform.js'
import { fetchAccountApi } from '../fetch-account-api.js'
import { globalWebSocketSignaling } from '../websocket-signaling.js'
import { browserFiles } from './files.js'
import { browserHost } from './host.js'
import { indexedDbStores } from './indexeddb-store.js'
import { indexedDbKeystore } from './keystore.js'
import { browserTransport } from './transport.js'

export interface BrowserPlatformOptions {
  /** Other primitives than those on the noble libraries. */
  readonly primitives?: Primitives
}

/** Touches nothing of the browser yet, so that a module may make one wherever it is imported. */
export function browserPlatform({ primitives = noblePrimitives }: BrowserPlatformOptions = {}): Platform {
  return {
    host: browserHost(primitives),
    transport: browserTransport(),
    signaling: globalWebSocketSignaling,
    accountApi: fetchAccountApi,
    stores: indexedDbStores(),
    keystore: indexedDbKeystore(),
    files: browserFiles(),
  }
}
