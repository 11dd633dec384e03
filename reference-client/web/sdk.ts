/** The one place that names the SDK: its types, and the way to load it after the first paint. */
import type { Solo2Facade } from '@solo2/sdk'

export type {
  AccountSession,
  Contact,
  ContactState,
  DeviceInvitation,
  ErrorCode,
  FileSource,
  FileStage,
  FileTransfer,
  Me,
  Message,
  OpenInvitation,
  OwnDevice,
  PairingRequest,
  PairOptions,
  PathInfo,
  PathKind,
  Solo2Facade,
  Standing,
  Tunnel,
  VaultOnDevice,
  Verification,
} from '@solo2/sdk'

export async function loadSdk(): Promise<Solo2Facade> {
  const { Solo2 } = await import('@solo2/sdk')
  return Solo2
}
