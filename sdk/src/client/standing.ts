/** How the own account stands, payments, pause and feedback (spec/05 sections 14 and 15). */
import { type Account, AccountState, AccountType } from '@solo2/proto/account'
import { ensure } from '../errors.js'
import type { OwnAccount, Standing } from './api.js'
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

/** `now` in milliseconds. Throws `internal` for an answer without an account. */
function toStanding(account: Account | undefined, now: number): Standing {
  ensure(account !== undefined, 'internal', 'the server left out the account')
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

export function ownAccount(session: Session, now: () => number): OwnAccount {
  return {
    async account() {
      return toStanding((await session.call('getAccount', {})).account, now())
    },
    async pause() {
      return toStanding((await session.call('pauseAccount', {})).account, now())
    },
    async resume() {
      return toStanding((await session.call('resumeAccount', {})).account, now())
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
