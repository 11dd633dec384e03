/** The table `erasures`: who was deleted, and what that means for a restored backup. */
import { erasureHash } from '../../rules/erasure.js'
import type { ErasureStore } from '../port.js'
import { blob } from '../row.js'
import { NOT_BACKED_UP } from '../schema/schema.js'
import { deleteRows } from './accounts.js'
import type { Sql } from './database.js'

export function erasures(sql: Sql): ErasureStore {
  return {
    async erasures() {
      const rows = sql.all('SELECT account_hash, day FROM erasures ORDER BY account_hash')
      return rows.map((row) => ({ accountHash: blob(row['account_hash']), day: row['day'] as number }))
    },
    async erase(list) {
      const erased = new Set(list.map(({ accountHash }) => Buffer.from(accountHash).toString('hex')))
      const count = sql.transaction(() => {
        let found = 0
        for (const row of sql.all('SELECT id FROM accounts')) {
          const id = row['id'] as string
          if (!erased.has(Buffer.from(erasureHash(id)).toString('hex'))) continue
          deleteRows(sql, id)
          found += 1
        }
        for (const table of NOT_BACKED_UP) if (table !== 'erasures') sql.run(`DELETE FROM ${table}`)
        sql.run('UPDATE accounts SET wake_hash = NULL')
        for (const { accountHash, day } of list) {
          sql.run('INSERT OR IGNORE INTO erasures VALUES (?, ?)', Buffer.from(accountHash), day)
        }
        return found
      })
      sql.scrub()
      return count
    },
  }
}
