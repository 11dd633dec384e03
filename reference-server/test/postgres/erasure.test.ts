/** What is deleted leaves no byte in the whole data directory, write-ahead log included, after the next sweep (05-34). */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Cluster, startCluster } from '../../../tools/test-kit/postgres-cluster.js'
import { createPostgresStore } from '../../src/store/postgres/postgres.js'
import { newPerson, type Person, startTestServer } from '../harness.js'
import { mark, marked, people, traces } from '../store-full.js'

// One each: the marks of one test's people would be found in the database of another.
let cluster: Cluster
beforeEach(async () => {
  cluster = await startCluster()
})
afterEach(async () => cluster.stop())

async function rows(url: string, statement: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  const { rows: found } = await client.query(statement)
  await client.end()
  return found as Record<string, unknown>[]
}

/** Which of the values are in any file of the data directory. */
function found(values: Record<string, string | Uint8Array>): string[] {
  const files = readdirSync(cluster.folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(cluster.folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile())
    .map((path) => readFileSync(path))
  return Object.entries(values)
    .filter(([, value]) => files.some((file) => file.includes(Buffer.from(value))))
    .map(([name]) => name)
}

/** The ends of all that is of somebody: a row that was compressed begins otherwise. */
const endsOf = (n: number) =>
  Object.fromEntries(Object.entries(traces(n)).map(([name, value]) => [name, Buffer.from(value).subarray(-20)]))

/** A request is its two identifiers side by side, each behind the byte that says its length: in the row and in its index. */
const pair = (one: string, other: string) =>
  Object.fromEntries(
    [
      [one, other],
      [other, one],
    ].map(([first, second]) => [
      `${first} ${second}`,
      Buffer.concat([Buffer.from(first as string), Buffer.of(2 * 25 + 1), Buffer.from(second as string)]),
    ]),
  )

describe('erasure in PostgreSQL', () => {
  const sweep = { sessions: 0, pairings: 0, checkouts: 0, erasures: 0 }

  it('[D1] leaves no byte of a deleted account in the whole data directory after the sweep', async () => {
    const store = await createPostgresStore(await cluster.database())
    await people(store, 30)
    // The first sweep rewrites every table; what the next one does is shown.
    await store.deleteExpired(sweep)
    expect(found(endsOf(7))).toEqual(Object.keys(traces(7)))
    await store.deleteAccount(marked(7).id, marked(7).passwordVerifier, 20_000)
    // Control: deletion alone leaves them.
    expect(found(endsOf(7)).length).toBeGreaterThan(10)
    await store.deleteExpired(sweep)
    expect(found(endsOf(7))).toEqual([])
    expect(found(endsOf(6))).toEqual(Object.keys(traces(6)))
    await store.close()
  })

  it('[S2] leaves no byte of a session after log-out, of one ended from afar, and of expired ones', async () => {
    const store = await createPostgresStore(await cluster.database())
    await people(store, 30)
    await store.deleteExpired(sweep)
    const tokens = (...numbers: number[]) =>
      Object.fromEntries(numbers.map((n) => [`token ${n}`, mark(`${n} token`)] as const))
    expect(found(tokens(3, 4, 5))).toHaveLength(3)
    await store.deleteSession(mark('3 token'))
    await store.deleteSessions(marked(4).id, [mark('4 token')])
    // Control: log-out alone leaves them.
    expect(found(tokens(3, 4, 5))).toHaveLength(3)
    await store.deleteExpired(sweep)
    expect(found(tokens(3, 4, 5))).toEqual(['token 5'])
    await store.deleteExpired({ ...sweep, sessions: 5_000 })
    expect(found(tokens(...Array(30).keys()))).toEqual([])
    await store.close()
  })

  it('[R1] [R2] leaves no byte of a request that was refused, accepted, crossed or has expired', async () => {
    const store = await createPostgresStore(await cluster.database())
    await people(store, 30)
    await store.deleteExpired(sweep)
    const of = (n: number) => pair(marked(n).id, marked(n + 1).id)
    expect(found({ ...of(1), ...of(2), ...of(3) }).length).toBeGreaterThan(2)
    await store.deletePairing(marked(1).id, marked(2).id)
    const crossed = { requester: marked(3).id, recipient: marked(2).id, createdAt: 1_001 }
    expect(await store.requestPairing(crossed, 0, () => 'accept')).toBe('accept')
    await store.deleteExpired(sweep)
    expect(found({ ...of(1), ...of(2) })).toEqual([])
    expect(found(of(3)).length).toBeGreaterThan(0)
    await store.deleteExpired({ ...sweep, pairings: 1_000 })
    expect(found(Object.assign({}, ...Array.from({ length: 29 }, (_, n) => of(n))))).toEqual([])
    await store.close()
  })

  it('[R1] [R2] leaves no byte that joins two people of whom one refused, or blocked before an acceptance', async () => {
    const url = await cluster.database()
    const server = await startTestServer({ SOLO2_DATABASE: url })
    const [amy, bob, eve] = [await newPerson(server), await newPerson(server), await newPerson(server)]
    const ids = new Map(
      (await rows(url, 'SELECT username, id FROM accounts')).map((row) => [row['username'], row['id']]),
    )
    const of = (one: Person, other: Person) => pair(String(ids.get(one.username)), String(ids.get(other.username)))
    const incoming = async (who: Person) => (await server.call('listPairings', {}, who.token)).incoming
    await server.call('requestPairing', { code: bob.alias }, amy.token)
    await server.call('requestPairing', { code: bob.alias }, eve.token)
    expect(found(of(amy, bob)).length).toBeGreaterThan(0)
    expect(found(of(eve, bob)).length).toBeGreaterThan(0)
    await server.sweep()
    // Blocking is the client's own; what the server sees of it is the refusal, also of what the blocked one asks again.
    for (const { id } of await incoming(bob)) await server.call('answerPairing', { id, accept: false }, bob.token)
    await server.call('requestPairing', { code: bob.alias }, eve.token)
    await server.sweep()
    for (const { id } of await incoming(bob)) await server.call('answerPairing', { id, accept: false }, bob.token)
    await server.sweep()
    expect(found({ ...of(amy, bob), ...of(eve, bob) })).toEqual([])
    await server.close()
  })

  it('[B1] puts all payments under one transaction number, in the order of their confirmations', async () => {
    const url = await cluster.database()
    const store = await createPostgresStore(url)
    await people(store, 3)
    for (const [n, confirmation] of [
      [2, 'b'],
      [0, 'c'],
      [1, 'a'],
    ] as const) {
      const payment = { confirmation, amount: 100 + n, day: 20_000 }
      expect(await store.creditCheckout(mark(`${n} checkout`), payment, 0, (row) => row)).toBe('credited')
    }
    const joined = 'SELECT 1 FROM payments JOIN accounts ON payments.xmin::text = accounts.xmin::text'
    // Control: before the sweep the transaction that credited is on both rows.
    expect(await rows(url, joined)).toHaveLength(3)
    await store.deleteExpired(sweep)
    expect(await rows(url, joined)).toHaveLength(0)
    expect(await rows(url, 'SELECT DISTINCT xmin::text FROM payments')).toHaveLength(1)
    expect((await rows(url, 'SELECT confirmation, amount FROM payments')).map((row) => Object.values(row))).toEqual([
      ['a', '101'],
      ['b', '102'],
      ['c', '100'],
    ])
    await store.close()
  })
})
