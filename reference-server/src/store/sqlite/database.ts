/** The database file: opened, brought to this schema, its statements bound, its log emptied. */
import { Solo2Error } from '@solo2/sdk/shared'
import Database from 'libsql'
import type { Row, Value } from '../row.js'
import { migration, SCHEMA_VERSION } from '../schema/schema.js'

/** Milliseconds that a statement waits for another process, such as solo2-admin. */
const BUSY_MS = 5_000

/**
 * Values are bound as one array, never as arguments: libsql takes a single object for named parameters, a lone blob
 * included, and ends the process; it also ends it for a boolean.
 */
export interface Sql {
  get(statement: string, ...values: Value[]): Row | undefined
  all(statement: string, ...values: Value[]): Row[]
  /** How many rows changed. */
  run(statement: string, ...values: Value[]): number
  /** One transaction that holds the write lock from its start: what it read cannot change before it writes. */
  transaction<T>(work: () => T): T
  /**
   * Empties the write-ahead log, which would keep the old pages until it is written over (spec/05 section 9). Where
   * another process reads just then the log stays, and {@link Sql.owesScrub} says so.
   */
  scrub(): void
  owesScrub(): boolean
  close(): void
}

/** Whether the file is in use by another process. */
export function isBusy(error: unknown): boolean {
  return String((error as { code?: unknown }).code).startsWith('SQLITE_BUSY')
}

function bringForward(db: Database.Database): void {
  const version = (db.prepare('PRAGMA user_version').get() as Row)['user_version'] as number
  if (version > SCHEMA_VERSION) {
    throw new Solo2Error('storage_newer', 'the database was written by a later version of the server')
  }
  if (version === SCHEMA_VERSION) return
  for (const statement of migration(version)) db.exec(statement)
  db.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`)
}

/** The file as it is: nothing of it is set or brought forward. */
export function openAsItIs(path: string, readonly: boolean): Database.Database {
  return new Database(path, { readonly })
}

/** Makes or opens the database. Throws `storage_newer` for one that a later version wrote. */
export function openDatabase(path: string): Sql {
  const db = new Database(path)
  db.exec('PRAGMA journal_mode = WAL')
  db.exec('PRAGMA secure_delete = ON')
  db.exec('PRAGMA synchronous = FULL')
  db.exec(`PRAGMA busy_timeout = ${BUSY_MS}`)
  try {
    // As a writer from the start: of two programs that open the file at once, one brings it forward.
    db.transaction(bringForward).immediate(db)
  } catch (error) {
    db.close()
    throw error
  }
  const prepared = new Map<string, Database.Statement>()
  const prepare = (text: string): Database.Statement => {
    const statement = prepared.get(text) ?? db.prepare(text)
    prepared.set(text, statement)
    return statement
  }
  let owes = false
  const transaction = db.transaction((work: () => unknown) => work())
  return {
    get: (text, ...values) => prepare(text).get(values) as Row | undefined,
    all: (text, ...values) => prepare(text).all(values) as Row[],
    run: (text, ...values) => prepare(text).run(values).changes,
    transaction: <T>(work: () => T) => transaction.immediate(work) as T,
    scrub() {
      owes = (db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get() as Row)['busy'] !== 0
    },
    owesScrub: () => owes,
    close() {
      // libsql lets go of a closed file when its statements are gone.
      prepared.clear()
      db.close()
    },
  }
}

/** Whether a statement failed because a key is taken. */
export function isTaken(error: unknown): boolean {
  return String((error as { code?: unknown }).code).startsWith('SQLITE_CONSTRAINT')
}
