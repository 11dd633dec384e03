/** How accounts, feedback and counts are told to an administrator. Pure. */
import { AccountState, AccountType } from '@solo2/proto/account'
import type { Plans } from '../rules/plans.js'
import { conditionOf } from '../rules/standing.js'
import type { AccountRow, Standing, Statistics } from '../store/port.js'

/** Counts are told in steps of this: a count of one would be a person, and exact sums would tell small groups apart. */
const STEP = 5

const TYPES: Readonly<Record<number, string>> = {
  [AccountType.STANDARD]: 'standard',
  [AccountType.FOUNDER]: 'founder',
  [AccountType.PLATINUM]: 'platinum',
  [AccountType.ADMIN]: 'admin',
}
const STATES: Readonly<Record<number, string>> = {
  [AccountState.ACTIVE]: 'active',
  [AccountState.TRIAL]: 'trial',
  [AccountState.PAUSED]: 'paused',
  [AccountState.GRACE]: 'grace',
}

/** What is said of a standing: nothing of the person. */
export interface Told {
  readonly plan: string
  readonly condition: string
  readonly cutOff: string
  readonly balance: number
  readonly bonus: number
}

export function tell(standing: Standing, plans: Plans, now: number): Told {
  return {
    plan: TYPES[standing.type] ?? String(standing.type),
    condition: conditionOf(standing, plans, now),
    cutOff: standing.cutOff === 0 ? 'none' : new Date(standing.cutOff * 1000).toISOString(),
    balance: standing.balance,
    bonus: standing.bonus,
  }
}

/** Each line that differs as "name: before -> after", the others as they are. */
export function difference(before: Told, after: Told): string {
  const names = Object.keys(before) as (keyof Told)[]
  return names
    .map((name) => {
      const changes = before[name] !== after[name]
      return `  ${name}: ${before[name]}${changes ? ` -> ${after[name]}` : ''}\n`
    })
    .join('')
}

export function standingOf({ type, state, cutOff, balance, bonus, flags }: AccountRow): Standing {
  return { type, state, cutOff, balance, bonus, flags }
}

const veil = (count: number) => (count > 0 && count < STEP ? `<${STEP}` : count - (count % STEP))

const veiled = (counts: Readonly<Record<number, number>>, names: Readonly<Record<number, string>>) =>
  Object.fromEntries(Object.entries(counts).map(([key, count]) => [names[Number(key)] ?? key, veil(count)]))

/** The counts, in steps; feedback is exact, since each is to be read. */
export function tellStatistics(statistics: Statistics) {
  const { accounts, byType, byState, cutOff, sessions, pairings, subscriptions, feedback } = statistics
  return {
    accounts: veil(accounts),
    plans: veiled(byType, TYPES),
    states: veiled(byState, STATES),
    cutOff: veil(cutOff),
    sessions: veil(sessions),
    pairings: veil(pairings),
    subscriptions: veil(subscriptions),
    feedback,
  }
}

/** Text of other people on a terminal: what could move the cursor or turn the text around is shown by its number. */
export function printable(text: string): string {
  return text.replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (char) => {
    return `<U+${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}>`
  })
}
