/** The lock after idle and maximum security mode (spec/11 section 12). Not its concern: what counts as use. */
import type { SelfRecord } from '@solo2/proto/vault'
import { ensure } from '../errors.js'
import { CHOSEN } from '../limits.js'
import type { LockAfter, Locking } from './api/locking.js'

const CHOICES: readonly number[] = [0, 1, 5, 15, 60] satisfies LockAfter[]
const NONE = new Uint8Array(0)

export interface LockingOptions {
  self(): SelfRecord
  save(change: Partial<SelfRecord>): Promise<void>
}

export function createLocking({ self, save }: LockingOptions): Locking {
  return {
    get lockAfterMinutes() {
      const { lockAfterMinutes: chosen, maximumSecurity } = self()
      const longest = CHOSEN.MAXIMUM_SECURITY_LOCK_MINUTES
      return maximumSecurity ? Math.min(longest, chosen || longest) : chosen
    },
    async setLockAfter(minutes) {
      ensure(CHOICES.includes(minutes), 'invalid_argument', 'not one of the times after which a client locks')
      await save({ lockAfterMinutes: minutes })
    },
    get maximumSecurity() {
      return self().maximumSecurity
    },
  }
}

/** What the vault keeps of the account: in maximum security mode nothing that gives a session (11-113). */
export function keptSelf(self: SelfRecord): SelfRecord {
  return self.maximumSecurity ? { ...self, authKey: NONE, sessionToken: NONE, sessionExpiresAt: 0n } : self
}
