/** All or nothing on PostgreSQL: a statement that fails, and a connection that is lost before or after it, at each place. */
import pg from 'pg'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Cluster, startCluster } from '../../../tools/test-kit/postgres-cluster.js'
import { createPostgresStore } from '../../src/store/postgres/postgres.js'
import { SCHEMA } from '../../src/store/schema/schema.js'
import { ACTIONS, PEOPLE } from '../store-actions.js'
import { people } from '../store-full.js'

let cluster: Cluster
beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(async () => cluster.stop())

type Fault = 'fails' | 'is not reached' | 'is not answered'
const FAULTS: readonly Fault[] = ['fails', 'is not reached', 'is not answered']

/** The statement of a transaction that the fault falls on, counted from BEGIN; COMMIT is one of them. */
let armed: { readonly at: number; readonly fault: Fault } | undefined
let seen = 0

const { query } = pg.Client.prototype
type Query = (this: pg.Client, ...values: unknown[]) => unknown
const plain = query as unknown as Query
async function faulty(client: pg.Client, fault: Fault, values: unknown[]): Promise<unknown> {
  if (fault === 'fails') return plain.call(client, 'SELECT 1 / 0')
  if (fault === 'is not answered') await plain.apply(client, values)
  const { stream } = (client as unknown as { connection: { stream: { destroy(): void } } }).connection
  stream.destroy()
  throw new Error('the connection is lost')
}
const counted: Query = function (...values) {
  // Those with a callback are the pool's own: single statements, each whole by itself.
  if (armed === undefined || typeof values.at(-1) === 'function') return plain.apply(this, values)
  seen += 1
  return seen === armed.at ? faulty(this, armed.fault, values) : plain.apply(this, values)
}
beforeAll(() => {
  Object.assign(pg.Client.prototype, { query: counted })
})
afterAll(() => {
  Object.assign(pg.Client.prototype, { query })
})
afterEach(() => {
  armed = undefined
})

async function dump(url: string): Promise<Record<string, string[]>> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const rows: Record<string, string[]> = {}
  for (const { name } of SCHEMA) {
    const found = await client.query(`SELECT t::text AS line FROM ${name} t`)
    rows[name] = found.rows.map(({ line }) => line as string).sort()
  }
  await client.end()
  return rows
}

async function filled(): Promise<string> {
  const url = await cluster.database()
  const store = await createPostgresStore(url)
  await people(store, PEOPLE)
  await store.chargeDay(20_000, () => undefined)
  await store.close()
  return url
}

describe('[D1] [A4] [B1] all or nothing in PostgreSQL', () => {
  it.each(ACTIONS)('$name, whichever of its statements fails, is not reached or is not answered', async (action) => {
    const clean = await filled()
    const before = await dump(clean)
    const undisturbed = await createPostgresStore(clean)
    await action.run(undisturbed)
    await undisturbed.close()
    const after = await dump(clean)
    expect(after).not.toEqual(before)
    for (const fault of FAULTS) {
      const url = await filled()
      const store = await createPostgresStore(url)
      let failed = 0
      for (let at = 1; ; at++) {
        armed = { at, fault }
        seen = 0
        const done = await action.run(store).then(
          () => true,
          () => false,
        )
        armed = undefined
        if (done) break
        failed += 1
        const rows = await dump(url)
        // Only the answer to COMMIT can be lost when the work is done already.
        if (fault === 'is not answered' && JSON.stringify(rows) === JSON.stringify(after)) break
        expect(rows).toEqual(before)
      }
      expect(await dump(url)).toEqual(after)
      // BEGIN, a look at the row, COMMIT, and what changes rows.
      expect({ fault, enough: failed >= action.faults + 3 }).toEqual({ fault, enough: true })
      await store.close()
    }
  })
})
