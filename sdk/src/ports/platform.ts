/** All ports of one platform, and what the program on it says of itself: what an entry file binds to the client. */
import type { AccountApi } from './account-api.js'
import type { Files } from './files.js'
import type { Host } from './host.js'
import type { Keystore } from './keystore.js'
import type { NetworkWatch } from './network.js'
import type { Signaling } from './signaling.js'
import type { Stores } from './store.js'
import type { Transport } from './transport.js'

/** One implementation of each port. */
export interface Platform {
  readonly host: Host
  readonly transport: Transport
  readonly signaling: Signaling
  /** The account plane of the server at `origin` (http: or https:). */
  accountApi(origin: string): AccountApi
  readonly stores: Stores
  readonly keystore: Keystore
  readonly files: Files
  readonly network: NetworkWatch
  /** The build of the program, 64 hex digits (spec/05 section 12): contacts are told of it. Default: none, and nothing is told. */
  readonly build?: string | undefined
}
