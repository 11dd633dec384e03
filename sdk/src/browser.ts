/** `@solo2/sdk`: the facade bound to the browser: WebRTC, a vault in IndexedDB, files in the browser's private storage. */
import { browserPlatform } from './adapters/browser/platform.js'
import { createSolo2 } from './client/solo2.js'

export { handleBackup } from './adapters/browser/handle-backup.js'
export { blobBackup, blobBytes } from './adapters/browser/memory-files.js'
export { type BrowserPlatformOptions, browserPlatform } from './adapters/browser/platform.js'
export type { Solo2 as Solo2Facade, VaultOnDevice } from './client/api/solo2.js'
export type * from './client/api.js'
export { createSolo2 } from './client/solo2.js'
export type { Coordinates, Media } from './content/forms.js'
export type { Primitives } from './env.js'
export { type Culprit, ERROR_CODES, type ErrorCode, Solo2Error } from './errors.js'
export { confirmWord, normaliseWords, suggestWords } from './keys/words.js'
export type * from './ports/account-api.js'
export type * from './ports/files.js'
export type * from './ports/host.js'
export type * from './ports/keystore.js'
export type * from './ports/network.js'
export type * from './ports/platform.js'
export type * from './ports/signaling.js'
export type * from './ports/store.js'
export type * from './ports/transport.js'
export type { TunnelFacts } from './tunnel/tunnel.js'

/**
 * The facade of this browser: vaults in IndexedDB, files in the private file system of the origin, WebRTC (spec/01
 * section 6).
 */
export const Solo2 = createSolo2(browserPlatform())
