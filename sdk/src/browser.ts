/** `@solo2/sdk`: the facade bound to the browser: WebRTC, a vault in IndexedDB, files in the browser's private storage. */
import { browserPlatform } from './adapters/browser/platform.js'
import { createSolo2 } from './client/solo2.js'

export { handleBackup } from './adapters/browser/handle-backup.js'
export { blobBackup, blobBytes } from './adapters/browser/memory-files.js'
export { browserPlatform } from './adapters/browser/platform.js'
export type { Solo2 as Solo2Facade, VaultOnDevice } from './client/api/solo2.js'
export type * from './client/api.js'
export { createSolo2 } from './client/solo2.js'
export { type Culprit, ERROR_CODES, type ErrorCode, Solo2Error } from './errors.js'
export { confirmWord, normaliseWords, suggestWords } from './keys/words.js'
export type { BackupSink, FileSource, SavedFile } from './ports/files.js'
export type { PathInfo, PathKind } from './ports/transport.js'

export const Solo2 = createSolo2(browserPlatform())
