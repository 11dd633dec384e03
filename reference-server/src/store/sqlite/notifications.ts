/** The table `push_subscriptions` and the wake hash (spec/05 section 8). */
import type { NotificationStore, PushSubscriptionRow } from '../port.js'
import { blob, type Row } from '../row.js'
import { wakeHashTaken } from '../taken.js'
import { accountWhere } from './accounts.js'
import { isTaken, type Sql } from './database.js'

function toSubscription(row: Row): PushSubscriptionRow {
  return {
    endpoint: row['endpoint'] as string,
    account: row['account'] as string,
    p256dh: blob(row['p256dh']),
    auth: blob(row['auth']),
  }
}

export function notifications(sql: Sql): NotificationStore {
  /** Leaves nothing of the rows that a statement deleted or wrote over. */
  const erase = (count: number): number => {
    if (count > 0) sql.scrub()
    return count
  }
  return {
    async putPushSubscription({ endpoint, account, p256dh, auth }, max) {
      const done = sql.transaction(() => {
        const others = sql.get(
          'SELECT COUNT(*) AS n FROM push_subscriptions WHERE account = ? AND endpoint <> ?',
          account,
          endpoint,
        )
        if ((others?.['n'] as number) >= max) return false
        const keys = [Buffer.from(p256dh), Buffer.from(auth)] as const
        sql.run('INSERT OR REPLACE INTO push_subscriptions VALUES (?, ?, ?, ?)', endpoint, account, ...keys)
        return true
      })
      return erase(done ? 1 : 0) > 0
    },
    async deletePushSubscription(endpoint, account) {
      const count =
        account === undefined
          ? sql.run('DELETE FROM push_subscriptions WHERE endpoint = ?', endpoint)
          : sql.run('DELETE FROM push_subscriptions WHERE endpoint = ? AND account = ?', endpoint, account)
      return erase(count) > 0
    },
    async deletePushSubscriptions(account) {
      return erase(sql.run('DELETE FROM push_subscriptions WHERE account = ?', account))
    },
    async setWakeHash(account, hash) {
      const value = hash === undefined ? null : Buffer.from(hash)
      try {
        erase(sql.run('UPDATE accounts SET wake_hash = ? WHERE id = ?', value, account))
      } catch (error) {
        throw isTaken(error) ? wakeHashTaken() : error
      }
    },
    async subscriptionsToWake(wakeHash) {
      const account = accountWhere(sql, 'wake_hash', Buffer.from(wakeHash))
      if (account === undefined) return undefined
      const rows = sql.all('SELECT * FROM push_subscriptions WHERE account = ? ORDER BY endpoint', account.id)
      return { account, subscriptions: rows.map(toSubscription) }
    },
  }
}
