import type { LockAfter, VaultOnDevice } from '../sdk.js'

export type LockCommand =
  | { readonly type: 'lock_after'; readonly minutes: LockAfter }
  | { readonly type: 'take_over'; readonly vault: VaultOnDevice }
