/** A database of an earlier version is brought up to this one in its place: whole, or not at all. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'libsql'
import { describe, expect, it } from 'vitest'
import { HISTORY } from '../src/store/schema/history.js'
import { migration } from '../src/store/schema/schema.js'
import { createSqliteStore } from '../src/store/sqlite/sqlite.js'
import { bytes, temporaryFolder } from './harness.js'
import { account, session, subscription } from './store-rows.js'

const released = (version: number) => readFileSync(new URL(`./fixtures/schema-${version}.sql`, import.meta.url), 'utf8')
/** All but today's, which is what the store makes. */
const RELEASED = HISTORY.slice(0, -1).map(({ version }) => version)

/** A database as the server of version 1 left it, with three people, their sessions and a request. */
function versionOne(): string {
  const path = join(temporaryFolder(), 'one.db')
  const db = new Database(path)
  db.exec('PRAGMA journal_mode = WAL')
  db.exec(released(1))
  for (const n of [0, 1, 2]) {
    const row = account(n)
    db.prepare(`INSERT INTO accounts VALUES (${Array(18).fill('?').join(', ')})`).run([
      row.id,
      row.reference,
      row.username,
      row.passwordVerifier,
      Buffer.from(row.wrappedMasterKey),
      row.recoveryFingerprint,
      row.displayName,
      row.pairingCode,
      row.alias,
      row.balance,
      row.bonus,
      row.type,
      row.state,
      row.cutOff,
      row.registeredAt,
      row.securityVersion,
      row.flags,
      n === 0 ? Buffer.from(bytes(100, 9)) : null,
    ])
    const { tokenHash, account: id, createdAt, expiresAt } = session(n)
    db.prepare('INSERT INTO sessions VALUES (?, ?, ?, ?)').run([Buffer.from(tokenHash), id, createdAt, expiresAt])
  }
  db.prepare('INSERT INTO pairing_requests VALUES (?, ?, 0, ?)').run([account(1).id, account(0).id, 700])
  db.exec('PRAGMA user_version = 1')
  db.close()
  return path
}

/** Tables and indexes as SQLite describes them: columns in order with type and NOT NULL, keys, uniqueness. */
function shape(path: string): unknown {
  const db = new Database(path, { readonly: true })
  const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all() as Row[]
  const found = tables.map(({ name }) => ({
    name,
    columns: db.prepare(`PRAGMA table_info(${name})`).all(),
    indexes: (db.prepare(`PRAGMA index_list(${name})`).all() as Row[])
      .map((row) => [row['name'], row['unique']])
      .sort(),
  }))
  const version = (db.prepare('PRAGMA user_version').get() as Row)['user_version']
  db.close()
  return { found, version }
}
type Row = Record<string, unknown>

describe('[A15] the history of the published table', () => {
  it.each(RELEASED)('never changes what was released: up to %s it is that version’s database', (version) => {
    const db = new Database(':memory:')
    db.exec(released(version))
    const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all() as Row[]
    const columns = tables.flatMap(({ name }) =>
      (db.prepare(`PRAGMA table_info(${name})`).all() as Row[]).map((column) => `${name}.${column['name']}`),
    )
    db.close()
    const told = HISTORY.slice(0, version).flatMap(({ adds }) => adds)
    expect([...told].sort()).toEqual(columns.sort())
  })

  it.each(RELEASED)('brings an empty database of version %s to what one made today is', async (version) => {
    const path = join(temporaryFolder(), 'old.db')
    const db = new Database(path)
    db.exec(released(version))
    db.exec(`PRAGMA user_version = ${version}`)
    db.close()
    const store = createSqliteStore(path)
    await store.createAccount(account(0), session(0))
    expect(await store.deleteAccount(account(0).id, account(0).passwordVerifier, 20_000)).toBe(true)
    expect(await store.erasures()).toHaveLength(1)
    await store.close()
    const fresh = join(temporaryFolder(), 'fresh.db')
    await createSqliteStore(fresh).close()
    expect(shape(path)).toEqual(shape(fresh))
  })
})

describe('a database of version 1', () => {
  it('keeps every row, gets what is new, and is then like one made today', async () => {
    const path = versionOne()
    const store = createSqliteStore(path)
    expect(await store.accountById(account(0).id)).toEqual(account(0, { bundle: bytes(100, 9) }))
    for (const n of [1, 2]) expect(await store.accountBySession(bytes(32, n), 0)).toEqual(account(n))
    expect((await store.pairingsTo(account(1).id, 0))[0]?.request.createdAt).toBe(700)
    await store.setWakeHash(account(0).id, bytes(32, 5))
    expect(await store.putPushSubscription(subscription('https://push.test/1', 0), 5)).toBe(true)
    expect((await store.subscriptionsToWake(bytes(32, 5)))?.subscriptions).toHaveLength(1)
    await store.close()

    const fresh = join(temporaryFolder(), 'fresh.db')
    await createSqliteStore(fresh).close()
    expect(shape(path)).toEqual(shape(fresh))

    const again = createSqliteStore(path)
    expect((await again.accountById(account(0).id))?.wakeHash).toEqual(bytes(32, 5))
    await again.close()
  })

  it('stays what it was if the upgrade fails, whichever statement does', async () => {
    const steps = migration(1)
    expect(steps.length).toBeGreaterThan(8)
    const names = steps.flatMap((step) => /CREATE (?:TABLE|UNIQUE INDEX|INDEX) (\w+)/.exec(step)?.[1] ?? [])
    for (const name of names) {
      const path = versionOne()
      const db = new Database(path)
      // Something in the way: the statement that makes this name cannot run.
      db.exec(`CREATE VIEW ${name} AS SELECT 1`)
      db.close()
      const before = shape(path)
      expect(() => createSqliteStore(path)).toThrow()
      expect(shape(path)).toEqual(before)
      const mended = new Database(path)
      mended.exec(`DROP VIEW ${name}`)
      mended.close()
      const store = createSqliteStore(path)
      expect(await store.accountById(account(1).id)).toEqual(account(1))
      await store.close()
    }
  })
})
