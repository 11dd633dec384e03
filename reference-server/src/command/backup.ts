/** `solo2-server backup FILE` and `restore FILE`: online, and without bringing back what was erased (spec/05 section 19). */
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { Solo2Error } from '@solo2/sdk/shared'
import { type Config, readConfig } from '../config.js'
import { createErasureFile } from '../erasure-file.js'
import { BACKUP_DAYS, mayRestore } from '../rules/erasure.js'
import { dayOf } from '../rules/plans.js'
import { openStore } from '../store/open.js'
import type { ErasureRow } from '../store/port.js'
import { NOT_BACKED_UP } from '../store/schema/schema.js'
import { readBackup, readBackupHead, writeBackup } from '../store/sqlite/backup.js'
import { isBusy, openAsItIs } from '../store/sqlite/database.js'
import { createSqliteStore } from '../store/sqlite/sqlite.js'
import { foreignTime } from '../test-clock/clock.js'

type Environment = Readonly<Record<string, string | undefined>>

const DATABASE = 'solo2.db'
/** What SQLite keeps beside a database. */
const LOG_FILES = ['-wal', '-shm', '-journal']
const SECRETS = ['server-secret', 'push-key'] as const
const today = () => dayOf(Math.floor(Date.now() / 1000))

/** What was made with a test clock has a time of its own, and is nobody's to keep (05-162). */
function configOf(environment: Environment): Config {
  const config = readConfig(environment)
  const foreign = foreignTime(config.data, false)
  if (foreign !== undefined) throw refused(`SOLO2_DATA ${foreign}`)
  return config
}

function refused(message: string): Solo2Error {
  return new Solo2Error('failed_precondition', message)
}

const POSTGRES_BACKUP = `The accounts are in PostgreSQL, which makes its own backups:

  pg_dump --format=custom --no-owner ${NOT_BACKED_UP.map((table) => `--exclude-table-data=${table}`).join(' ')} --file=FILE "$SOLO2_DATABASE"

What is left out goes before a backup may be restored. To restore it, with no server running:

  pg_restore --clean --if-exists --no-owner --dbname="$SOLO2_DATABASE" FILE
  solo2-server restore

The second line deletes again what was deleted since, by the file of SOLO2_ERASURES. Keep ${SECRETS.join(' and ')} of the data folder with the
backup, and delete backups after ${BACKUP_DAYS} days.
`

/** What to say when it is done. */
export function backup(environment: Environment, file: string): string {
  const config = configOf(environment)
  if (config.database !== undefined) return POSTGRES_BACKUP
  const source = join(config.data, DATABASE)
  if (!existsSync(source)) throw refused(`there is no database in ${config.data}; SOLO2_DATA names the folder`)
  const target = resolve(file)
  if (existsSync(target)) throw refused('that file is there already')
  if (!existsSync(dirname(target))) throw refused('the folder of that file is not there')
  const [serverSecret = '', pushKey = ''] = SECRETS.map((name) => readFileSync(join(config.data, name), 'ascii').trim())
  writeBackup(source, target, { day: today(), serverSecret, pushKey })
  return `Backed up to ${target}. It holds secrets: keep it where only you can read it, and delete it after ${BACKUP_DAYS} days.\n`
}

/** The erasures of the database that is there, if one is and can be read. Throws if a process uses it. */
async function erasuresThere(path: string): Promise<ErasureRow[] | undefined> {
  if (!existsSync(path)) return undefined
  try {
    const db = openAsItIs(path, false)
    try {
      // Leaving the write-ahead log takes the only connection.
      db.exec('PRAGMA journal_mode = DELETE')
    } finally {
      db.close()
    }
    const store = createSqliteStore(path)
    try {
      return await store.erasures()
    } finally {
      await store.close()
    }
  } catch (error) {
    if (isBusy(error)) throw refused('the database is in use: end the server first')
    return undefined
  }
}

function erasuresOfFile(config: Config): ErasureRow[] | undefined {
  if (config.erasures === undefined || !existsSync(config.erasures)) return undefined
  return createErasureFile(config.erasures).read()
}

function checkAge(day: number): void {
  if (mayRestore(day, today())) return
  throw refused(
    `the backup is older than ${BACKUP_DAYS} days (or from the future): who was deleted since is not known any more`,
  )
}

const UNKNOWN =
  'who was deleted since the backup is not known: the database is gone or damaged, and SOLO2_ERASURES names no file that is there. --without-erasures restores all the same, deleted accounts among it'

export interface RestoreOptions {
  /** Undefined: PostgreSQL, which was restored by its own tools. */
  readonly file: string | undefined
  /** Replace the database that is there. */
  readonly replace: boolean
  readonly withoutErasures: boolean
}

async function restorePostgres(config: Config, options: RestoreOptions): Promise<string> {
  const listed = erasuresOfFile(config)
  if (listed === undefined && !options.withoutErasures) throw refused(UNKNOWN)
  const store = await openStore(config, '')
  try {
    const charged = await store.chargedThrough()
    if (charged !== undefined) checkAge(charged)
    const count = await store.erase(listed ?? [])
    await store.deleteExpired({ sessions: 0, pairings: 0, checkouts: 0, erasures: 0 })
    return `Restored. Deleted again: ${count} accounts.\n`
  } finally {
    await store.close()
  }
}

/** What to say when it is done. */
export async function restore(environment: Environment, options: RestoreOptions): Promise<string> {
  const config = configOf(environment)
  if (config.database !== undefined) {
    if (options.file !== undefined)
      throw refused('the accounts are in PostgreSQL: restore by pg_restore, then without FILE')
    return restorePostgres(config, options)
  }
  if (options.file === undefined) throw refused('restore wants a FILE')
  const file = resolve(options.file)
  if (!existsSync(file)) throw refused('there is no such file')
  const head = readBackupHead(file)
  checkAge(head.day)
  const path = join(config.data, DATABASE)
  if (existsSync(path) && !options.replace) {
    throw refused(`there is a database in ${config.data} already; --replace puts the backup in its place`)
  }
  const [there, listed] = [await erasuresThere(path), erasuresOfFile(config)]
  if (there === undefined && listed === undefined && !options.withoutErasures) throw refused(UNKNOWN)

  mkdirSync(config.data, { recursive: true, mode: 0o700 })
  const part = `${path}.restored`
  for (const end of ['', ...LOG_FILES]) rmSync(`${part}${end}`, { force: true })
  readBackup(part, file)
  const store = createSqliteStore(part)
  const count = await store.erase([...(there ?? []), ...(listed ?? [])])
  await store.close()
  // The write-ahead log was emptied into the file; its name would be another's after the change of names.
  if (existsSync(`${part}-wal`) && statSync(`${part}-wal`).size > 0) throw refused('the restored database is in use')
  for (const file of [part, path]) for (const end of LOG_FILES) rmSync(`${file}${end}`, { force: true })
  renameSync(part, path)
  for (const [name, secret] of [
    ['server-secret', head.serverSecret],
    ['push-key', head.pushKey],
  ] as const) {
    if (!existsSync(join(config.data, name))) writeFileSync(join(config.data, name), `${secret}\n`, { mode: 0o600 })
  }
  return `Restored. Deleted again: ${count} accounts. All log in anew, and turn notifications on again.\n`
}
