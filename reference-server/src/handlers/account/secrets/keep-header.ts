/** The account's salt lasts as long as the account (spec/05 section 4). */
import { equal, Solo2Error } from '@solo2/sdk/shared'
import type { AccountRow } from '../../../store/port.js'

/** Version, profile, two zero bytes and the salt (spec/03 section 3). */
const HEADER_END = 20

/** Throws `invalid_argument` unless the new wrapper begins as the stored one: other devices know that profile and salt. */
export function ensureSameHeader(wrapped: Uint8Array, account: AccountRow): void {
  if (equal(wrapped.subarray(0, HEADER_END), account.wrappedMasterKey.subarray(0, HEADER_END))) return
  throw new Solo2Error('invalid_argument', 'The wrapper must keep the profile and the salt of the account.', {
    field: 'wrapped_master_key',
  })
}
