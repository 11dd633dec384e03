/** A PostgreSQL database of each released version is brought forward: whole, or not at all, and once by two servers. */
import { readFileSync } from 'node:fs'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Cluster, startCluster } from '../../../tools/test-kit/postgres-cluster.js'
import { createPostgresStore } from '../../src/store/postgres/postgres.js'
import { HISTORY } from '../../src/store/schema/history.js'
import { SCHEMA_VERSION } from '../../src/store/schema/schema.js'
import { account } from '../store-rows.js'

let cluster: Cluster
beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(async () => cluster.stop())

const released = (version: number) =>
  readFileSync(new URL(`../fixtures/schema-${version}-postgres.sql`, import.meta.url), 'utf8')

async function ask(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const found = await client.query(statement)
    return (found.rows ?? []) as Record<string, unknown>[]
  } finally {
    await client.end()
  }
}

/** Columns with type, collation, rule about NULL and samples of the planner; indexes with what they are of. */
const shape = async (url: string) => ({
  columns: await ask(
    url,
    `SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull, a.attstattarget, l.collname
     FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_collation l ON l.oid = a.attcollation
     WHERE c.relkind = 'r' AND c.relnamespace = 'public'::regnamespace AND a.attnum > 0 ORDER BY 1, 2`,
  ),
  indexes: await ask(url, "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"),
  version: await ask(url, 'SELECT version FROM solo2_schema'),
})

/** A database as that version left it, with one person. */
async function old(version: number): Promise<string> {
  const url = await cluster.database()
  const row = account(0)
  await ask(url, released(version))
  await ask(url, `CREATE TABLE solo2_schema (version BIGINT NOT NULL); INSERT INTO solo2_schema VALUES (${version})`)
  await ask(
    url,
    `INSERT INTO accounts (id, reference, username, password_verifier, wrapped_master_key, recovery_fingerprint, display_name,
       pairing_code, alias, balance, bonus, type, state, cut_off, registered_at, security_version, flags)
     VALUES ('${row.id}', '${row.reference}', '${row.username}', '${row.passwordVerifier}',
       '\\x${Buffer.from(row.wrappedMasterKey).toString('hex')}', '${row.recoveryFingerprint}', '${row.displayName}',
       '${row.pairingCode}', '${row.alias}', ${row.balance}, ${row.bonus}, ${row.type}, ${row.state}, ${row.cutOff},
       ${row.registeredAt}, ${row.securityVersion}, ${row.flags})`,
  )
  return url
}

describe.each(HISTORY.slice(0, -1).map(({ version }) => version))('a PostgreSQL database of version %s', (version) => {
  it('keeps its rows and is then like one made today, though two servers bring it forward at once', async () => {
    const url = await old(version)
    const stores = await Promise.all([createPostgresStore(url), createPostgresStore(url)])
    for (const store of stores) {
      expect(await store.accountById(account(0).id)).toEqual(account(0))
      await store.close()
    }
    const fresh = await cluster.database()
    await (await createPostgresStore(fresh)).close()
    expect(await shape(url)).toEqual(await shape(fresh))
    expect(await ask(url, 'SELECT version FROM solo2_schema')).toEqual([{ version: String(SCHEMA_VERSION) }])
  })

  it('stays what it was if the upgrade fails', async () => {
    const url = await old(version)
    // Something in the way of what the last version adds.
    await ask(url, 'CREATE VIEW erasures AS SELECT 1 AS one')
    const before = await shape(url)
    await expect(createPostgresStore(url)).rejects.toThrow()
    expect(await shape(url)).toEqual(before)
    await ask(url, 'DROP VIEW erasures')
    const store = await createPostgresStore(url)
    expect(await store.accountById(account(0).id)).toEqual(account(0))
    await store.close()
  })
})
