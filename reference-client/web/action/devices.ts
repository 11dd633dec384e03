import type { TransferSnapshot } from '../action.js'
import type { DeviceCode, Undecided } from '../devices.js'
import type { BackupProgress, Message, OwnDevice, VaultOnDevice } from '../sdk.js'
import type { ContactView, Problem } from '../state.js'

export interface History {
  readonly messages: readonly Message[]
  readonly more: boolean
}

export type DeviceAction =
  // On a new device.
  | { readonly type: 'undecided'; readonly vault: VaultOnDevice }
  | { readonly type: 'undecided_step'; readonly step: 'choice' | 'join' | 'backup' | 'anew' }
  | { readonly type: 'join_device'; readonly code: string; readonly deviceName: string }
  | { readonly type: 'restore_device'; readonly file: File; readonly password: string }
  | { readonly type: 'restore_progress'; readonly progress: BackupProgress }
  | { readonly type: 'decline_device' }
  | { readonly type: 'undecided_cancel' }
  | {
      readonly type: 'undecided_failed'
      readonly step: Undecided['step']
      readonly problem: Problem
      readonly offset?: number
    }
  // On one that is in.
  | { readonly type: 'device_list'; readonly list: readonly OwnDevice[] }
  | { readonly type: 'device_add' }
  | ({ readonly type: 'device_code' } & DeviceCode)
  | { readonly type: 'device_asked'; readonly name: string }
  | { readonly type: 'device_approve' }
  | { readonly type: 'device_add_cancel' }
  | { readonly type: 'device_add_ended'; readonly problem?: Problem; readonly added?: string }
  | { readonly type: 'device_rename'; readonly device: string; readonly name: string }
  | { readonly type: 'device_remove'; readonly device: string }
  | { readonly type: 'sync'; readonly remaining: number }
  | {
      readonly type: 'synced'
      readonly contacts: readonly ContactView[]
      readonly transfers: readonly TransferSnapshot[]
      readonly histories: Readonly<Record<string, History>>
      readonly now: number
    }
