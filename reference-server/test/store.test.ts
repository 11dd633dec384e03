/** Each store by the one suite, and what is SQLite's own. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'libsql'
import { describe, expect, it } from 'vitest'
import { createMemoryStore } from '../src/store/memory/memory.js'
import { HISTORY } from '../src/store/schema/history.js'
import { ddl, SCHEMA, SCHEMA_VERSION } from '../src/store/schema/schema.js'
import { createSqliteStore } from '../src/store/sqlite/sqlite.js'
import { bytes, temporaryFolder } from './harness.js'
import { storeSuite } from './store.suite.js'
import { account, session } from './store-rows.js'

storeSuite('memory', createMemoryStore)
storeSuite('sqlite', () => createSqliteStore(join(temporaryFolder(), 'store.db')))

describe('[A15] the published table', () => {
  it('has an entry in its history for every column, and no other', () => {
    const columns = SCHEMA.flatMap((table) => table.columns.map(({ name }) => `${table.name}.${name}`))
    expect(HISTORY.flatMap(({ adds }) => adds).sort()).toEqual(columns.sort())
    expect(HISTORY.map(({ version }) => version)).toEqual(HISTORY.map((_, index) => index + 1))
  })
})

describe('SQLite', () => {
  it('finds everything again after it was closed, and makes its tables once', async () => {
    const path = join(temporaryFolder(), 'again.db')
    const first = createSqliteStore(path)
    await first.createAccount(account(0), session(0))
    await first.close()
    const second = createSqliteStore(path)
    expect(await second.accountBySession(bytes(32, 0), 0)).toEqual(account(0))
    await second.close()
  })

  it('refuses a database of a later version and touches nothing', () => {
    const path = join(temporaryFolder(), 'later.db')
    const db = new Database(path)
    db.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`)
    db.close()
    expect(() => createSqliteStore(path)).toThrow(expect.objectContaining({ code: 'storage_newer' }))
    const again = new Database(path)
    expect(again.prepare('SELECT COUNT(*) AS n FROM sqlite_schema').get()).toMatchObject({ n: 0 })
    again.close()
  })

  it('does not take a file that is no database for an empty one', () => {
    const folder = temporaryFolder()
    mkdirSync(folder, { recursive: true })
    writeFileSync(
      join(folder, 'no.db'),
      'this is no database at all, but it is long enough to be looked at'.repeat(100),
    )
    expect(() => createSqliteStore(join(folder, 'no.db'))).toThrow()
  })

  it('is made of strict tables', () => {
    expect(
      ddl()
        .filter((statement) => statement.startsWith('CREATE TABLE'))
        .every((statement) => statement.includes('STRICT')),
    ).toBe(true)
  })
})
