/** The table `erasures` in PostgreSQL. */
import { erasureHash } from '../../rules/erasure.js'
import type { ErasureStore } from '../port.js'
import { blob } from '../row.js'
import { NOT_BACKED_UP } from '../schema/schema.js'
import { deleteRows, OWNED } from './accounts.js'
import type { Database } from './database.js'

export function erasures(database: Database): ErasureStore {
  return {
    async erasures() {
      const rows = await database.all('SELECT account_hash, day FROM erasures ORDER BY account_hash')
      return rows.map((row) => ({ accountHash: blob(row['account_hash']), day: row['day'] as number }))
    },
    async erase(list) {
      const erased = new Set(list.map(({ accountHash }) => Buffer.from(accountHash).toString('hex')))
      try {
        return await database.transaction(async (sql) => {
          let found = 0
          for (const row of await sql.all('SELECT id FROM accounts')) {
            const id = row['id'] as string
            if (!erased.has(Buffer.from(erasureHash(id)).toString('hex'))) continue
            await deleteRows(sql, id)
            found += 1
          }
          for (const table of NOT_BACKED_UP) if (table !== 'erasures') await sql.run(`DELETE FROM ${table}`)
          await sql.run('UPDATE accounts SET wake_hash = NULL WHERE wake_hash IS NOT NULL')
          for (const { accountHash, day } of list) {
            const insert = 'INSERT INTO erasures VALUES ($1, $2) ON CONFLICT DO NOTHING'
            await sql.run(insert, Buffer.from(accountHash), day)
          }
          return found
        })
      } finally {
        database.soil(...OWNED)
      }
    },
  }
}
