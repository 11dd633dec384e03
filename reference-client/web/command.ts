/** What the update asks of the world: the effects carry it out and answer with actions. */

import type { ArrivalCommand } from './command/arrivals.js'
import type { DeviceCommand } from './command/devices.js'
import type { LanguageCommand } from './command/language.js'
import type { LockCommand } from './command/locks.js'
import type { MediaCommand } from './command/media.js'
import type { NetworkCommand } from './command/network.js'
import type { NotesCommand } from './command/notes.js'
import type { SafekeepingCommand } from './command/safekeeping.js'
import type { ShareCommand } from './command/share.js'
import type { TalkCommand } from './command/talk.js'
import type { WaitingCommand } from './command/waiting.js'
import type { LockReason } from './locks.js'
import type { Task } from './owner.js'
import type { Media, VaultOnDevice } from './sdk.js'
import type { Appearance, Route } from './state.js'

export type Command =
  | SafekeepingCommand
  | LanguageCommand
  | DeviceCommand
  | TalkCommand
  | LockCommand
  | MediaCommand
  | NetworkCommand
  | NotesCommand
  | WaitingCommand
  | ArrivalCommand
  | ShareCommand
  | { readonly type: 'register'; readonly username: string; readonly displayName: string; readonly password: string }
  | { readonly type: 'login'; readonly username: string; readonly password: string }
  | { readonly type: 'unlock'; readonly vault: VaultOnDevice; readonly password: string }
  | { readonly type: 'unlock_with_words'; readonly vault: VaultOnDevice; readonly words: string }
  | { readonly type: 'recover'; readonly vault: VaultOnDevice; readonly words: string; readonly newPassword: string }
  | { readonly type: 'cancel' }
  | { readonly type: 'task'; readonly task: Task }
  | { readonly type: 'task_cancel' }
  | { readonly type: 'look_at_account' }
  | { readonly type: 'look_for_requests' }
  | { readonly type: 'file_choose'; readonly contact: string; readonly file: string; readonly source: File }
  | { readonly type: 'print' }
  | { readonly type: 'keep_shell' }
  | { readonly type: 'renew' }
  | { readonly type: 'push'; readonly route: Route }
  | { readonly type: 'replace'; readonly route: Route }
  | { readonly type: 'back' }
  | { readonly type: 'copy'; readonly text: string; readonly what: string }
  | { readonly type: 'appearance'; readonly appearance: Appearance }
  | { readonly type: 'notifications'; readonly on: boolean }
  | { readonly type: 'lock'; readonly why?: LockReason }
  | { readonly type: 'logout' }
  | { readonly type: 'clear_data' }
  | { readonly type: 'emergency_reset' }
  | { readonly type: 'accept'; readonly request: string }
  | { readonly type: 'refuse'; readonly request: string }
  | { readonly type: 'accept_devices'; readonly contact: string }
  | { readonly type: 'pair'; readonly code: string }
  | { readonly type: 'pair_invited'; readonly link: string }
  | { readonly type: 'invite' }
  | { readonly type: 'invite_cancel'; readonly id: string }
  | { readonly type: 'verify'; readonly contact: string; readonly verified: boolean; readonly scanned?: Uint8Array }
  | { readonly type: 'history'; readonly contact: string; readonly before?: number }
  | { readonly type: 'watch_paths'; readonly contacts: readonly string[] }
  | { readonly type: 'send'; readonly contact: string; readonly text: string; readonly replyTo?: string }
  | {
      readonly type: 'offer'
      readonly contact: string
      readonly key: string
      readonly file: File
      readonly media?: Media
    }
  | {
      readonly type: 'file_accept' | 'file_refuse' | 'file_cancel' | 'file_pause' | 'file_resume' | 'file_save'
      readonly contact: string
      readonly file: string
    }

export type Step<S> = readonly [state: S, commands: readonly Command[]]
