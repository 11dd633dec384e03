/** The table `accounts`, and what ends with an account. */

import { erasureHash } from '../../rules/erasure.js'
import { ACCOUNT_COLUMNS, ACCOUNT_MARKS, fromAccount, toAccount } from '../account-row.js'
import type { AccountRow, AccountStore, SessionRow, SessionsLeft, Standing } from '../port.js'
import { blob, type Value } from '../row.js'
import { SCHEMA } from '../schema/schema.js'
import { isTaken, type Sql } from './database.js'
import { insertSession } from './sessions.js'

export function accountWhere(
  sql: Sql,
  column: 'id' | 'reference' | 'username' | 'pairing_code' | 'alias' | 'wake_hash',
  value: Value,
): AccountRow | undefined {
  const row = sql.get(`SELECT ${ACCOUNT_COLUMNS} FROM accounts WHERE ${column} = ?`, value)
  return row === undefined ? undefined : toAccount(row)
}

export function putStanding(sql: Sql, account: string, standing: Standing): void {
  sql.run(
    'UPDATE accounts SET type = ?, state = ?, cut_off = ?, balance = ?, bonus = ?, flags = ? WHERE id = ?',
    standing.type,
    standing.state,
    standing.cutOff,
    standing.balance,
    standing.bonus,
    standing.flags,
    account,
  )
}

function leave(sql: Sql, account: string, left: SessionsLeft): void {
  if (left === 'all') return
  if ('keep' in left) {
    sql.run('DELETE FROM sessions WHERE account = ? AND token_hash <> ?', account, Buffer.from(left.keep))
  } else {
    sql.run('DELETE FROM sessions WHERE account = ?', account)
    insertSession(sql, left.only)
  }
}

/** By what the published table says of each column, so that no table can be forgotten. */
const DELETIONS = SCHEMA.flatMap(({ name, owners }) =>
  owners.map((column) => `DELETE FROM ${name} WHERE ${column} = ?`),
)

export function deleteRows(sql: Sql, account: string): void {
  for (const statement of DELETIONS) sql.run(statement, account)
}

export function accounts(sql: Sql): AccountStore {
  const insert = (account: AccountRow, session: SessionRow) => {
    sql.run(`INSERT INTO accounts VALUES (${ACCOUNT_MARKS})`, ...fromAccount(account))
    insertSession(sql, session)
  }
  /** Runs `change` if the account's verifier is still that one; then nothing of the old values is left in the files. */
  const ifStill = (account: string, expected: string, change: () => void): boolean => {
    const done = sql.transaction(() => {
      const same = sql.get('SELECT 1 FROM accounts WHERE id = ? AND password_verifier = ?', account, expected)
      if (same !== undefined) change()
      return same !== undefined
    })
    if (done) sql.scrub()
    return done
  }
  return {
    async createAccount(account, session) {
      if (accountWhere(sql, 'username', account.username) !== undefined) return 'username_taken'
      try {
        sql.transaction(() => insert(account, session))
        return 'created'
      } catch (error) {
        if (!isTaken(error)) throw error
        return 'identifier_taken'
      }
    },
    async accountById(id) {
      return accountWhere(sql, 'id', id)
    },
    async accountByReference(reference) {
      return accountWhere(sql, 'reference', reference)
    },
    async accountByUsername(username) {
      return accountWhere(sql, 'username', username)
    },
    async wrapperOf(username, otherwise) {
      const row = sql.get(
        'SELECT COALESCE((SELECT wrapped_master_key FROM accounts WHERE username = ?), ?) AS wrapper',
        username,
        Buffer.from(otherwise),
      )
      return blob(row?.['wrapper'])
    },
    async accountByPairingCode(code) {
      return accountWhere(sql, 'pairing_code', code)
    },
    async accountByAlias(alias) {
      return accountWhere(sql, 'alias', alias)
    },
    async putDisplayName(account, displayName) {
      sql.run('UPDATE accounts SET display_name = ? WHERE id = ?', displayName, account)
      sql.scrub()
    },
    async putPairingCode(account, code) {
      try {
        sql.run('UPDATE accounts SET pairing_code = ? WHERE id = ?', code, account)
      } catch (error) {
        if (!isTaken(error)) throw error
        return 'identifier_taken'
      }
      sql.scrub()
      return 'done'
    },
    async putBundle(account, bundle, expected) {
      const put = () => sql.run('UPDATE accounts SET bundle = ? WHERE id = ?', Buffer.from(bundle), account)
      return expected === undefined ? put() > 0 : ifStill(account, expected, put)
    },
    async replaceSecrets(account, expected, secrets, left) {
      return ifStill(account, expected, () => {
        sql.run(
          `UPDATE accounts SET password_verifier = ?, security_version = ?,
           wrapped_master_key = COALESCE(?, wrapped_master_key),
           recovery_fingerprint = COALESCE(?, recovery_fingerprint) WHERE id = ?`,
          secrets.passwordVerifier,
          secrets.securityVersion,
          secrets.wrappedMasterKey === undefined ? null : Buffer.from(secrets.wrappedMasterKey),
          secrets.recoveryFingerprint ?? null,
          account,
        )
        leave(sql, account, left)
      })
    },
    async deleteAccount(account, expected, day) {
      return ifStill(account, expected, () => {
        deleteRows(sql, account)
        sql.run('INSERT INTO erasures VALUES (?, ?)', Buffer.from(erasureHash(account)), day)
      })
    },
  }
}
