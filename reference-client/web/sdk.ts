/** The one place that names the SDK: its types, and the way to load it after the first paint. */
import type { Me } from '../../sdk/src/client/api.js'

export type {
  Contact,
  ContactState,
  FileStage,
  FileTransfer,
  Me,
  Message,
  MessageState,
  PairingRequest,
  Tunnel,
} from '../../sdk/src/client/api.js'
export type { ErrorCode } from '../../sdk/src/errors.js'
export type { FileSource } from '../../sdk/src/ports/files.js'
export type { PathInfo, PathKind } from '../../sdk/src/ports/transport.js'

export interface VaultOnDevice {
  readonly username: string
  readonly server: string
}

/** The facade as this client uses it. */
export interface Facade {
  register(options: {
    readonly server: string
    readonly username: string
    readonly password: string
    readonly displayName: string
    readonly signal?: AbortSignal
    readonly onProgress?: (progress: unknown) => void
  }): Promise<{ readonly me: Me; readonly words: string | readonly string[] }>
  login(options: {
    readonly server: string
    readonly username: string
    readonly password: string
    readonly signal?: AbortSignal
  }): Promise<Me>
  unlock(options: { readonly username: string; readonly password: string; readonly server?: string }): Promise<Me>
  vaults(): Promise<readonly VaultOnDevice[]>
}

export async function loadSdk(): Promise<Facade> {
  const { Solo2 } = await import('@solo2/sdk')
  return Solo2 as unknown as Facade
}
