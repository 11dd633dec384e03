import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'libsql'
import { describe, expect, it } from 'vitest'
import { newPerson, type Person, refusal, startTestServer, type TestServer } from './harness.js'

const DAY = 86_400_000

const ask = (server: TestServer, who: Person, whom: Person) =>
  server.call('requestPairing', { code: whom.pairingCode }, who.token)
const incoming = async (server: TestServer, who: Person) => (await server.call('listPairings', {}, who.token)).incoming

/** Every byte of every file in the data folder. */
function allBytes(server: TestServer): Buffer {
  return Buffer.concat(readdirSync(server.data).map((name) => readFileSync(join(server.data, name))))
}

function countRows(server: TestServer, table: string): number {
  const db = new Database(join(server.data, 'solo2.db'), { readonly: true })
  try {
    return (db.prepare(`SELECT COUNT(*) AS n FROM ${table}`).get() as { n: number }).n
  } finally {
    db.close()
  }
}

describe('a pairing request', () => {
  it('reaches the other one with name, alias and keys, and is the same when it is repeated', async () => {
    const server = await startTestServer()
    const [amy, bob] = [await newPerson(server), await newPerson(server)]
    const { person } = await ask(server, amy, bob)
    expect(person).toMatchObject({ alias: bob.alias, bundle: bob.bundle })
    const [first] = await incoming(server, bob)
    expect(first).toMatchObject({
      person: { alias: amy.alias, bundle: amy.bundle },
      createdAt: BigInt(server.clock.now / 1000),
    })
    expect(first?.id).toMatch(/^[A-Za-z0-9_-]{24}$/)
    server.clock.now += 1_000
    await ask(server, amy, bob)
    expect(await incoming(server, bob)).toEqual([first])
    expect(await incoming(server, amy)).toEqual([])
  })

  it('[R1] is deleted at once when it is answered, and the asker sees no difference', async () => {
    const server = await startTestServer()
    const [amy, bob] = [await newPerson(server), await newPerson(server)]
    const answers: unknown[] = []
    for (const accept of [true, false]) {
      answers.push(await ask(server, amy, bob))
      const [request] = await incoming(server, bob)
      await server.call('answerPairing', { id: request?.id ?? '', accept }, bob.token)
      expect(countRows(server, 'pairing_requests')).toBe(0)
      expect(await incoming(server, bob)).toEqual([])
      expect(await refusal(server.call('answerPairing', { id: request?.id ?? '', accept }, bob.token))).toMatchObject({
        code: 'not_found',
        field: 'id',
      })
    }
    expect(answers[0]).toEqual(answers[1])
  })

  it('[R1] lives 3 days and not a second longer', async () => {
    const server = await startTestServer()
    const [amy, bob] = [await newPerson(server), await newPerson(server)]
    await ask(server, amy, bob)
    const login = (who: Person) => server.call('login', { ...who, versions: [1] })
    server.clock.now += 3 * DAY - 1_000
    const later = { ...bob, token: (await login(bob)).session?.token as Uint8Array }
    const [request] = await incoming(server, later)
    expect(request).toBeDefined()
    server.clock.now += 1_000
    expect(await incoming(server, later)).toEqual([])
    expect(
      await refusal(server.call('answerPairing', { id: request?.id ?? '', accept: true }, later.token)),
    ).toMatchObject({ code: 'not_found' })
    await server.sweep()
    expect(countRows(server, 'pairing_requests')).toBe(0)
  })

  it('[R2] leaves no trace of the two in any file once it is accepted', async () => {
    const server = await startTestServer()
    const [amy, bob] = [await newPerson(server), await newPerson(server)]
    const db = new Database(join(server.data, 'solo2.db'), { readonly: true })
    const idOf = (who: Person) =>
      (db.prepare('SELECT id FROM accounts WHERE username = ?').get([who.username]) as { id: string }).id
    const [a, b] = [idOf(amy), idOf(bob)]
    db.close()
    // A row is a record of recipient and requester in this order: both, side by side, in the table and its index.
    const pair = Buffer.from(b + a)
    await ask(server, amy, bob)
    expect(allBytes(server).includes(pair)).toBe(true)
    const [request] = await incoming(server, bob)
    await server.call('answerPairing', { id: request?.id ?? '', accept: true }, bob.token)
    const after = allBytes(server)
    expect(after.includes(pair)).toBe(false)
    expect(after.includes(Buffer.from(a + b))).toBe(false)
    // Control: the accounts themselves are found.
    expect(after.includes(Buffer.from(a))).toBe(true)
  })

  it('[R1] [R2] leaves no trace of two people of whom one refused, or blocked before an acceptance', async () => {
    const server = await startTestServer()
    const [amy, bob, eve] = [await newPerson(server), await newPerson(server), await newPerson(server)]
    const db = new Database(join(server.data, 'solo2.db'), { readonly: true })
    const idOf = (who: Person) =>
      (db.prepare('SELECT id FROM accounts WHERE username = ?').get([who.username]) as { id: string }).id
    const [a, b, e] = [idOf(amy), idOf(bob), idOf(eve)]
    db.close()
    const joined = () => [b + a, a + b, b + e, e + b].filter((pair) => allBytes(server).includes(pair))
    const refuseAll = async () => {
      for (const { id } of await incoming(server, bob))
        await server.call('answerPairing', { id, accept: false }, bob.token)
    }
    await ask(server, amy, bob)
    await ask(server, eve, bob)
    expect(joined()).toEqual(expect.arrayContaining([b + a, b + e]))
    await refuseAll()
    expect(joined()).toEqual([])
    // Blocking is the client's own: what the server sees of it is that what the blocked one asks again is refused too.
    await ask(server, eve, bob)
    expect(joined()).toContain(b + e)
    await refuseAll()
    expect(joined()).toEqual([])
  })

  it('counts as accepted when the other one asks too', async () => {
    const server = await startTestServer()
    const [amy, bob] = [await newPerson(server), await newPerson(server)]
    await ask(server, amy, bob)
    expect((await ask(server, bob, amy)).person).toMatchObject({ alias: amy.alias })
    expect(countRows(server, 'pairing_requests')).toBe(0)
  })

  it('needs one’s own keys, another one’s code and a request that is one’s own to answer', async () => {
    const server = await startTestServer()
    const [amy, bob, eve] = [await newPerson(server), await newPerson(server), await newPerson(server)]
    const fresh = await newPerson(server, { publish: false })
    expect(await refusal(ask(server, fresh, bob))).toMatchObject({
      connect: 'failed_precondition',
      code: 'failed_precondition',
    })
    expect(await refusal(ask(server, amy, amy))).toMatchObject({ connect: 'failed_precondition', code: 'own_code' })
    await ask(server, amy, bob)
    const [request] = await incoming(server, bob)
    for (const who of [amy, eve]) {
      expect(
        await refusal(server.call('answerPairing', { id: request?.id ?? '', accept: true }, who.token)),
      ).toMatchObject({ code: 'not_found' })
    }
    expect(await incoming(server, bob)).toHaveLength(1)
    expect(await refusal(server.call('answerPairing', { id: 'short', accept: true }, bob.token))).toMatchObject({
      code: 'invalid_argument',
      field: 'id',
    })
  })
})

describe('[S2] a session', () => {
  it('lasts 24 hours, is not renewed by use, and its row goes', async () => {
    const server = await startTestServer()
    const amy = await newPerson(server)
    for (let hour = 0; hour < 23; hour++) {
      server.clock.now += 3_600_000
      await server.call('getAccount', {}, amy.token)
    }
    server.clock.now += 3_599_000
    await server.call('getAccount', {}, amy.token)
    server.clock.now += 1_000
    expect(await refusal(server.call('getAccount', {}, amy.token))).toMatchObject({
      status: 401,
      code: 'unauthenticated',
    })
    expect(countRows(server, 'sessions')).toBe(1)
    await server.sweep()
    expect(countRows(server, 'sessions')).toBe(0)
  })

  it.each(['log-out', 'expiry'])('leaves no byte of its hash in any file after %s', async (end) => {
    const server = await startTestServer()
    const amy = await newPerson(server)
    const sessions = [amy.token]
    for (let i = 0; i < 20; i++)
      sessions.push((await server.call('login', { ...amy, versions: [1] })).session?.token as Uint8Array)
    const hashes = sessions.map((token) => createHash('sha256').update(token).digest())
    const before = allBytes(server)
    expect(hashes.every((hash) => before.includes(hash))).toBe(true)
    if (end === 'log-out') for (const token of sessions) await server.call('logout', {}, token)
    else {
      server.clock.now += DAY
      await server.sweep()
    }
    const after = allBytes(server)
    // Eight bytes of a hash do not stand anywhere by chance.
    expect(hashes.filter((hash) => after.includes(hash.subarray(8, 16)))).toEqual([])
  })
})
