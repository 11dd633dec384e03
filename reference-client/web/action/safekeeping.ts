/** What can happen to backups, copies and the browser's storage. */
import type { Snapshot } from '../action.js'
import type { Keeping, KeepingKind, KeepingOutcome, StorageView } from '../safekeeping.js'
import type { BackupProgress } from '../sdk.js'

export type SafekeepingAction =
  | { readonly type: 'storage'; readonly storage: StorageView }
  | { readonly type: 'persist_wanted' }
  | { readonly type: 'persist_refused' }
  | { readonly type: 'keeping_form'; readonly kind: KeepingKind | undefined }
  | { readonly type: 'keeping'; readonly keeping: Keeping }
  | { readonly type: 'keeping_progress'; readonly progress: BackupProgress }
  | { readonly type: 'keeping_cancel' }
  | { readonly type: 'keeping_ended'; readonly outcome: KeepingOutcome }
  | { readonly type: 'imported'; readonly snapshot: Snapshot }
  | { readonly type: 'diagnosis_wanted' }
