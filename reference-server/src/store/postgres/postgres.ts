/**
 * The store on PostgreSQL, for more than one server. What is deleted counts as gone at once; its bytes go with the next
 * sweep, which rewrites the tables in question and drops the log before it (spec/05 section 9, spec/decisions/0009).
 */
import type { Store } from '../port.js'
import type { Row } from '../row.js'
import { accounts } from './accounts.js'
import { openPostgres } from './database.js'
import { erasures } from './erasures.js'
import { money } from './money.js'
import { feedback, notifications } from './service.js'
import { pairings, sessions } from './sessions.js'

const countsBy = (rows: readonly Row[]): Record<number, number> =>
  Object.fromEntries(rows.map((row) => [row['value'] as number, row['n'] as number]))

/** `url` holds a password: it must not be printed. Throws `storage_newer` as SQLite's store does. */
export async function createPostgresStore(url: string): Promise<Store> {
  const database = await openPostgres(url)
  return {
    ...accounts(database),
    ...sessions(database),
    ...pairings(database),
    ...money(database),
    ...notifications(database),
    ...feedback(database),
    ...erasures(database),
    async deleteExpired(expired) {
      const drop = async (table: string, where: string, second: number) => {
        const count = await database.run(`DELETE FROM ${table} WHERE ${where} <= $1`, second)
        if (count > 0) database.soil(table)
        return count
      }
      const count = {
        sessions: await drop('sessions', 'expires_at', expired.sessions),
        pairings: await drop('pairing_requests', 'created_at', expired.pairings),
        checkouts: await drop('checkouts', 'created_at', expired.checkouts),
      }
      await drop('erasures', 'day', expired.erasures)
      await database.scrub()
      return count
    },
    async statistics(now) {
      return database.transaction(async (sql) => {
        const count = async (from: string, ...values: number[]) =>
          (await sql.first(`SELECT COUNT(*) AS n FROM ${from}`, ...values))?.['n'] as number
        return {
          accounts: await count('accounts'),
          byType: countsBy(await sql.all('SELECT type AS value, COUNT(*) AS n FROM accounts GROUP BY type')),
          byState: countsBy(await sql.all('SELECT state AS value, COUNT(*) AS n FROM accounts GROUP BY state')),
          cutOff: await count('accounts WHERE cut_off > 0'),
          sessions: await count('sessions WHERE expires_at > $1', now),
          pairings: await count('pairing_requests'),
          subscriptions: await count('push_subscriptions'),
          feedback: await count('feedback'),
        }
      })
    },
    close: () => database.close(),
  }
}
