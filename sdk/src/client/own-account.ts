/** The own account: how it stands, names, sessions, payments, pause and feedback (spec/05 sections 12 to 15). */
import { type Account, AccountState, AccountType } from '@solo2/proto/account'
import { checkDisplayName } from '../account/rules.js'
import { ensure } from '../errors.js'
import type { OwnAccount, Standing } from './api/account.js'
import type { Session } from './session.js'

const TYPES: Readonly<Partial<Record<AccountType, Standing['type']>>> = {
  [AccountType.STANDARD]: 'standard',
  [AccountType.FOUNDER]: 'founder',
  [AccountType.PLATINUM]: 'platinum',
  [AccountType.ADMIN]: 'admin',
}
const STATES: Readonly<Partial<Record<AccountState, Standing['state']>>> = {
  [AccountState.ACTIVE]: 'active',
  [AccountState.TRIAL]: 'trial',
  [AccountState.PAUSED]: 'paused',
  [AccountState.GRACE]: 'grace',
}

/** `now` in milliseconds. */
function toStanding(account: Account, now: number): Standing {
  const endsAt = Number(account.serviceEndsAt) * 1_000
  const state = STATES[account.state] ?? 'active'
  return {
    type: TYPES[account.type] ?? 'standard',
    state: account.suspended ? 'suspended' : state === 'grace' && endsAt <= now ? 'cut_off' : state,
    balance: Number(account.balance),
    bonus: Number(account.bonus),
    centsPerDay: account.centsPerDay,
    ...(endsAt > 0 && { serviceEndsAt: endsAt }),
    ...(account.cutOff > 0n && { cutOffAt: Number(account.cutOff) * 1_000 }),
    balanceChanged: account.balanceChanged,
    maximumSecurity: account.maximumSecurity,
  }
}

export interface OwnAccountOptions {
  readonly session: Session
  /** Unix milliseconds. */
  now(): number
  /** What the server says that the account is called: stored if it is another than before. */
  named(account: Account): Promise<void>
}

export function ownAccount({ session, now, named }: OwnAccountOptions): OwnAccount {
  async function told(account: Account | undefined): Promise<Account> {
    ensure(account !== undefined, 'internal', 'the server left out the account')
    await named(account)
    return account
  }
  const standing = async ({ account }: { readonly account?: Account | undefined }): Promise<Standing> =>
    toStanding(await told(account), now())

  return {
    account: async () => standing(await session.call('getAccount', {})),
    pause: async () => standing(await session.call('pauseAccount', {})),
    resume: async () => standing(await session.call('resumeAccount', {})),
    seeBalance: async () => standing(await session.call('seeBalance', {})),
    setMaximumSecurity: async (on) => standing(await session.call('setMaximumSecurity', { on })),
    async rename(displayName) {
      await told((await session.call('setDisplayName', { displayName: checkDisplayName(displayName) })).account)
    },
    async newPairingCode() {
      return (await told((await session.call('newPairingCode', {})).account)).pairingCode
    },
    async sessions() {
      const { sessions } = await session.call('listSessions', {})
      return sessions.map(({ id, createdAt, expiresAt, current }) => ({
        id,
        createdAt: Number(createdAt) * 1_000,
        expiresAt: Number(expiresAt) * 1_000,
        current,
      }))
    },
    async endSessions(ids) {
      // To the server, none named means all others.
      if (ids?.length === 0) return 0
      return (await session.call('endSessions', { ids: [...(ids ?? [])] })).ended
    },
    async startCheckout(cents) {
      const { url, expiresAt } = await session.call('startCheckout', { amount: cents })
      ensure(/^https?:\/\//.test(url), 'internal', 'the server gave no address')
      return { url, expiresAt: Number(expiresAt) * 1_000 }
    },
    async sendFeedback(text) {
      await session.call('sendFeedback', { message: text })
    },
  }
}
