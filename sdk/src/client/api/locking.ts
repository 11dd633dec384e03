/** The facade's types of what keeps an account shut: the lock after idle, and maximum security mode (spec/11 section 12). */

/** Minutes without use; 0: never. */
export type LockAfter = 0 | 1 | 5 | 15 | 60

/** When the account locks by itself. */
export interface Locking {
  /**
   * Locks after so many minutes without use; 0: never. What the person chose for this device, in maximum security mode 15 at
   * most. The application tells what use is.
   */
  readonly lockAfterMinutes: number
  /** Keeps it for this device. */
  setLockAfter(minutes: LockAfter): Promise<void>
  /**
   * The account's mode, as the server said it last. On: nothing with which the server would give a session is kept on this
   * device, it has no notifications, and it locks after idle.
   */
  readonly maximumSecurity: boolean
}
