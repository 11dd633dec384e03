/**
 * A backup is a database of its own that holds the tables which live as long as accounts do, copied in one transaction
 * while the server runs, and the two secret files. Rows that soon go are never in it (spec/05 section 19).
 */
import { closeSync, fsyncSync, openSync, renameSync, rmSync } from 'node:fs'
import { Solo2Error } from '@solo2/sdk/shared'
import type { Row } from '../row.js'
import { ddl, SCHEMA, SCHEMA_VERSION } from '../schema/schema.js'
import type { Table } from '../schema/table.js'
import { openAsItIs, openDatabase } from './database.js'

/** What is in a backup beside tables. */
export interface BackupHead {
  /** Days since 1970-01-01, UTC. */
  readonly day: number
  /** 64 hex digits each. */
  readonly serverSecret: string
  readonly pushKey: string
}

const COPIED = SCHEMA.filter(({ backedUp }) => backedUp)
const HEAD = 'CREATE TABLE backup (day INTEGER NOT NULL, server_secret TEXT NOT NULL, push_key TEXT NOT NULL) STRICT'
const quoted = (path: string) => `'${path.replaceAll("'", "''")}'`
/** A wake token leads to subscriptions, of which none is in a backup. */
const LEFT_OUT = 'wake_hash'

function synced(path: string): void {
  const file = openSync(path, 'r')
  fsyncSync(file)
  closeSync(file)
}

/** Copies `columns` of each row, in the order of the primary key, so that no place tells when a row came. */
function copy(table: Table, columns: readonly string[], from: string): string {
  const names = columns.join(', ')
  return `INSERT INTO main.${table.name} (${names}) SELECT ${names} FROM ${from}.${table.name} ORDER BY ${table.primaryKey.join(', ')}`
}

/** Writes `target`, which must not be there, from the database at `path`, which may be in use. Throws `failed_precondition`. */
export function writeBackup(path: string, target: string, head: BackupHead): void {
  const part = `${target}.part`
  rmSync(part, { force: true })
  // SQLite gives its journal the rights of the file.
  closeSync(openSync(part, 'wx', 0o600))
  const db = openAsItIs(part, false)
  try {
    for (const statement of [...ddl(COPIED), HEAD]) db.exec(statement)
    db.exec(`ATTACH ${quoted(path)} AS live`)
    const version = (db.prepare('PRAGMA live.user_version').get() as Row)['user_version']
    if (version !== SCHEMA_VERSION) {
      throw new Solo2Error(
        'failed_precondition',
        'the database is of another version of the server; start this one first',
      )
    }
    db.transaction(() => {
      for (const table of COPIED) {
        const columns = table.columns.map(({ name }) => name).filter((name) => name !== LEFT_OUT)
        db.exec(copy(table, columns, 'live'))
      }
      db.prepare('INSERT INTO backup VALUES (?, ?, ?)').run([head.day, head.serverSecret, head.pushKey])
    })()
    db.exec('DETACH live')
    db.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`)
    db.close()
    synced(part)
    renameSync(part, target)
  } catch (error) {
    if (db.open) db.close()
    rmSync(part, { force: true })
    throw error
  }
}

/** Throws `storage_damaged` for what is no whole backup, and `storage_newer` for one of a later version. */
export function readBackupHead(path: string): BackupHead {
  const damaged = new Solo2Error('storage_damaged', 'that is no backup of a server, or it is damaged')
  try {
    const db = openAsItIs(path, true)
    try {
      const sound = (db.prepare('PRAGMA integrity_check').get() as Row)['integrity_check'] === 'ok'
      const version = (db.prepare('PRAGMA user_version').get() as Row)['user_version'] as number
      if (version > SCHEMA_VERSION)
        throw new Solo2Error('storage_newer', 'the backup is of a later version of the server')
      const row = db.prepare('SELECT day, server_secret, push_key FROM backup').get() as Row | undefined
      if (!sound || row === undefined) throw damaged
      return {
        day: row['day'] as number,
        serverSecret: row['server_secret'] as string,
        pushKey: row['push_key'] as string,
      }
    } finally {
      db.close()
    }
  } catch (error) {
    throw error instanceof Solo2Error ? error : damaged
  }
}

/** Makes the database `path`, which must not be there, of a backup; one of an earlier version lacks what came later. */
export function readBackup(path: string, from: string): void {
  openDatabase(path).close()
  const db = openAsItIs(path, false)
  try {
    db.exec(`ATTACH ${quoted(from)} AS kept`)
    db.transaction(() => {
      for (const table of COPIED) {
        const found = db.prepare(`PRAGMA kept.table_info(${table.name})`).all() as Row[]
        const columns = found.map((row) => row['name'] as string)
        if (columns.length > 0) db.exec(copy(table, columns, 'kept'))
      }
    })()
    db.exec('DETACH kept')
  } finally {
    db.close()
  }
  synced(path)
}
