/** The table `sessions`. */

import { ACCOUNT_COLUMNS, toAccount } from '../account-row.js'
import type { SessionRow, SessionStore } from '../port.js'
import { blob } from '../row.js'
import type { Sql } from './database.js'

export function insertSession(sql: Sql, session: SessionRow): void {
  const { tokenHash, account, createdAt, expiresAt } = session
  sql.run('INSERT INTO sessions VALUES (?, ?, ?, ?)', Buffer.from(tokenHash), account, createdAt, expiresAt)
}

/** Of each call that has a session. */
const BY_SESSION = `SELECT ${ACCOUNT_COLUMNS} FROM sessions JOIN accounts ON accounts.id = sessions.account
  WHERE sessions.token_hash = ? AND sessions.expires_at > ?`

export function sessions(sql: Sql): SessionStore {
  const drop = (account: string, tokenHash: Uint8Array) =>
    sql.run('DELETE FROM sessions WHERE token_hash = ? AND account = ?', Buffer.from(tokenHash), account)
  return {
    async accountBySession(tokenHash, now) {
      const row = sql.get(BY_SESSION, Buffer.from(tokenHash), now)
      return row === undefined ? undefined : toAccount(row)
    },
    async createSession(session) {
      insertSession(sql, session)
    },
    async sessionsOf(account, now) {
      const rows = sql.all(
        'SELECT * FROM sessions WHERE account = ? AND expires_at > ? ORDER BY created_at, token_hash',
        account,
        now,
      )
      return rows.map((row) => ({
        tokenHash: blob(row['token_hash']),
        account,
        createdAt: row['created_at'] as number,
        expiresAt: row['expires_at'] as number,
      }))
    },
    async deleteSession(tokenHash) {
      const count = sql.run('DELETE FROM sessions WHERE token_hash = ?', Buffer.from(tokenHash))
      if (count > 0) sql.scrub()
      return count > 0
    },
    async deleteSessions(account, tokenHashes) {
      const count = sql.transaction(() => tokenHashes.reduce((sum, tokenHash) => sum + drop(account, tokenHash), 0))
      if (count > 0) sql.scrub()
      return count
    },
  }
}
