/**
 * The store on SQLite: one file, WAL, `secure_delete`. Deletions that promise "no trace" also empty the write-ahead log,
 * which would otherwise keep the old pages until it is overwritten (spec/05 section 9).
 */
import type { Store } from '../port.js'
import type { Row } from '../row.js'
import { accounts } from './accounts.js'
import { openDatabase } from './database.js'
import { erasures } from './erasures.js'
import { feedback } from './feedback.js'
import { money } from './money.js'
import { notifications } from './notifications.js'
import { pairings } from './pairings.js'
import { sessions } from './sessions.js'

const countsBy = (rows: readonly Row[]): Record<number, number> =>
  Object.fromEntries(rows.map((row) => [row['value'] as number, row['n'] as number]))

export function createSqliteStore(path: string): Store {
  const sql = openDatabase(path)
  return {
    ...accounts(sql),
    ...sessions(sql),
    ...pairings(sql),
    ...money(sql),
    ...notifications(sql),
    ...feedback(sql),
    ...erasures(sql),
    async deleteExpired(expired) {
      const { erasures: forgotten, ...count } = sql.transaction(() => ({
        sessions: sql.run('DELETE FROM sessions WHERE expires_at <= ?', expired.sessions),
        pairings: sql.run('DELETE FROM pairing_requests WHERE created_at <= ?', expired.pairings),
        checkouts: sql.run('DELETE FROM checkouts WHERE created_at <= ?', expired.checkouts),
        erasures: sql.run('DELETE FROM erasures WHERE day <= ?', expired.erasures),
      }))
      if (count.sessions + count.pairings + count.checkouts + forgotten > 0 || sql.owesScrub()) sql.scrub()
      return count
    },
    async statistics(now) {
      const count = (from: string, ...values: number[]) =>
        sql.get(`SELECT COUNT(*) AS n FROM ${from}`, ...values)?.['n'] as number
      return sql.transaction(() => ({
        accounts: count('accounts'),
        byType: countsBy(sql.all('SELECT type AS value, COUNT(*) AS n FROM accounts GROUP BY type')),
        byState: countsBy(sql.all('SELECT state AS value, COUNT(*) AS n FROM accounts GROUP BY state')),
        cutOff: count('accounts WHERE cut_off > 0'),
        sessions: count('sessions WHERE expires_at > ?', now),
        pairings: count('pairing_requests'),
        subscriptions: count('push_subscriptions'),
        feedback: count('feedback'),
      }))
    },
    async close() {
      sql.scrub()
      sql.close()
    },
  }
}
