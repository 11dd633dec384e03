/** A change of one's own standing, decided over the row as it is in the transaction (spec/05 section 14). */
import type { Account } from '@solo2/proto/account'
import { Solo2Error } from '@solo2/sdk/shared'
import { conditionOf, type MAY, may } from '../../../rules/standing.js'
import type { AccountRow, Standing } from '../../../store/port.js'
import { type Member, type Services, seconds, toAccount } from '../services.js'

export async function changeStanding(
  member: Member,
  services: Services,
  decide: (row: AccountRow) => Standing | undefined,
): Promise<{ account: Account }> {
  const row = await services.store.changeStanding(member.account.id, decide)
  if (row === undefined) throw new Solo2Error('unauthenticated', 'The account is gone.')
  return { account: toAccount(row, services) }
}

/** Throws `failed_precondition` for a standing that does not allow the act. */
export function ensureMay(act: keyof typeof MAY, row: AccountRow, services: Services): void {
  if (!may(act, conditionOf(row, services.plans, seconds(services)))) {
    throw new Solo2Error('failed_precondition', 'The account is suspended, or in grace: top it up first.')
  }
}
