/** Finding somebody by a pairing code or an alias, for LookUp and RequestPairing (spec/05 section 5). */
import { Solo2Error } from '@solo2/sdk/shared'
import type { AccountRow } from '../../../store/port.js'
import { checked, codeMeaning } from '../meaning.js'
import { isServed, type Member, type Services } from '../services.js'

/** Throws `own_code`, or `wrong_code` for what is no code, nobody's, or of somebody who has not published keys yet or is not served. */
export async function findPerson(request: { code: string }, member: Member, services: Services): Promise<AccountRow> {
  const { code } = checked(codeMeaning, request)
  const person =
    code.kind === 'pairing'
      ? await services.store.accountByPairingCode(code.code)
      : await services.store.accountByAlias(code.code)
  if (person?.id === member.account.id) throw new Solo2Error('own_code', 'This is your own code.', { field: 'code' })
  if (person?.bundle === undefined || !isServed(person, services))
    throw new Solo2Error('wrong_code', 'Nobody has this code.', { field: 'code' })
  return person
}
