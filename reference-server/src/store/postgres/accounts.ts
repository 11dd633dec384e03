/** The table `accounts` in PostgreSQL, and what ends with an account. */
import { erasureHash } from '../../rules/erasure.js'
import { ACCOUNT_COLUMNS, fromAccount, toAccount } from '../account-row.js'
import type { AccountRow, AccountStore, SessionRow, SessionsLeft, Standing } from '../port.js'
import { blob, type Value } from '../row.js'
import { SCHEMA } from '../schema/schema.js'
import { ACCOUNTS } from '../schema/tables.js'
import { type Database, isTaken, type Sql } from './database.js'

const MARKS = ACCOUNTS.columns.map((_, i) => `$${i + 1}`).join(', ')

/** With `lock`, nobody else changes the row before this transaction ends. */
export async function accountWhere(
  sql: Sql,
  column: 'id' | 'reference' | 'username' | 'pairing_code' | 'alias' | 'wake_hash',
  value: Value,
  lock?: 'FOR UPDATE',
): Promise<AccountRow | undefined> {
  const row = await sql.first(`SELECT ${ACCOUNT_COLUMNS} FROM accounts WHERE ${column} = $1 ${lock ?? ''}`, value)
  return row && toAccount(row)
}

export async function putStanding(sql: Sql, account: string, standing: Standing): Promise<void> {
  const { type, state, cutOff, balance, bonus, flags } = standing
  const set = 'type = $1, state = $2, cut_off = $3, balance = $4, bonus = $5, flags = $6'
  await sql.run(`UPDATE accounts SET ${set} WHERE id = $7`, type, state, cutOff, balance, bonus, flags, account)
}

export async function insertSession(sql: Sql, session: SessionRow): Promise<void> {
  const { tokenHash, account, createdAt, expiresAt } = session
  await sql.run('INSERT INTO sessions VALUES ($1, $2, $3, $4)', Buffer.from(tokenHash), account, createdAt, expiresAt)
}

async function leave(sql: Sql, account: string, left: SessionsLeft): Promise<void> {
  if (left === 'all') return
  if ('keep' in left) {
    await sql.run('DELETE FROM sessions WHERE account = $1 AND token_hash <> $2', account, Buffer.from(left.keep))
  } else {
    await sql.run('DELETE FROM sessions WHERE account = $1', account)
    await insertSession(sql, left.only)
  }
}

const DELETIONS = SCHEMA.flatMap(({ name, owners }) =>
  owners.map((column) => `DELETE FROM ${name} WHERE ${column} = $1`),
)
/** Tables with rows that name an account. */
export const OWNED = SCHEMA.filter(({ owners }) => owners.length > 0).map(({ name }) => name)

export async function deleteRows(sql: Sql, account: string): Promise<void> {
  for (const statement of DELETIONS) await sql.run(statement, account)
}

export function accounts(database: Database): AccountStore {
  /** Changes rows of these tables if the account's verifier is still that one. */
  const ifStill = async (
    account: string,
    expected: string,
    tables: readonly string[],
    change: (sql: Sql) => Promise<unknown>,
  ): Promise<boolean> => {
    try {
      return await database.transaction(async (sql) => {
        const row = await accountWhere(sql, 'id', account, 'FOR UPDATE')
        if (row?.passwordVerifier !== expected) return false
        await change(sql)
        return true
      })
    } finally {
      database.soil(...tables)
    }
  }
  const put = async (account: string, column: string, value: Value) => {
    const count = await database.run(`UPDATE accounts SET ${column} = $1 WHERE id = $2`, value, account)
    database.soil('accounts')
    return count
  }
  return {
    async createAccount(account, session) {
      if ((await accountWhere(database, 'username', account.username)) !== undefined) return 'username_taken'
      try {
        await database.transaction(async (sql) => {
          await sql.run(`INSERT INTO accounts VALUES (${MARKS})`, ...fromAccount(account))
          await insertSession(sql, session)
        })
        return 'created'
      } catch (error) {
        // What an undone insertion wrote lies in the files like what was deleted.
        database.soil('accounts', 'sessions')
        if (!isTaken(error)) throw error
        const named = await accountWhere(database, 'username', account.username)
        return named === undefined ? 'identifier_taken' : 'username_taken'
      }
    },
    accountById: (id) => accountWhere(database, 'id', id),
    accountByReference: (reference) => accountWhere(database, 'reference', reference),
    accountByUsername: (username) => accountWhere(database, 'username', username),
    async wrapperOf(username, otherwise) {
      const row = await database.first(
        'SELECT COALESCE((SELECT wrapped_master_key FROM accounts WHERE username = $1), $2::bytea) AS wrapper',
        username,
        Buffer.from(otherwise),
      )
      return blob(row?.['wrapper'])
    },
    accountByPairingCode: (code) => accountWhere(database, 'pairing_code', code),
    accountByAlias: (alias) => accountWhere(database, 'alias', alias),
    async putDisplayName(account, displayName) {
      await put(account, 'display_name', displayName)
    },
    async putPairingCode(account, code) {
      try {
        await put(account, 'pairing_code', code)
      } catch (error) {
        database.soil('accounts')
        if (!isTaken(error)) throw error
        return 'identifier_taken'
      }
      return 'done'
    },
    async putBundle(account, bundle, expected) {
      if (expected === undefined) return (await put(account, 'bundle', Buffer.from(bundle))) > 0
      return ifStill(account, expected, ['accounts'], (sql) =>
        sql.run('UPDATE accounts SET bundle = $1 WHERE id = $2', Buffer.from(bundle), account),
      )
    },
    async replaceSecrets(account, expected, secrets, left) {
      return ifStill(account, expected, ['accounts', 'sessions'], async (sql) => {
        await sql.run(
          `UPDATE accounts SET password_verifier = $1, security_version = $2,
           wrapped_master_key = COALESCE($3, wrapped_master_key),
           recovery_fingerprint = COALESCE($4, recovery_fingerprint) WHERE id = $5`,
          secrets.passwordVerifier,
          secrets.securityVersion,
          secrets.wrappedMasterKey === undefined ? null : Buffer.from(secrets.wrappedMasterKey),
          secrets.recoveryFingerprint ?? null,
          account,
        )
        await leave(sql, account, left)
      })
    },
    async deleteAccount(account, expected, day) {
      return ifStill(account, expected, OWNED, async (sql) => {
        await deleteRows(sql, account)
        await sql.run('INSERT INTO erasures VALUES ($1, $2)', Buffer.from(erasureHash(account)), day)
      })
    },
  }
}
