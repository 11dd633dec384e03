/** The store on a real PostgreSQL: the one suite, and two servers at once. */
import { readdirSync } from 'node:fs'
import { inspect } from 'node:util'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Cluster, startCluster } from '../../tools/test-kit/postgres-cluster.js'
import { readConfig } from '../src/config.js'
import { createPostgresStore } from '../src/store/postgres/postgres.js'
import { SCHEMA } from '../src/store/schema/schema.js'
import { newPerson, startTestServer } from './harness.js'
import { storeSuite } from './store.suite.js'
import { account, session } from './store-rows.js'

let cluster: Cluster
beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(async () => cluster.stop())

storeSuite('postgres', async () => createPostgresStore(await cluster.database()))

async function rows(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows: found } = await client.query(statement)
  await client.end()
  return found as Record<string, unknown>[]
}

describe('PostgreSQL', () => {
  it('[A15] has the published columns, and one table that says their version', async () => {
    const url = await cluster.database()
    const stores = await Promise.all([createPostgresStore(url), createPostgresStore(url)])
    for (const store of stores) await store.close()
    const found = await rows(
      url,
      "SELECT table_name || '.' || column_name AS name FROM information_schema.columns WHERE table_schema = 'public'",
    )
    const published = SCHEMA.flatMap(({ name, columns }) => columns.map((column) => `${name}.${column.name}`))
    expect(found.map(({ name }) => name).sort()).toEqual([...published, 'solo2_schema.version'].sort())
    await rows(url, 'UPDATE solo2_schema SET version = 1000')
    await expect(createPostgresStore(url)).rejects.toMatchObject({ code: 'storage_newer' })
  })

  it('carries a whole server, and its URL is not printed', async () => {
    const url = await cluster.database()
    const server = await startTestServer({ SOLO2_DATABASE: url })
    const { username } = await newPerson(server)
    expect(await rows(url, 'SELECT username FROM accounts')).toEqual([{ username }])
    expect(readdirSync(server.data)).not.toContain('solo2.db')
    const config = readConfig({ SOLO2_DATABASE: 'postgres://solo2:hunter2@db.example/solo2' })
    expect(config.database?.url).toContain('hunter2')
    expect(inspect(config, { depth: 9 }) + JSON.stringify(config)).not.toContain('hunter2')
    const wrong = () => readConfig({ SOLO2_DATABASE: 'mysql://solo2:hunter2@db.example/solo2' })
    expect(wrong).toThrow('SOLO2_DATABASE is not a postgres:// URL')
    expect(wrong).not.toThrow('hunter2')
    await server.close()
  })

  it('loses nothing between two servers that change the same accounts', async () => {
    const url = await cluster.database()
    const [a, b] = [await createPostgresStore(url), await createPostgresStore(url)]
    for (let n = 0; n < 3; n++) await a.createAccount(account(n), session(n))
    await a.chargeDay(10, () => undefined)
    const { id, passwordVerifier } = account(0)
    const both = [a, b, a, b, a, b]
    await Promise.all(both.map((store) => store.changeStanding(id, (row) => ({ ...row, balance: row.balance + 1 }))))
    expect((await b.accountById(id))?.balance).toBe(6)
    const charged = await Promise.all(
      both.map((store) => store.chargeDay(11, (row) => ({ ...row, balance: row.balance - 1 }))),
    )
    expect(charged.filter((done) => done)).toHaveLength(1)
    expect((await b.accountById(id))?.balance).toBe(5)
    await a.startCheckout({ referenceHash: new Uint8Array(32), account: id, createdAt: 5 }, 0, 5)
    const credited = await Promise.all(
      both.map((store) =>
        store.creditCheckout(new Uint8Array(32), { confirmation: 'c', amount: 9, day: 1 }, 0, (row) => ({
          ...row,
          balance: row.balance + 9,
        })),
      ),
    )
    expect(credited.sort()).toEqual(['credited', ...Array(5).fill('repeated')])
    expect((await b.accountById(id))?.balance).toBe(14)
    const started = await Promise.all(
      both.map((store, n) =>
        store.startCheckout({ referenceHash: new Uint8Array(32).fill(n + 1), account: id, createdAt: 5 }, 0, 2),
      ),
    )
    expect(started.filter((done) => done)).toHaveLength(2)
    const replaced = await Promise.all(
      both.map((store, n) =>
        store.replaceSecrets(
          id,
          passwordVerifier,
          { passwordVerifier: String(n).repeat(128), securityVersion: 1 },
          'all',
        ),
      ),
    )
    expect(replaced.filter((done) => done)).toHaveLength(1)
    await a.close()
    await b.close()
  })
})
