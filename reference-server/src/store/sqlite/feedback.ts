/** The table `feedback`. */
import type { FeedbackStore } from '../port.js'
import type { Sql } from './database.js'

export function feedback(sql: Sql): FeedbackStore {
  return {
    async putFeedback({ account, message }, max) {
      return sql.transaction(() => {
        const others = sql.get(
          'SELECT COUNT(*) AS n FROM feedback WHERE account = ? AND message <> ?',
          account,
          message,
        )
        if ((others?.['n'] as number) >= max) return false
        sql.run('INSERT OR IGNORE INTO feedback VALUES (?, ?)', account, message)
        return true
      })
    },
    async feedback(limit) {
      const rows = sql.all('SELECT account, message FROM feedback ORDER BY account, message LIMIT ?', limit)
      return rows.map((row) => ({ account: row['account'] as string, message: row['message'] as string }))
    },
    async deleteFeedback({ account, message }) {
      const count = sql.run('DELETE FROM feedback WHERE account = ? AND message = ?', account, message)
      if (count > 0) sql.scrub()
      return count > 0
    },
  }
}
