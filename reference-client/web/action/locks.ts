import type { Locks } from '../locks.js'
import type { LockAfter } from '../sdk.js'

export type LockAction =
  | { readonly type: 'locks'; readonly locks: Locks }
  | { readonly type: 'lock_after'; readonly minutes: LockAfter }
  /** Another tab has the vault: it shall lock, so that this one can open it. */
  | { readonly type: 'take_over' }
