/**
 * The schema as data: the DDL is made from it, the published table of spec/05 section 8 is compared with it. A column
 * that is not here does not exist; a column here is one that the manifesto's section 1 or spec/05 names.
 */

export type ColumnType = 'TEXT' | 'BLOB' | 'INTEGER'

export interface Column {
  readonly name: string
  readonly type: ColumnType
  /** May be NULL. */
  readonly optional?: true
  /** What it holds, with its length or unit. */
  readonly holds: string
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
}

const ACCOUNT = 'until the account is deleted'
const SESSION = 'until log-out, or 24 hours'
const PENDING = 'until answered, or 3 days'

export const ACCOUNTS: Table = {
  name: 'accounts',
  columns: [
    {
      name: 'id',
      type: 'TEXT',
      holds: 'internal identifier, 24 characters: u_ and 22 random ones',
      kept: ACCOUNT,
      promise: 'A12',
    },
    {
      name: 'reference',
      type: 'TEXT',
      holds: 'reference code, 24 characters: r_ and 22 random ones',
      kept: ACCOUNT,
      promise: 'A12',
    },
    { name: 'username', type: 'TEXT', holds: 'user name, 3 to 32 characters, folded', kept: ACCOUNT, promise: 'A1' },
    {
      name: 'password_verifier',
      type: 'TEXT',
      holds: 'hex(salt 16 ‖ Argon2id tag 48), 128 characters',
      kept: ACCOUNT,
      promise: 'A2',
    },
    {
      name: 'wrapped_master_key',
      type: 'BLOB',
      holds: 'opaque wrapper of the master key, 80 bytes',
      kept: ACCOUNT,
      promise: 'A3',
    },
    {
      name: 'recovery_fingerprint',
      type: 'TEXT',
      holds: 'hex(SHA-256 of the recovery authenticator), 64 characters',
      kept: ACCOUNT,
      promise: 'A4',
    },
    {
      name: 'display_name',
      type: 'TEXT',
      holds: 'display name, 1 to 64 bytes',
      kept: 'until it changes or the account is deleted',
      promise: 'A5',
    },
    { name: 'pairing_code', type: 'TEXT', holds: 'pairing code, 10 characters', kept: ACCOUNT, promise: 'A6' },
    {
      name: 'alias',
      type: 'TEXT',
      holds: 'connection code, 8 characters, derived from id',
      kept: ACCOUNT,
      promise: 'A16',
    },
    { name: 'balance', type: 'INTEGER', holds: 'account balance, cents', kept: ACCOUNT, promise: 'A7' },
    { name: 'bonus', type: 'INTEGER', holds: 'bonus balance, cents', kept: ACCOUNT, promise: 'A7' },
    {
      name: 'type',
      type: 'INTEGER',
      holds: 'account type, 1 byte: 1 standard, 2 founder, 3 platinum, 4 admin',
      kept: ACCOUNT,
      promise: 'A8',
    },
    {
      name: 'state',
      type: 'INTEGER',
      holds: 'account state, 1 byte: 1 active, 2 trial, 3 paused, 4 grace',
      kept: ACCOUNT,
      promise: 'A9',
    },
    {
      name: 'cut_off',
      type: 'INTEGER',
      holds: 'service cut-off mark, unix seconds, 0 in good standing',
      kept: 'until cleared or the account is deleted',
      promise: 'A10',
    },
    {
      name: 'registered_at',
      type: 'INTEGER',
      holds: 'registration date and time, unix seconds',
      kept: ACCOUNT,
      promise: 'A11',
    },
    {
      name: 'security_version',
      type: 'INTEGER',
      holds: 'version of the password protection, 1',
      kept: ACCOUNT,
      promise: 'A13',
    },
    {
      name: 'flags',
      type: 'INTEGER',
      holds: 'status flags, 1 byte: 1 balance changed, 2 maximum security mode',
      kept: ACCOUNT,
      promise: 'A14',
    },
    {
      name: 'bundle',
      type: 'BLOB',
      optional: true,
      holds: 'public identity bundle, an encoded IdentityBundle',
      kept: ACCOUNT,
      promise: 'A17',
    },
  ],
  primaryKey: ['id'],
  unique: ['username', 'pairing_code', 'alias', 'reference'],
  indexes: [],
  withoutRowid: false,
}

export const SESSIONS: Table = {
  name: 'sessions',
  columns: [
    { name: 'token_hash', type: 'BLOB', holds: 'SHA-256 of the session token, 32 bytes', kept: SESSION, promise: 'S1' },
    { name: 'account', type: 'TEXT', holds: 'the account’s internal identifier', kept: SESSION, promise: 'S1' },
    { name: 'created_at', type: 'INTEGER', holds: 'creation, unix seconds', kept: SESSION, promise: 'S1' },
    {
      name: 'expires_at',
      type: 'INTEGER',
      holds: 'expiry, unix seconds: creation + 24 hours',
      kept: SESSION,
      promise: 'S2',
    },
  ],
  primaryKey: ['token_hash'],
  unique: [],
  indexes: ['account', 'expires_at'],
  withoutRowid: true,
}

export const PAIRING_REQUESTS: Table = {
  name: 'pairing_requests',
  columns: [
    { name: 'recipient', type: 'TEXT', holds: 'internal identifier of the person asked', kept: PENDING, promise: 'R1' },
    { name: 'requester', type: 'TEXT', holds: 'internal identifier of who asks', kept: PENDING, promise: 'R1' },
    {
      name: 'status',
      type: 'INTEGER',
      holds: '0 pending; an answered request has no row',
      kept: PENDING,
      promise: 'R1',
    },
    { name: 'created_at', type: 'INTEGER', holds: 'creation, unix seconds', kept: PENDING, promise: 'R1' },
  ],
  primaryKey: ['recipient', 'requester'],
  unique: [],
  indexes: ['requester', 'created_at'],
  withoutRowid: true,
}

export const SCHEMA: readonly Table[] = [ACCOUNTS, SESSIONS, PAIRING_REQUESTS]

/** Raised with each change of {@link SCHEMA}; kept in SQLite's `user_version`. */
export const SCHEMA_VERSION = 1

/** The statements that make an empty database into one of this schema. */
export function ddl(schema: readonly Table[] = SCHEMA): string[] {
  return schema.flatMap((table) => {
    const lines = table.columns.map((column) => `  ${column.name} ${column.type}${column.optional ? '' : ' NOT NULL'}`)
    lines.push(`  PRIMARY KEY (${table.primaryKey.join(', ')})`)
    const options = table.withoutRowid ? 'STRICT, WITHOUT ROWID' : 'STRICT'
    return [
      `CREATE TABLE ${table.name} (\n${lines.join(',\n')}\n) ${options}`,
      ...table.unique.map((column) => `CREATE UNIQUE INDEX ${table.name}_${column} ON ${table.name} (${column})`),
      ...table.indexes.map((column) => `CREATE INDEX ${table.name}_${column} ON ${table.name} (${column})`),
    ]
  })
}
