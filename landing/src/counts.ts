/**
 * Visits by page and day. Nothing else comes in here: not a request, not an address. What is counted waits in memory and is
 * written with others, so that neither the file nor its time tells when somebody came.
 */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'libsql'

export const WRITE_MS = 600_000
const DAY_MS = 86_400_000

const TABLE =
  'CREATE TABLE IF NOT EXISTS visits (page TEXT NOT NULL, day TEXT NOT NULL, count INTEGER NOT NULL, PRIMARY KEY (page, day)) STRICT, WITHOUT ROWID'

export interface Count {
  readonly page: string
  /** A date in UTC, `2030-01-15`. */
  readonly day: string
  readonly count: number
}

export interface Counts {
  /** One more visit of this page on the present day. */
  add(page: string): void
  /** Writes what waits, and deletes days that are too old. */
  write(): void
  /** What is written, by day and page. */
  all(): readonly Count[]
  close(): void
}

export function openCounts(folder: string, keepDays: number, now: () => number): Counts {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const db = new Database(join(folder, 'visits.db'))
  db.pragma('secure_delete = ON')
  db.exec(TABLE)
  const one = db.prepare(
    'INSERT INTO visits (page, day, count) VALUES (?, ?, ?) ON CONFLICT (page, day) DO UPDATE SET count = count + excluded.count',
  )
  const old = db.prepare('DELETE FROM visits WHERE day < ?')
  /** By day, then by page. */
  let waiting = new Map<string, Map<string, number>>()

  function write(): void {
    const batch = waiting
    db.transaction(() => {
      for (const [day, pages] of batch) for (const [page, count] of pages) one.run(page, day, count)
      old.run(dayOf(now() - keepDays * DAY_MS))
    })()
    waiting = new Map()
  }

  return {
    add(page) {
      const day = dayOf(now())
      const pages = waiting.get(day) ?? new Map<string, number>()
      pages.set(page, (pages.get(page) ?? 0) + 1)
      waiting.set(day, pages)
    },
    write,
    all: () => db.prepare('SELECT page, day, count FROM visits ORDER BY day, page').all() as Count[],
    close() {
      write()
      db.close()
    },
  }
}

function dayOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}
