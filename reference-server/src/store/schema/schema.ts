/**
 * The schema as data: the DDL is made from it, the published table of spec/05 section 8 is compared with it. A column
 * that is not here does not exist; a column here is one that the manifesto's section 1 or spec/05 names.
 */
import { HISTORY } from './history.js'
import type { Column, Table } from './table.js'
import {
  ACCOUNTS,
  BILLING,
  CHECKOUTS,
  ERASURES,
  FEEDBACK,
  PAIRING_REQUESTS,
  PAYMENTS,
  PUSH_SUBSCRIPTIONS,
  SESSIONS,
} from './tables.js'

/** Every table, in the order of the published one. */
export const SCHEMA: readonly Table[] = [
  ACCOUNTS,
  SESSIONS,
  PAIRING_REQUESTS,
  PUSH_SUBSCRIPTIONS,
  FEEDBACK,
  CHECKOUTS,
  PAYMENTS,
  BILLING,
  ERASURES,
]

/** Tables whose rows go before a backup may be restored, so that none is in it. */
export const NOT_BACKED_UP: readonly string[] = SCHEMA.filter(({ backedUp }) => !backedUp).map(({ name }) => name)

/** Raised with each change of {@link SCHEMA}; kept in SQLite's `user_version`. */
export const SCHEMA_VERSION = HISTORY.at(-1)?.version ?? 0

export type Dialect = 'sqlite' | 'postgres'

/** In PostgreSQL names and codes compare by their bytes, as in SQLite, whatever the cluster's locale is. */
const POSTGRES_TYPES = { TEXT: 'TEXT COLLATE "C"', BLOB: 'BYTEA', INTEGER: 'BIGINT' } as const

const columnDdl = (column: Column, dialect: Dialect) =>
  `${column.name} ${dialect === 'postgres' ? POSTGRES_TYPES[column.type] : column.type}${column.optional ? '' : ' NOT NULL'}`

function tableDdl(table: Table, dialect: Dialect): string[] {
  const lines = table.columns.map((column) => `  ${columnDdl(column, dialect)}`)
  lines.push(`  PRIMARY KEY (${table.primaryKey.join(', ')})`)
  const options = dialect === 'postgres' ? '' : table.withoutRowid ? ' STRICT, WITHOUT ROWID' : ' STRICT'
  const columns = table.columns.map(({ name }) => name)
  return [`CREATE TABLE ${table.name} (\n${lines.join(',\n')}\n)${options}`, ...indexDdl(table, columns)]
}

function indexDdl(table: Table, columns: readonly string[]): string[] {
  const named = (unique: string) => (column: string) =>
    `CREATE ${unique}INDEX ${table.name}_${column} ON ${table.name} (${column})`
  return [
    ...table.unique.filter((column) => columns.includes(column)).map(named('UNIQUE ')),
    ...table.indexes.filter((column) => columns.includes(column)).map(named('')),
  ]
}

/** The statements that make an empty database into one of this schema. */
export function ddl(schema: readonly Table[] = SCHEMA, dialect: Dialect = 'sqlite'): string[] {
  return schema.flatMap((table) => tableDdl(table, dialect))
}

/** The statements that bring a database of `version` to this schema, by what HISTORY says was added since. */
export function migration(version: number, dialect: Dialect = 'sqlite'): string[] {
  if (version === 0) return ddl(SCHEMA, dialect)
  const added = HISTORY.filter((change) => change.version > version).flatMap((change) => change.adds)
  return SCHEMA.flatMap((table) => {
    const columns = table.columns.filter(({ name }) => added.includes(`${table.name}.${name}`))
    if (columns.length === table.columns.length) return tableDdl(table, dialect)
    const names = columns.map(({ name }) => name)
    const alter = columns.map((column) => `ALTER TABLE ${table.name} ADD COLUMN ${columnDdl(column, dialect)}`)
    return [...alter, ...indexDdl(table, names)]
  })
}
