/** Push subscriptions, wake hashes and feedback in PostgreSQL. */
import type { FeedbackStore, NotificationStore } from '../port.js'
import { blob } from '../row.js'
import { wakeHashTaken } from '../taken.js'
import { accountWhere } from './accounts.js'
import { type Database, isTaken } from './database.js'

export function notifications(database: Database): NotificationStore {
  const drop = async (where: string, ...values: string[]) => {
    const count = await database.run(`DELETE FROM push_subscriptions WHERE ${where}`, ...values)
    if (count > 0) database.soil('push_subscriptions')
    return count
  }
  return {
    async putPushSubscription({ endpoint, account, p256dh, auth }, max) {
      const done = await database.transaction(async (sql) => {
        const count = 'SELECT COUNT(*) AS n FROM push_subscriptions WHERE account = $1 AND endpoint <> $2'
        if (((await sql.first(count, account, endpoint))?.['n'] as number) >= max) return false
        await sql.run(
          `INSERT INTO push_subscriptions VALUES ($1, $2, $3, $4) ON CONFLICT (endpoint)
           DO UPDATE SET account = EXCLUDED.account, p256dh = EXCLUDED.p256dh, auth = EXCLUDED.auth`,
          endpoint,
          account,
          Buffer.from(p256dh),
          Buffer.from(auth),
        )
        return true
      })
      if (done) database.soil('push_subscriptions')
      return done
    },
    async deletePushSubscription(endpoint, account) {
      if (account === undefined) return (await drop('endpoint = $1', endpoint)) > 0
      return (await drop('endpoint = $1 AND account = $2', endpoint, account)) > 0
    },
    deletePushSubscriptions: (account) => drop('account = $1', account),
    async setWakeHash(account, hash) {
      const value = hash === undefined ? null : Buffer.from(hash)
      try {
        await database.run('UPDATE accounts SET wake_hash = $1 WHERE id = $2', value, account)
      } catch (error) {
        throw isTaken(error) ? wakeHashTaken() : error
      } finally {
        database.soil('accounts')
      }
    },
    async subscriptionsToWake(wakeHash) {
      const account = await accountWhere(database, 'wake_hash', Buffer.from(wakeHash))
      if (account === undefined) return undefined
      const list = 'SELECT * FROM push_subscriptions WHERE account = $1 ORDER BY endpoint'
      const subscriptions = (await database.all(list, account.id)).map((row) => ({
        endpoint: row['endpoint'] as string,
        account: account.id,
        p256dh: blob(row['p256dh']),
        auth: blob(row['auth']),
      }))
      return { account, subscriptions }
    },
  }
}

export function feedback(database: Database): FeedbackStore {
  return {
    putFeedback: ({ account, message }, max) =>
      database.transaction(async (sql) => {
        const count = 'SELECT COUNT(*) AS n FROM feedback WHERE account = $1 AND message <> $2'
        if (((await sql.first(count, account, message))?.['n'] as number) >= max) return false
        await sql.run('INSERT INTO feedback VALUES ($1, $2) ON CONFLICT DO NOTHING', account, message)
        return true
      }),
    async feedback(limit) {
      const rows = await database.all('SELECT account, message FROM feedback ORDER BY account, message LIMIT $1', limit)
      return rows.map((row) => ({ account: row['account'] as string, message: row['message'] as string }))
    },
    async deleteFeedback({ account, message }) {
      const count = await database.run('DELETE FROM feedback WHERE account = $1 AND message = $2', account, message)
      if (count > 0) database.soil('feedback')
      return count > 0
    },
  }
}
