/** The store that the configuration names. */
import type { Config } from '../config.js'
import type { Store } from './port.js'
import { createPostgresStore } from './postgres/postgres.js'
import { createSqliteStore } from './sqlite/sqlite.js'

/** `file`: SQLite's database, used unless SOLO2_DATABASE names another one. */
export async function openStore(config: Config, file: string): Promise<Store> {
  return config.database === undefined ? createSqliteStore(file) : createPostgresStore(config.database.url)
}
