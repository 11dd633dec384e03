/** A look at a database file that changes nothing. */
import type { Row } from '../row.js'
import { openAsItIs } from './database.js'

/** The version of its schema; undefined if it is damaged or no database. */
export function lookAtSqlite(path: string): number | undefined {
  try {
    const db = openAsItIs(path, true)
    try {
      const sound = (db.prepare('PRAGMA quick_check').get() as Row)['quick_check'] === 'ok'
      return sound ? ((db.prepare('PRAGMA user_version').get() as Row)['user_version'] as number) : undefined
    } finally {
      db.close()
    }
  } catch {
    return undefined
  }
}
