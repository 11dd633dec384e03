/**
 * Versions of the published table: what each added, when and why. A column without an entry here fails the check of
 * [A15]; databases of an earlier version are brought forward by these entries (spec/05 section 8).
 */

export interface SchemaChange {
  readonly version: number
  /** ISO 8601. */
  readonly date: string
  /** `table.column`. */
  readonly adds: readonly string[]
  readonly why: string
}

const of = (table: string, ...columns: readonly string[]) => columns.map((column) => `${table}.${column}`)

export const HISTORY: readonly SchemaChange[] = [
  {
    version: 1,
    date: '2026-11-25',
    adds: [
      ...of('accounts', 'id', 'reference', 'username', 'password_verifier', 'wrapped_master_key'),
      ...of('accounts', 'recovery_fingerprint', 'display_name', 'pairing_code', 'alias', 'balance', 'bonus', 'type'),
      ...of('accounts', 'state', 'cut_off', 'registered_at', 'security_version', 'flags', 'bundle'),
      ...of('sessions', 'token_hash', 'account', 'created_at', 'expires_at'),
      ...of('pairing_requests', 'recipient', 'requester', 'status', 'created_at'),
    ],
    why: 'accounts, sessions and pairing requests',
  },
  {
    version: 2,
    date: '2026-11-28',
    adds: [
      'accounts.wake_hash',
      ...of('push_subscriptions', 'endpoint', 'account', 'p256dh', 'auth'),
      ...of('feedback', 'account', 'message'),
      ...of('checkouts', 'reference_hash', 'account', 'created_at'),
      ...of('payments', 'confirmation', 'amount', 'day'),
      ...of('billing', 'charged_through'),
    ],
    why: 'notifications, feedback and payments',
  },
  {
    version: 3,
    date: '2026-11-29',
    adds: of('erasures', 'account_hash', 'day'),
    why: 'a backup does not bring back what was deleted after it',
  },
]
