/**
 * What the account plane needs of a database. Every method is one transaction: all or nothing. Each implementation
 * passes the one behaviour suite in test/store-suite.ts. Times are unix seconds.
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
}

export interface SessionRow {
  /** SHA-256 of the token, 32 bytes. */
  readonly tokenHash: Uint8Array
  readonly account: string
  readonly createdAt: number
  readonly expiresAt: number
}

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

export interface Store {
  /** `username_taken`, or `identifier_taken` if one of the random identifiers is: draw again. */
  createAccount(account: AccountRow, session: SessionRow): Promise<'created' | 'username_taken' | 'identifier_taken'>
  accountByUsername(username: string): Promise<AccountRow | undefined>
  accountByPairingCode(code: string): Promise<AccountRow | undefined>
  accountByAlias(alias: string): Promise<AccountRow | undefined>
  /** The account of a session that has not expired at `now`. */
  accountBySession(tokenHash: Uint8Array, now: number): Promise<AccountRow | undefined>
  putBundle(account: string, bundle: Uint8Array): Promise<void>
  createSession(session: SessionRow): Promise<void>
  /** True if there was one. Leaves no trace in the files. */
  deleteSession(tokenHash: Uint8Array): Promise<boolean>
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
  /** Deletes sessions that expired at or before `now` and requests created at or before `pairings`. Leaves no trace. */
  deleteExpired(now: number, pairings: number): Promise<{ sessions: number; pairings: number }>
  close(): Promise<void>
}
