/** What changes several rows and must be whole, for tests that let a fault or the end of a process fall into it. */
import type { Secrets, SessionsLeft, Store } from '../src/store/port.js'
import { mark, marked } from './store-full.js'

/** Who is in the store before; the day 20,000 was charged. */
export const PEOPLE = 3

export interface Action {
  readonly name: string
  /** How many statements of it can fail at least. */
  readonly faults: number
  readonly run: (store: Store) => Promise<unknown>
}

const { id, passwordVerifier } = marked(1)
const replace = (more: Partial<Secrets>, left: SessionsLeft) => (store: Store) =>
  store.replaceSecrets(id, passwordVerifier, { passwordVerifier: 'x'.repeat(128), securityVersion: 2, ...more }, left)
const wrappedMasterKey = mark('new wrapper', 64)

export const ACTIONS: readonly Action[] = [
  { name: 'deletion', faults: 6, run: (store) => store.deleteAccount(id, passwordVerifier, 20_000) },
  { name: 'change of password', faults: 2, run: replace({ wrappedMasterKey }, { keep: mark('1 token') }) },
  {
    name: 'recovery',
    faults: 3,
    run: replace(
      { wrappedMasterKey },
      { only: { tokenHash: mark('new token'), account: id, createdAt: 1_500, expiresAt: 9_000 } },
    ),
  },
  {
    name: 'new words',
    faults: 2,
    run: replace({ wrappedMasterKey, recoveryFingerprint: 'y'.repeat(64) }, { keep: mark('1 token') }),
  },
  {
    name: 'credit of a payment',
    faults: 3,
    run: (store) =>
      store.creditCheckout(mark('1 checkout'), { confirmation: 'paid', amount: 500, day: 20_000 }, 0, (row) => ({
        ...row,
        balance: row.balance + 500,
      })),
  },
  {
    name: 'charge of a day',
    faults: PEOPLE + 1,
    run: (store) => store.chargeDay(20_001, (row) => ({ ...row, balance: row.balance - 1 })),
  },
]
