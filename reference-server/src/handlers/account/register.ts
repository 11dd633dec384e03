import { AccountType, type RegisterRequest, type RegisterResponse } from '@solo2/proto/account'
import { aliasOf, randomPairingCode, Solo2Error, toHex } from '@solo2/sdk/shared'
import { firstState } from '../../rules/standing.js'
import { chooseVersion } from '../../rules/versions.js'
import type { AccountRow } from '../../store/port.js'
import { checked, registerMeaning } from './meaning.js'
import { primitives, randomIdentifier, type Services, seconds, toAccount, type Visitor } from './services.js'
import { newSession } from './sessions/session.js'

/** Drawing this often without a free alias or code means that something else is wrong. */
const DRAWS_MAX = 16

const taken = () =>
  new Solo2Error('username_taken', 'This user name is taken; choose another one.', { field: 'username' })

/** Makes an account and its first session, both or neither. */
export async function register(
  request: RegisterRequest,
  visitor: Visitor,
  services: Services,
): Promise<RegisterResponse> {
  services.limits.register.take(visitor.fingerprint)
  const asked = checked(registerMeaning, request)
  const version = chooseVersion(asked.versions)
  if ((await services.store.accountByUsername(asked.username)) !== undefined) throw taken()
  const verifier = await services.passwords.protect(asked.authKey)

  for (let draw = 0; draw < DRAWS_MAX; draw++) {
    const id = randomIdentifier('u_', services.random)
    const account: AccountRow = {
      id,
      reference: randomIdentifier('r_', services.random),
      username: asked.username,
      ...verifier,
      wrappedMasterKey: asked.wrappedMasterKey,
      recoveryFingerprint: toHex(asked.recoveryFingerprint),
      displayName: asked.displayName,
      pairingCode: randomPairingCode(services.random),
      alias: aliasOf(primitives, id),
      balance: 0,
      bonus: 0,
      type: AccountType.STANDARD,
      state: firstState(AccountType.STANDARD, services.plans),
      cutOff: 0,
      registeredAt: seconds(services),
      flags: 0,
      bundle: undefined,
      wakeHash: undefined,
    }
    const { row, session } = newSession(services, id, version)
    const outcome = await services.store.createAccount(account, row)
    if (outcome === 'created') return { session, account: toAccount(account, services) }
    if (outcome === 'username_taken') throw taken()
  }
  throw new Solo2Error('internal', 'No free identifier was found.')
}
