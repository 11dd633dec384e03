/** The own devices as the screen knows them: the list, the code that lets one in, what still comes from another. */
import type { BackupProgress, OwnDevice, VaultOnDevice } from './sdk.js'
import type { Problem } from './state.js'

/** A code is shown to one new device; a person approves whoever showed that it knows it (spec/07 section 12). */
export type Adding =
  | { readonly stage: 'none'; readonly problem?: Problem; readonly added?: string }
  | { readonly stage: 'starting' }
  | ({ readonly stage: 'shown' } & DeviceCode)
  | ({ readonly stage: 'asked' | 'approving'; readonly name: string } & DeviceCode)

export interface DeviceCode {
  readonly words: readonly string[]
  readonly qr: string
  /** Unix milliseconds. */
  readonly expiresAt: number
}

export interface Devices {
  readonly list: readonly OwnDevice[]
  readonly adding: Adding
  /** While more comes from another own device than one batch brings. */
  readonly sync: { readonly remaining: number; readonly total: number } | undefined
}

export const NO_DEVICES: Devices = { list: [], adding: { stage: 'none' }, sync: undefined }

/** A vault whose account has an identity on another device: nothing of it is shown before the person decided (V16). */
export interface Undecided {
  readonly name: 'undecided'
  readonly vault: VaultOnDevice
  readonly step: 'choice' | 'join' | 'joining' | 'backup' | 'restoring' | 'anew' | 'publishing'
  readonly problem?: Problem
  /** Where in a backup its damage begins. */
  readonly offset?: number
  /** While restoring. */
  readonly progress?: BackupProgress
}
