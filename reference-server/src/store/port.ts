/**
 * What the account plane needs of a database. Every method is one transaction: all or nothing. Each implementation
 * passes the one behaviour suite in test/store.suite.ts. Times are unix seconds.
 */

/** A row of `accounts` (spec/05 section 8). */
export interface AccountRow {
  readonly id: string
  readonly reference: string
  readonly username: string
  /** 128 characters. */
  readonly passwordVerifier: string
  /** 80 bytes. */
  readonly wrappedMasterKey: Uint8Array
  /** 64 characters. */
  readonly recoveryFingerprint: string
  readonly displayName: string
  readonly pairingCode: string
  readonly alias: string
  readonly balance: number
  readonly bonus: number
  readonly type: number
  readonly state: number
  readonly cutOff: number
  readonly registeredAt: number
  readonly securityVersion: number
  readonly flags: number
  /** An encoded IdentityBundle. */
  readonly bundle: Uint8Array | undefined
  /** SHA-256 of the wake token, 32 bytes. */
  readonly wakeHash: Uint8Array | undefined
}

/** What rules about plans and money decide on: spec/05 section 8. */
export type Standing = Pick<AccountRow, 'type' | 'state' | 'cutOff' | 'balance' | 'bonus' | 'flags'>

/** What a change of password, words or protection replaces; what is undefined stays. */
export interface Secrets {
  /** 128 characters. */
  readonly passwordVerifier: string
  readonly securityVersion: number
  /** 80 bytes. */
  readonly wrappedMasterKey?: Uint8Array
  /** 64 characters. */
  readonly recoveryFingerprint?: string
}

export interface SessionRow {
  /** SHA-256 of the token, 32 bytes. */
  readonly tokenHash: Uint8Array
  readonly account: string
  readonly createdAt: number
  readonly expiresAt: number
}

/** Which sessions are left: all, the one whose hash is kept, or a new one only. */
export type SessionsLeft = 'all' | { readonly keep: Uint8Array } | { readonly only: SessionRow }

export interface PairingRow {
  readonly requester: string
  readonly recipient: string
  readonly createdAt: number
}

/** What is known of two people and their requests when one of them asks. Expired rows do not count. */
export interface PairingFacts {
  /** The same request is pending already. */
  readonly repeated: boolean
  /** The other one has asked too. */
  readonly crossed: boolean
  /** Requests pending at the recipient, and from the requester. */
  readonly incoming: number
  readonly outgoing: number
}

/** `create` a row, `keep` the one there is, `accept` the crossing one (its row goes), or `refuse`. */
export type PairingVerdict = 'create' | 'keep' | 'accept' | 'refuse'

export interface PushSubscriptionRow {
  readonly endpoint: string
  readonly account: string
  /** 65 bytes. */
  readonly p256dh: Uint8Array
  /** 16 bytes. */
  readonly auth: Uint8Array
}

export interface FeedbackRow {
  readonly account: string
  readonly message: string
}

export interface CheckoutRow {
  /** SHA-256 of the reference, 32 bytes. */
  readonly referenceHash: Uint8Array
  readonly account: string
  readonly createdAt: number
}

export interface PaymentRow {
  readonly confirmation: string
  /** Cents. */
  readonly amount: number
  /** Days since 1970-01-01, UTC. */
  readonly day: number
}

/** Up to which second rows of each kind have expired. */
export interface Expired {
  /** Sessions that expired at or before. */
  readonly sessions: number
  /** Pairing requests and checkouts created at or before. */
  readonly pairings: number
  readonly checkouts: number
  /** Erasures of this UTC day or before. */
  readonly erasures: number
}

/** That an account was deleted (spec/05 section 19). */
export interface ErasureRow {
  /** 32 bytes. */
  readonly accountHash: Uint8Array
  /** Days since 1970-01-01, UTC. */
  readonly day: number
}

/** Counts that name nobody. */
export interface Statistics {
  readonly accounts: number
  readonly byType: Readonly<Record<number, number>>
  readonly byState: Readonly<Record<number, number>>
  /** Accounts with a cut-off mark. */
  readonly cutOff: number
  readonly sessions: number
  readonly pairings: number
  readonly subscriptions: number
  readonly feedback: number
}

export interface AccountStore {
  /** `username_taken`, or `identifier_taken` if one of the random identifiers is: draw again. */
  createAccount(account: AccountRow, session: SessionRow): Promise<'created' | 'username_taken' | 'identifier_taken'>
  accountById(id: string): Promise<AccountRow | undefined>
  accountByReference(reference: string): Promise<AccountRow | undefined>
  accountByUsername(username: string): Promise<AccountRow | undefined>
  /** The wrapper of that name, or `otherwise`, 80 bytes too: one row of one shape either way, so that time tells nothing. */
  wrapperOf(username: string, otherwise: Uint8Array): Promise<Uint8Array>
  accountByPairingCode(code: string): Promise<AccountRow | undefined>
  accountByAlias(alias: string): Promise<AccountRow | undefined>
  putDisplayName(account: string, displayName: string): Promise<void>
  putPairingCode(account: string, code: string): Promise<'done' | 'identifier_taken'>
  /** With `expected` only if that verifier is still the account's. True if done. */
  putBundle(account: string, bundle: Uint8Array, expected?: string): Promise<boolean>
  /** Only if the account's verifier is still `expected`. True if done. Leaves no trace of what was replaced. */
  replaceSecrets(account: string, expected: string, secrets: Secrets, left: SessionsLeft): Promise<boolean>
  /**
   * Every row of the account in every table, if its verifier is still `expected`; that it was erased on that UTC day is kept
   * instead. True if done. Leaves no trace.
   */
  deleteAccount(account: string, expected: string, day: number): Promise<boolean>
}

export interface SessionStore {
  /** The account of a session that has not expired at `now`. */
  accountBySession(tokenHash: Uint8Array, now: number): Promise<AccountRow | undefined>
  createSession(session: SessionRow): Promise<void>
  /** Those that have not expired at `now`, oldest first. */
  sessionsOf(account: string, now: number): Promise<SessionRow[]>
  /** True if there was one. Leaves no trace in the files. */
  deleteSession(tokenHash: Uint8Array): Promise<boolean>
  /** Those of this account among the hashes; how many there were. Leaves no trace. */
  deleteSessions(account: string, tokenHashes: readonly Uint8Array[]): Promise<number>
}

export interface PairingStore {
  /** Decides and acts in one transaction; requests created at or before `expired` do not count. */
  requestPairing(
    request: PairingRow,
    expired: number,
    decide: (facts: PairingFacts) => PairingVerdict,
  ): Promise<PairingVerdict>
  /** Pending requests to `recipient` that were created after `expired`, oldest first, each with its requester. */
  pairingsTo(recipient: string, expired: number): Promise<{ request: PairingRow; requester: AccountRow }[]>
  /** True if there was one. Leaves no trace in the files. */
  deletePairing(requester: string, recipient: string): Promise<boolean>
}

export interface MoneyStore {
  /** Reads, decides, writes. `undefined`: nothing changes. The account as it is afterwards; undefined if there is none. */
  changeStanding(
    account: string,
    decide: (account: AccountRow) => Standing | undefined,
  ): Promise<AccountRow | undefined>
  /** False if the account has `max` checkouts that were created after `expired`. */
  startCheckout(checkout: CheckoutRow, expired: number, max: number): Promise<boolean>
  /**
   * Writes the payment, changes the standing and deletes the checkout. `repeated`: this confirmation was written before.
   * `unknown`: no such checkout, or one created at or before `expired`. Neither changes anything.
   */
  creditCheckout(
    referenceHash: Uint8Array,
    payment: PaymentRow,
    expired: number,
    decide: (account: AccountRow) => Standing,
  ): Promise<'credited' | 'repeated' | 'unknown'>
  /** The last day that was charged; undefined if none ever was. */
  chargedThrough(): Promise<number | undefined>
  /**
   * Charges every account for `day`, which becomes the last one charged. False, and nothing happens, unless `day` follows
   * the last one charged. If none ever was, it is only noted.
   */
  chargeDay(day: number, decide: (account: AccountRow) => Standing | undefined): Promise<boolean>
  /** Payments of the days `from` to `to`, both included. */
  payments(from: number, to: number): Promise<{ count: number; amount: number }>
}

export interface NotificationStore {
  /** An endpoint of another account is taken over. False if the account has `max` others. */
  putPushSubscription(subscription: PushSubscriptionRow, max: number): Promise<boolean>
  /** With `account` only if it is that account's. True if there was one. Leaves no trace. */
  deletePushSubscription(endpoint: string, account?: string): Promise<boolean>
  /** All of an account; how many there were. Leaves no trace. */
  deletePushSubscriptions(account: string): Promise<number>
  /** Leaves no trace of the hash before it. Throws `invalid_argument` if it is another account's, which keeps it. */
  setWakeHash(account: string, hash: Uint8Array | undefined): Promise<void>
  subscriptionsToWake(
    wakeHash: Uint8Array,
  ): Promise<{ account: AccountRow; subscriptions: PushSubscriptionRow[] } | undefined>
}

export interface FeedbackStore {
  /** False if the account has `max` waiting. The same message twice is one. */
  putFeedback(feedback: FeedbackRow, max: number): Promise<boolean>
  feedback(limit: number): Promise<FeedbackRow[]>
  /** True if there was one. Leaves no trace. */
  deleteFeedback(feedback: FeedbackRow): Promise<boolean>
}

export interface ErasureStore {
  /** In the order of their hashes. */
  erasures(): Promise<ErasureRow[]>
  /**
   * What a restored backup must not bring back: deletes the accounts of these erasures, which are kept too, and all rows
   * of tables that no backup holds. How many accounts it deleted. Leaves no trace.
   */
  erase(erasures: readonly ErasureRow[]): Promise<number>
}

export interface Store
  extends AccountStore,
    SessionStore,
    PairingStore,
    MoneyStore,
    NotificationStore,
    FeedbackStore,
    ErasureStore {
  /** Leaves no trace. */
  deleteExpired(expired: Expired): Promise<{ sessions: number; pairings: number; checkouts: number }>
  /** Sessions live at `now`; the rest as it is. */
  statistics(now: number): Promise<Statistics>
  close(): Promise<void>
}
