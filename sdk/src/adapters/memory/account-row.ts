/** What the account plane in memory keeps of a person and of their sessions. */
import type { AccountState, IdentityBundle } from '@solo2/proto/account'

export interface Row {
  readonly username: string
  displayName: string
  pairingCode: string
  readonly alias: string
  readonly registeredAt: bigint
  authKey: Uint8Array
  wrappedMasterKey: Uint8Array
  recoveryFingerprint: Uint8Array
  bundle: IdentityBundle | undefined
  state: AccountState
  maximumSecurity: boolean
}

/** By the token in hex. */
export type Sessions = Map<
  string,
  { readonly id: string; readonly row: Row; readonly createdAt: number; readonly expiresAt: number }
>
