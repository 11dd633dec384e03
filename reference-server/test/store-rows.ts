/** Rows for tests of stores. */
import type { AccountRow, PushSubscriptionRow, SessionRow, Standing } from '../src/store/port.js'
import { bytes } from './harness.js'

const NAMES = 'abcdefghijklmnopqrstuvwxyz'

export function account(n: number, changes: Partial<AccountRow> = {}): AccountRow {
  const letter = NAMES.charAt(n)
  return {
    id: `u_${letter.repeat(22)}`,
    reference: `r_${letter.repeat(22)}`,
    username: `name-${letter}`,
    passwordVerifier: letter.repeat(128),
    wrappedMasterKey: bytes(80, n),
    recoveryFingerprint: letter.repeat(64),
    displayName: `Näme ${letter} 🦊`,
    pairingCode: letter.toUpperCase().repeat(10),
    alias: letter.toUpperCase().repeat(8),
    balance: 0,
    bonus: 1_234_567_890_123,
    type: 1,
    state: 1,
    cutOff: 0,
    registeredAt: 1_800_000_000 + n,
    securityVersion: 1,
    flags: 0,
    bundle: undefined,
    wakeHash: undefined,
    ...changes,
  }
}

export const session = (n: number, fill = n, expiresAt = 2_000): SessionRow => ({
  tokenHash: bytes(32, fill),
  account: account(n).id,
  createdAt: 1_000,
  expiresAt,
})

export const subscription = (endpoint: string, n: number): PushSubscriptionRow => ({
  endpoint,
  account: account(n).id,
  p256dh: bytes(65, n),
  auth: bytes(16, n),
})

export const payment = (confirmation: string) => ({ confirmation, amount: 700, day: 20_000 })

export const standing = ({ type, state, cutOff, balance, bonus, flags }: AccountRow): Standing => ({
  type,
  state,
  cutOff,
  balance,
  bonus,
  flags,
})
