/** The methods by which people change, recover and delete their own account, of the account plane in memory. */
import type * as proto from '@solo2/proto/account'
import { equal, toHex } from '../../bytes/bytes.js'
import { ensure, Solo2Error } from '../../errors.js'
import { PROTOCOL } from '../../limits.js'
import type { AccountApi, CallOptions } from '../../ports/account-api.js'
import type { Row, Sessions } from './account-row.js'

/** Version, profile, two zero bytes and the salt (spec/03). */
const HEADER_END = 20

export interface OwnAccountParts {
  readonly rows: Map<string, Row>
  readonly sessions: Sessions
  readonly rules: {
    foldUsername(text: string): string
    checkDisplayName(text: string): string
    randomPairingCode(random: (length: number) => Uint8Array): string
  }
  random(length: number): Uint8Array
  sha256(bytes: Uint8Array): Uint8Array
  /** Whose session it is; throws `unauthenticated`. */
  member(call: CallOptions): Row
  newSession(row: Row): proto.Session
  account(row: Row): proto.Account
  /** Drops the requests and push subscriptions of this account. */
  forget(row: Row): void
}

type Name =
  | 'recover'
  | 'setDisplayName'
  | 'newPairingCode'
  | 'listSessions'
  | 'endSessions'
  | 'changePassword'
  | 'newWords'
  | 'deleteAccount'

export type OwnAccount = {
  readonly [M in Name]: (request: Parameters<AccountApi[M]>[0], call: CallOptions) => Awaited<ReturnType<AccountApi[M]>>
}

export function ownAccount(parts: OwnAccountParts): OwnAccount {
  const { rows, sessions, rules } = parts
  const tokenOf = (call: CallOptions) => toHex(call.token ?? new Uint8Array(0))

  function withPassword(call: CallOptions, authKey: Uint8Array): Row {
    const row = parts.member(call)
    if (equal(row.authKey, authKey)) return row
    throw new Solo2Error('permission_denied', 'the password is wrong', { field: 'auth_key' })
  }

  function ensureSameHeader(row: Row, wrapped: Uint8Array): void {
    const whole = wrapped.length === PROTOCOL.WRAPPED_MASTER_KEY_SIZE
    if (whole && equal(wrapped.subarray(0, HEADER_END), row.wrappedMasterKey.subarray(0, HEADER_END))) return
    throw new Solo2Error('invalid_argument', 'another profile or salt', { field: 'wrapped_master_key' })
  }

  /** Ends the sessions of an account but the one with this token. */
  function endOthers(row: Row, kept?: string): number {
    const ended = [...sessions].filter(([token, session]) => session.row === row && token !== kept)
    for (const [token] of ended) sessions.delete(token)
    return ended.length
  }

  return {
    recover({ username, authenticator, authKey, wrappedMasterKey }) {
      const row = rows.get(rules.foldUsername(username))
      if (!row || !equal(row.recoveryFingerprint, parts.sha256(authenticator))) {
        throw new Solo2Error('unauthenticated', 'wrong name or words')
      }
      ensureSameHeader(row, wrappedMasterKey)
      row.authKey = authKey.slice()
      row.wrappedMasterKey = wrappedMasterKey.slice()
      endOthers(row)
      return { session: parts.newSession(row), account: parts.account(row) }
    },
    setDisplayName({ displayName }, call) {
      const row = parts.member(call)
      row.displayName = rules.checkDisplayName(displayName)
      return { account: parts.account(row) }
    },
    newPairingCode(_, call) {
      const row = parts.member(call)
      row.pairingCode = rules.randomPairingCode(parts.random)
      return { account: parts.account(row) }
    },
    listSessions(_, call) {
      const row = parts.member(call)
      const own = [...sessions].filter(([, session]) => session.row === row)
      return {
        sessions: own.map(([token, { id, createdAt, expiresAt }]) => ({
          id,
          createdAt: BigInt(createdAt),
          expiresAt: BigInt(expiresAt),
          current: token === tokenOf(call),
        })),
      }
    },
    endSessions({ ids }, call) {
      const row = parts.member(call)
      if (ids.length === 0) return { ended: endOthers(row, tokenOf(call)) }
      const ended = [...sessions].filter(([, session]) => session.row === row && ids.includes(session.id))
      for (const [token] of ended) sessions.delete(token)
      return { ended: ended.length }
    },
    changePassword({ authKey, newAuthKey, wrappedMasterKey }, call) {
      ensure(newAuthKey.length === 32, 'invalid_argument', 'new_auth_key must be 32 bytes')
      const row = withPassword(call, authKey)
      ensureSameHeader(row, wrappedMasterKey)
      row.authKey = newAuthKey.slice()
      row.wrappedMasterKey = wrappedMasterKey.slice()
      endOthers(row, tokenOf(call))
      return {}
    },
    newWords({ authKey, wrappedMasterKey, recoveryFingerprint }, call) {
      const row = withPassword(call, authKey)
      ensureSameHeader(row, wrappedMasterKey)
      row.wrappedMasterKey = wrappedMasterKey.slice()
      row.recoveryFingerprint = recoveryFingerprint.slice()
      endOthers(row, tokenOf(call))
      return {}
    },
    deleteAccount({ authKey }, call) {
      const row = withPassword(call, authKey)
      endOthers(row)
      parts.forget(row)
      rows.delete(row.username)
      return {}
    },
  }
}
