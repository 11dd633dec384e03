/** `@solo2/sdk/node`: the facade bound to Node: WebRTC by node-datachannel, a vault in a folder, files on disk. */
import { homedir } from 'node:os'
import { join } from 'node:path'
import { nodePlatform } from './adapters/node/platform.js'
import type { Added, ImportBackup } from './client/api/backup.js'
import type { VaultOnDevice } from './client/api/solo2.js'
import type { Credentials, DeviceJoining, Me, Registration, SlowCall, WordsCall } from './client/api.js'
import { createSolo2 } from './client/solo2.js'
import type { ErrorCode } from './errors.js'

export { backupFile } from './adapters/node/backup-file.js'
export { fileSource } from './adapters/node/files.js'
export { nodePlatform } from './adapters/node/platform.js'
export type { Solo2 as Solo2Facade, VaultOnDevice } from './client/api/solo2.js'
export type * from './client/api.js'
export { createSolo2 } from './client/solo2.js'
export { type Culprit, ERROR_CODES, type ErrorCode, Solo2Error } from './errors.js'
export { confirmWord, normaliseWords, suggestWords } from './keys/words.js'
export type { FileSource, SavedFile } from './ports/files.js'
export type { PathInfo, PathKind } from './ports/transport.js'

export interface NodeFolders {
  /** Holds the vaults. Default: `.solo2` in the home folder. */
  readonly folder?: string
  /** Takes received files. Default: `Downloads` in the home folder. */
  readonly downloads?: string
}

function bind({ folder = join(homedir(), '.solo2'), downloads = join(homedir(), 'Downloads') }: NodeFolders) {
  return createSolo2(nodePlatform({ folder, downloads }))
}

/** The same calls as in a browser; each takes the folders beside its own options. */
export const Solo2 = {
  register: (options: Registration & SlowCall & NodeFolders): Promise<{ me: Me; words: string[] }> =>
    bind(options).register(options),
  login: (options: Credentials & SlowCall & NodeFolders): Promise<Me> => bind(options).login(options),
  unlock: (options: Credentials & SlowCall & NodeFolders): Promise<Me> => bind(options).unlock(options),
  unlockWithWords: (options: WordsCall & NodeFolders): Promise<Me> => bind(options).unlockWithWords(options),
  recover: (options: WordsCall & { readonly newPassword: string } & NodeFolders): Promise<Me> =>
    bind(options).recover(options),
  joinDevice: (options: DeviceJoining & NodeFolders): Promise<Me> => bind(options).joinDevice(options),
  importBackup: (options: ImportBackup & NodeFolders): Promise<{ me: Me; added: Added }> =>
    bind(options).importBackup(options),
  clearData: (options: VaultOnDevice & NodeFolders): Promise<void> => bind(options).clearData(options),
  emergencyReset: (options: NodeFolders = {}): Promise<void> => bind(options).emergencyReset(),
  unreadable: (options: NodeFolders = {}): Promise<ErrorCode[]> => bind(options).unreadable(),
  vaults: (options: NodeFolders = {}): Promise<VaultOnDevice[]> => bind(options).vaults(),
}
