/** The one place that names the SDK: its types, and the way to load it after the first paint. */
import type { Contact, FileTransfer, SlowCall, Solo2Facade } from '@solo2/sdk'
import { BUILD } from './version.js'

export type {
  AccountSession,
  Added,
  BackupFacts,
  BackupProgress,
  BackupSink,
  Contact,
  ContactSettings,
  ContactState,
  DeviceInvitation,
  Diagnosis,
  ErrorCode,
  FileSource,
  FileStage,
  FileTransfer,
  HeldFile,
  LockAfter,
  Me,
  Message,
  NetworkChoices,
  Notes,
  NotesSettings,
  OpenInvitation,
  OwnDevice,
  PairingRequest,
  PairOptions,
  PathInfo,
  PathKind,
  SearchHit,
  Solo2Facade,
  Standing,
  Tunnel,
  VaultOnDevice,
  Verification,
  WaitReason,
} from '@solo2/sdk'

/** What every door into an account is given. */
export type DoorCall = Required<Pick<SlowCall, 'signal' | 'onClock'>>
/** What a file is said to be: a voice note, or a picture with a thumbnail or without. */
export type Media = NonNullable<FileTransfer['media']>
/** A place, as it is sent. */
export type Coordinates = Parameters<Contact['sendPlace']>[0]
/** Where a backup or a copy goes, and what a chosen file is read by. */
export async function loadSinks() {
  const { blobBackup, blobBytes, handleBackup } = await import('@solo2/sdk')
  return { blobBackup, blobBytes, handleBackup }
}

let facade: Solo2Facade | undefined

export async function loadSdk(): Promise<Solo2Facade> {
  const { browserPlatform, createSolo2 } = await import('@solo2/sdk')
  facade ??= createSolo2({ ...browserPlatform(), build: BUILD })
  return facade
}
