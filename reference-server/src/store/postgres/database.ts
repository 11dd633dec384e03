/** A PostgreSQL database: its pool, its schema, its transactions, and the erasure of what was deleted. */
import { Solo2Error } from '@solo2/sdk/shared'
import pg from 'pg'
import type { Row, Value } from '../row.js'
import { migration, SCHEMA, SCHEMA_VERSION } from '../schema/schema.js'

export interface Sql {
  all(statement: string, ...values: Value[]): Promise<Row[]>
  first(statement: string, ...values: Value[]): Promise<Row | undefined>
  /** How many rows changed. */
  run(statement: string, ...values: Value[]): Promise<number>
}

export interface Database extends Sql {
  /** Serializable: what was read stays true until the end. `work` runs again if another one was in its way. */
  transaction<T>(work: (sql: Sql) => Promise<T>): Promise<T>
  /** Notes that rows of these tables were deleted or written over: their bytes are still there. */
  soil(...tables: readonly string[]): void
  /** Rewrites what was soiled, and drops the log before it. Nothing happens if nothing was. */
  scrub(): Promise<void>
  close(): Promise<void>
}

const CONNECTIONS = 8
/** For a connection, or for a place among those that there are: then the caller hears that the database is away. */
const CONNECT_MS = 5_000
const TRIES = 200
/** Serialization failure, deadlock. */
const AGAIN = new Set(['40001', '40P01'])
const UNIQUE_VIOLATION = '23505'
/** Names the migration among the advisory locks of the database. */
const MIGRATION_LOCK = 0x536f6c6f

// BIGINT as a number: money and seconds stay far below 2^53.
const types = {
  getTypeParser: ((oid: number, format?: 'text') =>
    oid === 20 ? Number : pg.types.getTypeParser(oid, format)) as typeof pg.types.getTypeParser,
}

/** Whether a statement failed because a key is taken. */
export function isTaken(error: unknown): boolean {
  return (error as { code?: unknown }).code === UNIQUE_VIOLATION
}

/**
 * Classes of SQLSTATE: connection, resources, operator (57P01 to 57P03: it ends, or starts). What has no SQLSTATE at all came
 * from the connection, not from the database.
 */
function isAway(error: unknown): boolean {
  const code = String((error as { code?: unknown }).code)
  return !/^[0-9A-Z]{5}$/.test(code) || /^(08|53|57P)/.test(code)
}

/** For a caller: the database is away for now, or what it said. A change whose answer was lost may have been made. */
function told(error: unknown): unknown {
  if (error instanceof Solo2Error || !isAway(error)) return error
  return new Solo2Error('unavailable', 'The server cannot reach its accounts; try again.', { retryAfterMs: 1_000 })
}

function sqlOf(client: { query(text: string, values: unknown[]): Promise<pg.QueryResult> }): Sql {
  const query = async (statement: string, values: Value[]) => {
    try {
      return await client.query(statement, values)
    } catch (error) {
      throw told(error)
    }
  }
  return {
    all: async (statement, ...values) => (await query(statement, values)).rows as Row[],
    first: async (statement, ...values) => (await query(statement, values)).rows[0] as Row | undefined,
    run: async (statement, ...values) => (await query(statement, values)).rowCount ?? 0,
  }
}

async function within<T>(pool: pg.Pool, begin: string, work: (sql: Sql) => Promise<T>): Promise<T> {
  const client = await pool.connect().catch((error: unknown) => {
    throw told(error)
  })
  let lost: Error | undefined
  // A lost connection fails the statements; what it also emits would end the process, as nobody else listens meanwhile.
  const ignore = (error: Error) => {
    lost = error
  }
  client.on('error', ignore)
  try {
    const sql = sqlOf(client)
    await sql.run(begin)
    const result = await work(sql)
    await sql.run('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK').catch(() => {})
    throw error
  } finally {
    client.off('error', ignore)
    client.release(lost)
  }
}

/** Makes the tables, or brings them to this schema: one server at a time, whole or not at all. */
async function bringForward(sql: Sql): Promise<void> {
  await sql.first('SELECT pg_advisory_xact_lock($1)', MIGRATION_LOCK)
  await sql.run('CREATE TABLE IF NOT EXISTS solo2_schema (version BIGINT NOT NULL)')
  const version = ((await sql.first('SELECT version FROM solo2_schema'))?.['version'] as number | undefined) ?? 0
  if (version > SCHEMA_VERSION) {
    throw new Solo2Error('storage_newer', 'the database was written by a later version of the server')
  }
  if (version === SCHEMA_VERSION) return
  for (const statement of migration(version, 'postgres')) await sql.run(statement)
  // The planner's samples are copies of rows in another table, which no deletion would reach.
  for (const { name, columns } of SCHEMA) {
    const none = columns.map((column) => `ALTER COLUMN ${column.name} SET STATISTICS 0`)
    await sql.run(`ALTER TABLE ${name} ${none.join(', ')}`)
  }
  await sql.run('DELETE FROM solo2_schema')
  await sql.run('INSERT INTO solo2_schema VALUES ($1)', SCHEMA_VERSION)
}

/** `url` is a secret: it holds a password. Throws `storage_newer` for a database that a later version wrote. */
export async function openPostgres(url: string): Promise<Database> {
  const pool = new pg.Pool({ connectionString: url, max: CONNECTIONS, connectionTimeoutMillis: CONNECT_MS, types })
  // A connection that is idle and lost is replaced when it is needed; without a listener the process would end.
  pool.on('error', () => {})
  try {
    await within(pool, 'BEGIN', bringForward)
  } catch (error) {
    await pool.end()
    throw error
  }
  // What a server that was killed did not sweep: the first sweep rewrites every table.
  const soiled = new Set(SCHEMA.map(({ name }) => name))
  const database: Database = {
    ...sqlOf(pool),
    async transaction(work) {
      for (let tried = 1; ; tried++) {
        try {
          return await within(pool, 'BEGIN ISOLATION LEVEL SERIALIZABLE', work)
        } catch (error) {
          if (tried === TRIES || !AGAIN.has(String((error as { code?: unknown }).code))) throw error
        }
      }
    },
    soil(...tables) {
      for (const table of tables) soiled.add(table)
    },
    async scrub() {
      const tables = [...soiled]
      if (tables.length === 0) return
      soiled.clear()
      try {
        if (tables.includes('payments')) await rewritePayments(database)
        for (const table of tables) await database.run(`VACUUM (FULL) ${table}`)
        // The log holds the rows as they were written: a new segment, and a checkpoint after which the old ones go.
        await database.first('SELECT pg_switch_wal()')
        await database.run('CHECKPOINT')
      } catch (error) {
        database.soil(...tables)
        throw error
      }
    },
    async close() {
      await pool.end()
    },
  }
  return database
}

/** All payments under one transaction number, in the order of their confirmations: no row tells when it came [B1]. */
async function rewritePayments(database: Database): Promise<void> {
  await database.transaction(async (sql) => {
    const rows = await sql.all('DELETE FROM payments RETURNING confirmation, amount, day')
    rows.sort((a, b) => (String(a['confirmation']) < String(b['confirmation']) ? -1 : 1))
    const column = (name: string) => JSON.stringify(rows.map((row) => row[name]))
    await sql.run(
      `INSERT INTO payments SELECT confirmation, amount::bigint, day::bigint FROM ROWS FROM (
         jsonb_array_elements_text($1), jsonb_array_elements_text($2), jsonb_array_elements_text($3)
       ) AS r (confirmation, amount, day)`,
      column('confirmation'),
      column('amount'),
      column('day'),
    )
  })
}
