/** A look at a PostgreSQL that changes nothing. */
import pg from 'pg'

const CONNECT_MS = 5_000

export interface PostgresLook {
  /** Of the schema; 0 if there is none yet. */
  readonly version: number
  readonly settings: Readonly<Record<string, string>>
  /** Whether this role may do what erasure needs. */
  readonly mayCheckpoint: boolean
  /** Its clock, Unix milliseconds. */
  readonly now: number
}

/** Rejects if it cannot be reached. `url` is a secret. */
export async function lookAtPostgres(url: string, names: readonly string[]): Promise<PostgresLook> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS })
  client.on('error', () => {})
  try {
    await client.connect()
    const first = async (statement: string, values: unknown[] = []) =>
      (await client.query<Record<string, unknown>>(statement, values)).rows[0] ?? {}
    const { there } = await first("SELECT to_regclass('solo2_schema') IS NOT NULL AS there")
    const version = there === true ? Number((await first('SELECT version FROM solo2_schema'))['version'] ?? 0) : 0
    const { rows } = await client.query<{ name: string; setting: string }>(
      'SELECT name, setting FROM pg_settings WHERE name = ANY($1)',
      [names],
    )
    const may = await first(
      `SELECT pg_has_role(current_user, 'pg_checkpoint', 'USAGE')
         AND has_function_privilege(current_user, 'pg_switch_wal()', 'EXECUTE') AS may`,
    )
    const { at } = await first('SELECT (extract(epoch FROM clock_timestamp()) * 1000)::float8 AS at')
    return {
      version,
      settings: Object.fromEntries(rows.map(({ name, setting }) => [name, setting])),
      mayCheckpoint: may['may'] === true,
      now: Number(at),
    }
  } finally {
    await client.end().catch(() => {})
  }
}
