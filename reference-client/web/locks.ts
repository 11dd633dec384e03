/** How this page stands to its locks: after how long it locks by itself, and whether the account is in maximum security mode. */
export interface Locks {
  /** What holds, in minutes; 0: never. */
  readonly afterMinutes: number
  readonly maximumSecurity: boolean
}

export const NO_LOCKS: Locks = { afterMinutes: 0, maximumSecurity: false }

/** Why a page is locked, where the person did not do it there. */
export type LockReason = 'idle' | 'taken'
