/** The database: there, whole, of this version, and set up so that what is deleted goes. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from '../config.js'
import { lookAtPostgres } from '../store/postgres/look.js'
import { HISTORY } from '../store/schema/history.js'
import { SCHEMA_VERSION } from '../store/schema/schema.js'
import { lookAtSqlite } from '../store/sqlite/look.js'
import { type Finding, looksAt } from './finding.js'

const CLOCK_MS = 10_000

function ofVersion(version: number): Finding[] {
  const { warning, problem } = looksAt('database')
  if (version > SCHEMA_VERSION) {
    const why = 'the server does not start'
    return [problem('it was written by a later version of the server', why, 'run that version, or restore a backup')]
  }
  if (version === 0 || version === SCHEMA_VERSION) return []
  const why = `the next start brings it forward from ${version} to ${SCHEMA_VERSION}, and the version before does not read it then`
  return [warning('it is of an earlier version', why, 'take a backup before')]
}

/** spec/05 section 9, 05-35: a cluster that is set up otherwise keeps copies of what was deleted. */
const SETTINGS: Readonly<Record<string, string>> = {
  wal_recycle: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  log_statement: 'none',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
}

async function ofPostgres(url: string, now: () => number): Promise<Finding[]> {
  const { fine, problem } = looksAt('database')
  const asked = now()
  const found = await lookAtPostgres(url, Object.keys(SETTINGS)).catch(() => undefined)
  if (found === undefined) {
    const remedy = 'look at SOLO2_DATABASE, whether PostgreSQL runs, and what its pg_hba.conf allows'
    return [problem('PostgreSQL does not answer, or refuses this user', 'no account call works', remedy)]
  }
  const findings = ofVersion(found.version)
  for (const [name, wanted] of Object.entries(SETTINGS)) {
    if (found.settings[name] === wanted) continue
    const why = 'PostgreSQL keeps copies of what was deleted (05-35)'
    findings.push(problem(`${name} is ${found.settings[name]}`, why, `${name} = ${wanted} in postgresql.conf`))
  }
  if (!found.mayCheckpoint) {
    const why = 'what was deleted stays in the write-ahead log'
    const remedy = 'GRANT pg_checkpoint and EXECUTE ON FUNCTION pg_switch_wal() to the server’s role'
    findings.push(problem('the server’s role may not erase', why, remedy))
  }
  if (found.now - now() > CLOCK_MS || asked - found.now > CLOCK_MS) {
    const what = `its clock and this one differ by ${Math.round(Math.abs(found.now - asked) / 1000)} s`
    findings.push(problem(what, 'sessions and requests end at the wrong time', 'let both machines follow NTP'))
  }
  return findings.length > 0 ? findings : [fine('PostgreSQL answers, is of this version and keeps no copies')]
}

export async function checkDatabase(config: Config, now: () => number): Promise<Finding[]> {
  const { fine, problem } = looksAt('database')
  if (config.database !== undefined) return ofPostgres(config.database.url, now)
  const path = join(config.data, 'solo2.db')
  if (!existsSync(path)) return [fine('SQLite; the first start makes it')]
  const found = lookAtSqlite(path)
  if (found === undefined) {
    return [
      problem('it is damaged', 'what is in it may be lost', 'end the server, copy the folder, and restore a backup'),
    ]
  }
  const findings = ofVersion(found)
  return findings.length > 0 ? findings : [fine('SQLite, whole, of this version')]
}

/** A clock before the last change of the schema is wrong for sure. */
export function checkClock(now: number): Finding[] {
  const { fine, problem } = looksAt('clock')
  const last = Date.parse(HISTORY.at(-1)?.date ?? '')
  if (now >= last) return [fine(`it says ${new Date(now).toISOString().slice(0, 16)} UTC`)]
  const why = 'sessions, topics and certificates are judged by it'
  return [
    problem(`it says ${new Date(now).toISOString().slice(0, 10)}, which is over`, why, 'let the machine follow NTP'),
  ]
}
