/** What only the password may do: change of password, new words, new keys, deletion (spec/05 section 4). */
import { equal, Solo2Error } from '@solo2/sdk/shared'
import type { AccountRow } from '../../../store/port.js'
import type { Member, Services } from '../services.js'

/** A login that renews the verifier may get in between; more often than this, something else is wrong. */
const TRIES_MAX = 3

const wrongPassword = () => new Solo2Error('permission_denied', 'The password is wrong.', { field: 'auth_key' })

/**
 * Runs `act` with the account whose password was checked, until it says that it was done. `act` writes only if the
 * stored verifier is still that account's. A login may have renewed the verifier meanwhile: then it is checked again. A
 * changed wrapper is somebody's change of password or words: then `act` was asked of an account that is no more, and is
 * refused. Throws `permission_denied` with field `auth_key`, `rate_limited`, `unauthenticated` for a deleted account.
 */
export async function withPassword(
  authKey: Uint8Array,
  member: Member,
  services: Services,
  act: (account: AccountRow) => Promise<boolean>,
): Promise<void> {
  services.limits.password.take(member.account.id)
  let account = member.account
  for (let tries = 0; tries < TRIES_MAX; tries++) {
    // An empty key is a request that had none.
    const right = authKey.length > 0 && (await services.passwords.matches(authKey, account))
    if (!right) throw wrongPassword()
    if (await act(account)) return
    const now = await services.store.accountById(account.id)
    if (now === undefined) throw new Solo2Error('unauthenticated', 'There is no such account any more.')
    if (!equal(now.wrappedMasterKey, member.account.wrappedMasterKey)) throw wrongPassword()
    account = now
  }
  throw new Solo2Error('unavailable', 'The account is changing too fast; try again.', { retryAfterMs: 1_000 })
}
