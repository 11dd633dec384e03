/** Everything that can happen. Actions carry what the pure update may not fetch itself: times, random numbers, files. */

import type { ArrivalAction } from './action/arrivals.js'
import type { ClockAction } from './action/clock.js'
import type { DeviceAction } from './action/devices.js'
import type { IndexingAction } from './action/indexing.js'
import type { LanguageAction } from './action/language.js'
import type { LockAction } from './action/locks.js'
import type { MediaAction } from './action/media.js'
import type { NetworkAction } from './action/network.js'
import type { NotesAction } from './action/notes.js'
import type { SafekeepingAction } from './action/safekeeping.js'
import type { ShareAction } from './action/share.js'
import type { TalkAction } from './action/talk.js'
import type { WaitingAction } from './action/waiting.js'
import type { LockReason, Locks } from './locks.js'
import type { NotesView } from './notes.js'
import type { Task, TaskKind, TaskStage } from './owner.js'
import type {
  AccountSession,
  Message,
  NetworkChoices,
  OpenInvitation,
  OwnDevice,
  PathInfo,
  Standing,
  VaultOnDevice,
} from './sdk.js'
import type {
  Account,
  Appearance,
  ContactView,
  CreatingStage,
  Facts,
  Missing,
  NotificationsView,
  Problem,
  RequestView,
  Route,
  TransferView,
  WelcomeForm,
} from './state.js'

export type TransferSnapshot = Omit<TransferView, 'kept' | 'rate' | 'sampledAt' | 'sampledBytes'>

export interface Snapshot {
  readonly account: Account
  readonly server: 'connected' | 'away'
  readonly contacts: readonly ContactView[]
  readonly notes: NotesView
  readonly requests: readonly Omit<RequestView, 'busy'>[]
  readonly invitations: readonly OpenInvitation[]
  /** What was written and not sent, by contact. */
  readonly drafts: Readonly<Record<string, string>>
  readonly transfers: readonly TransferSnapshot[]
  readonly notifications: NotificationsView
  readonly devices: readonly OwnDevice[]
  readonly locks: Locks
  readonly network: NetworkChoices
  readonly session: 'valid' | 'over'
  readonly clockAheadMs: number
  readonly now: number
}

export type Action =
  | SafekeepingAction
  | LanguageAction
  | DeviceAction
  | TalkAction
  | LockAction
  | NetworkAction
  | MediaAction
  | NotesAction
  | WaitingAction
  | ArrivalAction
  | ShareAction
  | ClockAction
  | IndexingAction
  // Start and the doors.
  | {
      readonly type: 'probed'
      readonly missing: readonly Missing[]
      readonly vaults: readonly VaultOnDevice[]
      /** Of a vault that is here and cannot be read. */
      readonly problem?: Problem
    }
  | { readonly type: 'form_chosen'; readonly form: WelcomeForm }
  | { readonly type: 'vault_chosen'; readonly vault: VaultOnDevice }
  | { readonly type: 'register'; readonly username: string; readonly displayName: string; readonly password: string }
  | { readonly type: 'login'; readonly username: string; readonly password: string }
  | { readonly type: 'unlock'; readonly password: string }
  | { readonly type: 'key_chosen'; readonly key: 'password' | 'words' }
  | { readonly type: 'unlock_with_words'; readonly words: string; readonly newPassword: string }
  | { readonly type: 'recover'; readonly username: string; readonly words: string; readonly newPassword: string }
  | { readonly type: 'cancel' }
  | { readonly type: 'working'; readonly stage: CreatingStage }
  | { readonly type: 'door_failed'; readonly problem: Problem }
  | { readonly type: 'registered'; readonly snapshot: Snapshot; readonly words: readonly string[] }
  | { readonly type: 'opened'; readonly snapshot: Snapshot }
  // The words.
  | { readonly type: 'print' }
  | { readonly type: 'words_written'; readonly asked: readonly number[] }
  | { readonly type: 'words_again' }
  | { readonly type: 'words_typed'; readonly typed: readonly string[] }
  // Moving about.
  | { readonly type: 'go'; readonly route: Route }
  | { readonly type: 'back' }
  | { readonly type: 'went'; readonly route: Route }
  | { readonly type: 'update_ready' }
  | { readonly type: 'update_wanted' }
  | { readonly type: 'minute'; readonly now: number }
  | { readonly type: 'notice_closed'; readonly key: number }
  | { readonly type: 'failed'; readonly problem: Problem; readonly key: number }
  | { readonly type: 'copy'; readonly text: string; readonly what: string }
  | { readonly type: 'copied'; readonly what: string | undefined }
  | { readonly type: 'appearance_chosen'; readonly appearance: Appearance }
  // The account.
  | { readonly type: 'lock'; readonly why?: LockReason }
  | { readonly type: 'logout' }
  | { readonly type: 'clear_data' }
  | { readonly type: 'emergency_reset' }
  | { readonly type: 'locked'; readonly vaults: readonly VaultOnDevice[]; readonly why?: LockReason }
  | { readonly type: 'server'; readonly state: 'connected' | 'away' }
  | { readonly type: 'session'; readonly state: 'valid' | 'over' }
  | { readonly type: 'account_named'; readonly displayName: string; readonly pairingCode: string }
  | { readonly type: 'standing'; readonly standing: Standing }
  | { readonly type: 'sessions'; readonly sessions: readonly AccountSession[] }
  | { readonly type: 'task_form'; readonly kind: TaskKind | undefined }
  | { readonly type: 'task'; readonly task: Task }
  | { readonly type: 'task_stage'; readonly stage: TaskStage }
  | { readonly type: 'task_cancel' }
  | { readonly type: 'task_ended'; readonly problem?: Problem; readonly words?: readonly string[] }
  | { readonly type: 'notifications_wanted'; readonly on: boolean }
  | { readonly type: 'notifications'; readonly view: NotificationsView }
  // Contacts.
  | { readonly type: 'requests'; readonly requests: readonly Omit<RequestView, 'busy'>[] }
  | { readonly type: 'accept'; readonly request: string }
  | { readonly type: 'refuse'; readonly request: string }
  | { readonly type: 'answered'; readonly request: string; readonly contact?: ContactView }
  | { readonly type: 'answer_failed'; readonly request: string; readonly problem: Problem; readonly key: number }
  | { readonly type: 'contact'; readonly contact: ContactView }
  | { readonly type: 'contact_removed'; readonly contact: string }
  | { readonly type: 'pair'; readonly code: string }
  | { readonly type: 'pair_invited'; readonly link: string }
  | { readonly type: 'invited_dropped' }
  | { readonly type: 'invite' }
  | { readonly type: 'invite_cancel'; readonly id: string }
  | { readonly type: 'invitations'; readonly invitations: readonly OpenInvitation[] }
  | { readonly type: 'verify'; readonly contact: string; readonly verified: boolean; readonly scanned?: Uint8Array }
  | { readonly type: 'pair_stage'; readonly stage: 'asked' | 'accepted' }
  | { readonly type: 'paired'; readonly contact: ContactView }
  | { readonly type: 'pair_failed'; readonly problem: Problem }
  | { readonly type: 'pair_again' }
  | { readonly type: 'accept_devices'; readonly contact: string }
  | { readonly type: 'path'; readonly contact: string; readonly path: PathInfo | undefined }
  | { readonly type: 'facts'; readonly contact: string; readonly facts: Facts | undefined; readonly now: number }
  // Conversations.
  | { readonly type: 'earlier'; readonly contact: string }
  | {
      readonly type: 'history'
      readonly contact: string
      readonly messages: readonly Message[]
      readonly more: boolean
    }
  | { readonly type: 'history_failed'; readonly contact: string; readonly problem: Problem; readonly key: number }
  | { readonly type: 'message'; readonly message: Message }
  | { readonly type: 'receipt'; readonly message: Message }
  | { readonly type: 'gone'; readonly contact: string; readonly ids: readonly string[] }
  | { readonly type: 'draft'; readonly contact: string; readonly text: string }
  | { readonly type: 'send'; readonly contact: string; readonly text: string }
  | {
      readonly type: 'send_failed'
      readonly contact: string
      readonly text: string
      readonly problem: Problem
      readonly key: number
    }
  // Files.
  | {
      readonly type: 'attach'
      readonly contact: string
      readonly files: readonly { readonly key: string; readonly file: File }[]
    }
  | { readonly type: 'preparing'; readonly key: string; readonly bytes: number }
  | { readonly type: 'prepared'; readonly key: string }
  | { readonly type: 'transfer'; readonly transfer: TransferSnapshot; readonly now: number }
  | { readonly type: 'file_accept'; readonly contact: string; readonly file: string }
  | { readonly type: 'file_refuse'; readonly contact: string; readonly file: string }
  | { readonly type: 'file_cancel'; readonly contact: string; readonly file: string }
  | { readonly type: 'file_choose'; readonly contact: string; readonly file: string; readonly source: File }
  | { readonly type: 'file_pause' | 'file_resume'; readonly contact: string; readonly file: string }
  | { readonly type: 'file_save'; readonly contact: string; readonly file: string }
