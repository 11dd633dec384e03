/**
 * SQLite libraries side by side on the server's own schema (spec/decisions/0005): CPU time of each kind of statement,
 * medians of interleaved rounds with their spread.
 *
 *     npx tsx --conditions=source reference-server/bench/sqlite.ts ROUNDS ROWS libsql [/path/to/better-sqlite3]
 */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { ddl } from '../src/store/schema/schema.js'

interface Statement {
  run(values: unknown[]): unknown
  get(values: unknown[]): unknown
}

interface Connection {
  prepare(sql: string): Statement
  exec(sql: string): unknown
  close(): unknown
}

type Figures = Record<string, number>

const require = createRequire(import.meta.url)

function measure(Database: new (path: string) => Connection, rows: number): Figures {
  const folder = mkdtempSync(join(tmpdir(), 'solo2-sqlite-'))
  const db = new Database(join(folder, 'bench.db'))
  for (const pragma of ['journal_mode = WAL', 'secure_delete = ON', 'synchronous = FULL']) db.exec(`PRAGMA ${pragma}`)
  for (const statement of ddl()) db.exec(statement)
  const insert = db.prepare(`INSERT INTO accounts VALUES (${Array(18).fill('?').join(', ')})`)
  const session = db.prepare('INSERT INTO sessions VALUES (?, ?, ?, ?)')
  const read = db.prepare('SELECT * FROM accounts WHERE username = ?')
  const check = db.prepare(
    'SELECT accounts.* FROM sessions JOIN accounts ON accounts.id = sessions.account WHERE token_hash = ? AND expires_at > ?',
  )
  const update = db.prepare('UPDATE accounts SET bundle = ? WHERE id = ?')
  const remove = db.prepare('DELETE FROM sessions WHERE token_hash = ?')
  const tokens = Array.from({ length: rows }, () => randomBytes(32))
  const figures: Figures = {}
  const time = (name: string, act: (n: number) => unknown) => {
    const from = process.cpuUsage()
    for (let n = 0; n < rows; n++) act(n)
    const { user, system } = process.cpuUsage(from)
    figures[name] = (user + system) / rows
  }
  const id = (n: number) => `u_${String(n).padStart(22, '0')}`
  const text = (length: number) => 'x'.repeat(length)
  time('insert account', (n) =>
    insert.run([
      id(n),
      `r_${String(n).padStart(22, '0')}`,
      `user-${n}`,
      text(128),
      randomBytes(80),
      text(64),
      'Somebody',
      String(n).padStart(10, '0'),
      String(n).padStart(8, '0'),
      0,
      0,
      1,
      1,
      0,
      1_800_000_000,
      1,
      0,
      null,
    ]),
  )
  time('insert session', (n) => session.run([tokens[n], id(n), 1_800_000_000, 1_800_086_400]))
  time('read by user name', (n) => read.get([`user-${(n * 7_919) % rows}`]))
  time('check a session', (n) => check.get([tokens[(n * 7_919) % rows], 1_800_000_001]))
  time('update bundle', (n) => update.run([randomBytes(150), id(n)]))
  time('delete session', (n) => remove.run([tokens[n]]))
  db.close()
  rmSync(folder, { recursive: true })
  return figures
}

const [rounds = '7', rows = '2000', ...modules] = process.argv.slice(2)
const contenders = modules.map((path) => ({ name: basename(path), Database: require(path), figures: [] as Figures[] }))
for (let round = 0; round <= Number(rounds); round++) {
  for (const { Database, figures } of contenders) {
    const result = measure(Database, Number(rows))
    // The first round warms up.
    if (round > 0) figures.push(result)
  }
}
for (const { name, figures } of contenders) {
  for (const operation of Object.keys(figures[0] ?? {})) {
    const values = figures.map((each) => each[operation] as number).sort((a, b) => a - b)
    const [low, median, high] = [values[0], values[Math.floor(values.length / 2)], values.at(-1)].map((value) =>
      value?.toFixed(0),
    )
    console.log(`${name.padEnd(16)} ${operation.padEnd(18)} ${median} µs CPU (${low}-${high})`)
  }
}
