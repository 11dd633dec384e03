/** What a table and a column are, as data. */

export type ColumnType = 'TEXT' | 'BLOB' | 'INTEGER'

export interface Column {
  readonly name: string
  readonly type: ColumnType
  /** May be NULL. */
  readonly optional?: true
  /** What it holds, with its length or unit. */
  readonly holds: string
  /** What it is needed for. */
  readonly why: string
  /** What keeps it from telling more than it must. */
  readonly protection: string
  /** When it goes. */
  readonly kept: string
  /** The promise of spec/promises.md that it belongs to. */
  readonly promise: string
}

export interface Table {
  readonly name: string
  readonly columns: readonly Column[]
  readonly primaryKey: readonly string[]
  readonly unique: readonly string[]
  readonly indexes: readonly string[]
  /** Keyed by the primary key itself, without a row number of SQLite's own. */
  readonly withoutRowid: boolean
  /** Rows of it are in backups: they live with the account or for good, so that none is over when it is restored. */
  readonly backedUp: boolean
  /** Columns that hold an account's internal identifier: a row that names an account in one of them goes with it [D1]. */
  readonly owners: readonly string[]
}
