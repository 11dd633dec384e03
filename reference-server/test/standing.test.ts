/** Standing and charges over the account plane, with a clock that the test moves. */
import { join } from 'node:path'
import { AccountState, AccountType } from '@solo2/proto/account'
import Database from 'libsql'
import { describe, expect, it } from 'vitest'
import { createSqliteStore } from '../src/store/sqlite/sqlite.js'
import { newPerson, type Person, refusal, startTestServer, type TestServer, temporaryFolder } from './harness.js'

const DAY_MS = 86_400_000
const PRICED = { SOLO2_PRICE_STANDARD: '7', SOLO2_PRICE_PLATINUM: '20' }

/** Writes a row beside the running server, as solo2-admin does. */
function put(server: TestServer, who: Person, changes: Record<string, number>): void {
  const db = new Database(`${server.data}/solo2.db`)
  for (const [column, value] of Object.entries(changes)) {
    db.prepare(`UPDATE accounts SET ${column} = ? WHERE username = ?`).run([value, who.username])
  }
  db.close()
}

/** A day on, with a session that lives. */
async function nextDay(server: TestServer, who: Person, days = 1): Promise<Person> {
  server.clock.now += days * DAY_MS
  await server.sweep()
  const { session } = await server.call('login', { ...who, versions: [1] })
  return { ...who, token: session?.token as Uint8Array }
}

const account = async (server: TestServer, who: Person) => (await server.call('getAccount', {}, who.token)).account

describe('standing', () => {
  it('[A9] a priced server begins with a trial whose end is told; a free one with active', async () => {
    const priced = await startTestServer(PRICED)
    const amy = await newPerson(priced)
    const start = Math.floor(priced.clock.now / 1000)
    expect(await account(priced, amy)).toMatchObject({
      state: AccountState.TRIAL,
      serviceEndsAt: BigInt(start + 30 * 86_400),
      centsPerDay: 7,
      cutOff: 0n,
    })
    const free = await startTestServer()
    expect(await account(free, await newPerson(free))).toMatchObject({
      state: AccountState.ACTIVE,
      serviceEndsAt: 0n,
      centsPerDay: 0,
    })
  })

  it('[A9] [A10] who is not served keeps everything of their own, and is found and introduced no more', async () => {
    const server = await startTestServer({
      SOLO2_TURN_URLS: 'turn:relay.example:3478',
      SOLO2_TURN_SECRET: 'x'.repeat(16),
    })
    const bob = await newPerson(server)
    const now = Math.floor(server.clock.now / 1000)
    const conditions: [string, Record<string, number>][] = [
      ['paused', { state: AccountState.PAUSED }],
      ['suspended', { cut_off: now }],
      ['cut off', { state: AccountState.GRACE, cut_off: now - 14 * 86_400 }],
    ]
    for (const [name, changes] of conditions) {
      const amy = await newPerson(server)
      await server.call('requestPairing', { code: amy.alias }, bob.token)
      put(server, amy, changes)
      const [request] = (await server.call('listPairings', {}, amy.token)).incoming
      const refusals = await Promise.all([
        refusal(server.call('lookUp', { code: bob.alias }, amy.token)),
        refusal(server.call('requestPairing', { code: bob.alias }, amy.token)),
        refusal(server.call('drawTickets', { count: 1 }, amy.token)),
        refusal(server.call('answerPairing', { id: request?.id ?? '', accept: true }, amy.token)),
      ])
      expect([name, ...new Set(refusals.map(({ status, code }) => `${status} ${code}`))]).toEqual([
        name,
        '400 failed_precondition',
      ])
      for (const code of [amy.alias, amy.pairingCode]) {
        expect(await refusal(server.call('lookUp', { code }, bob.token))).toMatchObject({ code: 'wrong_code' })
      }
      expect((await server.call('getIceServers', {}, amy.token)).servers).toHaveLength(1)
      await server.call('answerPairing', { id: request?.id ?? '', accept: false }, amy.token)
      await server.call('login', { ...amy, versions: [1] })
      await server.call('sendFeedback', { message: `help, I am ${name}` }, amy.token)
      await server.call('setMaximumSecurity', { on: true }, amy.token)
      await server.call('seeBalance', {}, amy.token)
      expect(await account(server, amy)).toMatchObject({ suspended: name === 'suspended', maximumSecurity: true })
    }
    expect((await server.call('getIceServers', {}, bob.token)).servers).toHaveLength(2)
  })

  it('[A9] the person pauses and resumes, twice is once, and not out of grace or a suspension', async () => {
    const server = await startTestServer()
    const amy = await newPerson(server)
    for (const _ of [1, 2]) {
      expect((await server.call('pauseAccount', {}, amy.token)).account?.state).toBe(AccountState.PAUSED)
    }
    for (const _ of [1, 2]) {
      expect((await server.call('resumeAccount', {}, amy.token)).account?.state).toBe(AccountState.ACTIVE)
    }
    for (const changes of [{ cut_off: 5 }, { state: AccountState.GRACE, cut_off: 5 }]) {
      put(server, amy, changes)
      for (const method of ['pauseAccount', 'resumeAccount'] as const) {
        expect(await refusal(server.call(method, {}, amy.token))).toMatchObject({ code: 'failed_precondition' })
      }
    }
  })

  it('[A14] says once that the balance has changed', async () => {
    const server = await startTestServer()
    const amy = await newPerson(server)
    put(server, amy, { flags: 3, balance: 500 })
    expect((await server.call('seeBalance', {}, amy.token)).account).toMatchObject({
      balance: 500n,
      balanceChanged: true,
      maximumSecurity: true,
    })
    expect(await account(server, amy)).toMatchObject({ balanceChanged: false, maximumSecurity: true })
  })
})

describe('charges', () => {
  it('[A7] [A10] a life by the day: trial, bonus first, grace, cut off; who is not served pays nothing', async () => {
    const server = await startTestServer(PRICED)
    let amy = await newPerson(server)
    let pia = await newPerson(server)
    await server.call('pauseAccount', {}, pia.token)
    put(server, amy, { balance: 10, bonus: 10 })
    put(server, pia, { balance: 10 })
    amy = await nextDay(server, amy, 30)
    expect(await account(server, amy)).toMatchObject({ state: AccountState.TRIAL, balance: 10n, bonus: 10n })
    for (const [bonus, balance] of [
      [3n, 10n],
      [0n, 6n],
    ]) {
      amy = await nextDay(server, amy)
      for (const _ of [1, 2]) await server.sweep()
      expect(await account(server, amy)).toMatchObject({ state: AccountState.ACTIVE, bonus, balance, cutOff: 0n })
    }
    amy = await nextDay(server, amy)
    const start = BigInt(Math.floor(server.clock.now / 1000))
    expect(await account(server, amy)).toMatchObject({
      state: AccountState.GRACE,
      balance: 0n,
      cutOff: start,
      serviceEndsAt: start + 14n * 86_400n,
      balanceChanged: true,
    })
    amy = await nextDay(server, amy, 13)
    await server.call('drawTickets', { count: 1 }, amy.token)
    amy = await nextDay(server, amy)
    expect(await refusal(server.call('drawTickets', { count: 1 }, amy.token))).toMatchObject({
      code: 'failed_precondition',
    })
    pia = await nextDay(server, pia)
    expect((await server.call('resumeAccount', {}, pia.token)).account).toMatchObject({
      state: AccountState.ACTIVE,
      balance: 3n,
    })
  })

  it('[A7] each day is charged once over a stop, missed ones too, and founders never', async () => {
    const data = temporaryFolder()
    const first = await startTestServer({ ...PRICED, SOLO2_TRIAL_DAYS: '0', SOLO2_DATA: data })
    const [amy, fay] = [await newPerson(first), await newPerson(first)]
    put(first, amy, { balance: 100 })
    put(first, fay, { balance: 100, type: AccountType.FOUNDER })
    const stopped = first.clock.now
    await first.close()
    // A process that ended right after the day was charged, or right before: the day stands in the same transaction.
    const store = createSqliteStore(join(data, 'solo2.db'))
    const through = await store.chargedThrough()
    expect(through).toBe(Math.floor(stopped / DAY_MS))
    await expect(
      store.chargeDay((through as number) + 1, () => {
        throw new Error('the power fails')
      }),
    ).rejects.toThrow('the power fails')
    expect(await store.chargedThrough()).toBe(through)
    await store.close()
    const second = await startTestServer({ ...PRICED, SOLO2_TRIAL_DAYS: '0', SOLO2_DATA: data })
    await nextDay(second, amy, 3)
    const { session } = await second.call('login', { ...amy, versions: [1] })
    const { session: other } = await second.call('login', { ...fay, versions: [1] })
    expect((await second.call('getAccount', {}, session?.token)).account?.balance).toBe(79n)
    expect((await second.call('getAccount', {}, other?.token)).account?.balance).toBe(100n)
  })
})

describe('[F1] SendFeedback', () => {
  it('keeps the message and who wrote it, 20 at most, 10 a day', async () => {
    const server = await startTestServer({ SOLO2_LIMIT_FEEDBACK: '10/86400' })
    let amy = await newPerson(server)
    const send = (message: string) => server.call('sendFeedback', { message }, amy.token)
    for (let day = 0; day < 2; day++) {
      for (let n = 0; n < 10; n++) await send(`message ${day} ${n} ${'é'.repeat(1_990)}`)
      expect(await refusal(send('one more'))).toMatchObject({ code: 'rate_limited' })
      amy = await nextDay(server, amy)
    }
    expect(await refusal(send('the 21st'))).toMatchObject({ code: 'rate_limited', wait: DAY_MS })
    for (const message of ['', 'x'.repeat(4_001), 'é'.repeat(2_001)]) {
      expect(await refusal(send(message))).toMatchObject({ code: 'invalid_argument', field: 'message' })
    }
    const db = new Database(`${server.data}/solo2.db`, { readonly: true })
    const rows = db.prepare('SELECT username, message FROM feedback JOIN accounts ON accounts.id = account').all()
    db.close()
    expect(rows).toHaveLength(20)
    expect(rows[0]).toMatchObject({ username: amy.username, message: expect.stringMatching(/^message 0 0 é/) })
  })
})
