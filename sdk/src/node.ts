/** `@solo2/sdk/node`: the facade bound to Node: WebRTC by node-datachannel, a vault in a folder, files on disk. */
import { homedir } from 'node:os'
import { join } from 'node:path'
import { nodePlatform } from './adapters/node/platform.js'
import type { Added, BackupItem, ImportBackup, ReadBackup } from './client/api/backup.js'
import type { VaultOnDevice } from './client/api/solo2.js'
import type { Credentials, DeviceJoining, Me, Registration, SlowCall, WordsCall } from './client/api.js'
import { createSolo2 } from './client/solo2.js'
import type { ErrorCode } from './errors.js'

export { backupFile } from './adapters/node/backup-file.js'
export { fileSource } from './adapters/node/files.js'
export { type NodePlatformOptions, nodePlatform } from './adapters/node/platform.js'
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

/** Where Node keeps what a browser keeps for the origin. */
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
  /** As {@link Solo2Facade.register}. */
  register: (options: Registration & SlowCall & NodeFolders): Promise<{ me: Me; words: string[] }> =>
    bind(options).register(options),
  /** As {@link Solo2Facade.login}. */
  login: (options: Credentials & SlowCall & NodeFolders): Promise<Me> => bind(options).login(options),
  /** As {@link Solo2Facade.unlock}. */
  unlock: (options: Credentials & SlowCall & NodeFolders): Promise<Me> => bind(options).unlock(options),
  /** As {@link Solo2Facade.unlockWithWords}. */
  unlockWithWords: (options: WordsCall & NodeFolders): Promise<Me> => bind(options).unlockWithWords(options),
  /** As {@link Solo2Facade.recover}. */
  recover: (options: WordsCall & { readonly newPassword: string } & NodeFolders): Promise<Me> =>
    bind(options).recover(options),
  /** As {@link Solo2Facade.joinDevice}. */
  joinDevice: (options: DeviceJoining & NodeFolders): Promise<Me> => bind(options).joinDevice(options),
  /** As {@link Solo2Facade.importBackup}. */
  importBackup: (options: ImportBackup & NodeFolders): Promise<{ me: Me; added: Added }> =>
    bind(options).importBackup(options),
  /** As {@link Solo2Facade.readBackup}. */
  readBackup: (options: ReadBackup): AsyncIterableIterator<BackupItem> => bind({}).readBackup(options),
  /** As {@link Solo2Facade.clearData}. */
  clearData: (options: VaultOnDevice & NodeFolders): Promise<void> => bind(options).clearData(options),
  /** As {@link Solo2Facade.emergencyReset}. */
  emergencyReset: (options: NodeFolders = {}): Promise<void> => bind(options).emergencyReset(),
  /** As {@link Solo2Facade.unreadable}. */
  unreadable: (options: NodeFolders = {}): Promise<ErrorCode[]> => bind(options).unreadable(),
  /** As {@link Solo2Facade.vaults}. */
  vaults: (options: NodeFolders = {}): Promise<VaultOnDevice[]> => bind(options).vaults(),
}
