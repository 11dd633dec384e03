/** The test clock (spec/05 section 20): what it moves, whom it listens to, and where it is refused. */
import { request } from 'node:http'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { checkDeployment } from '../src/check/check.js'
import { backup, restore } from '../src/command/backup.js'
import { readConfig } from '../src/config.js'
import { bytes, newPerson, refusal, startTestServer, type TestServer, temporaryFolder } from './harness.js'
import { admin } from './run-admin.js'
import { solo2Server } from './run-server.js'
import { connect, opened, ticket } from './socket-client.js'

const DAY = 86_400_000
const ON = { SOLO2_TEST_CLOCK: 'on' }
const PATH = '/v1/test/clock'
const JSON_TYPE = { 'content-type': 'application/json' }

/** By Node's own client, which sends any header that it is given. */
function ask(
  { port }: TestServer,
  body: string,
  headers: Record<string, string> = JSON_TYPE,
  method = 'POST',
  path = PATH,
): Promise<{ status: number; allow: string | undefined; text: string }> {
  return new Promise((resolve, reject) => {
    const call = request({ host: '127.0.0.1', port, method, path, headers }, (reply) => {
      const chunks: Buffer[] = []
      reply.on('data', (chunk: Buffer) => chunks.push(chunk))
      reply.on('end', () => {
        const text = Buffer.concat(chunks).toString()
        resolve({ status: reply.statusCode ?? 0, allow: reply.headers.allow, text })
      })
    })
    call.on('error', reject)
    call.end(body)
  })
}

async function move(server: TestServer, advanceMs: number): Promise<number> {
  const { status, text } = await ask(server, JSON.stringify({ advanceMs }))
  expect(status).toBe(200)
  return (JSON.parse(text) as { nowMs: number }).nowMs
}

describe('a test clock', () => {
  it('[S2] [R1] [L1] moves what rows, limits and standing go by, and nothing is left of what is over', async () => {
    const server = await startTestServer({ ...ON, SOLO2_LIMIT_LOOK_UP: '1/86400', SOLO2_PRICE_STANDARD: '1' })
    const [amy, bob] = [await newPerson(server), await newPerson(server)]
    await server.call('requestPairing', { code: bob.alias }, amy.token)
    const lookUp = () => server.call('lookUp', { code: bob.alias }, amy.token)
    await lookUp()
    expect(await refusal(lookUp())).toMatchObject({ code: 'rate_limited', wait: DAY })
    const start = server.clock.now
    expect(await move(server, 0)).toBe(start)
    expect(await move(server, DAY - 1)).toBe(start + DAY - 1)
    expect(await refusal(lookUp())).toMatchObject({ code: 'rate_limited', wait: 1 })
    await move(server, 1)
    expect(await refusal(lookUp())).toMatchObject({ code: 'unauthenticated' })
    const again = async ({ username, authKey }: typeof amy) =>
      (await server.call('login', { username, authKey, versions: [1] })).session?.token
    amy.token.set((await again(amy)) ?? bytes(32))
    expect((await lookUp()).person?.alias).toBe(bob.alias)
    const incoming = async () => (await server.call('listPairings', {}, await again(bob))).incoming.length
    await move(server, 2 * DAY - 1)
    expect(await incoming()).toBe(1)
    await move(server, 1)
    expect(await incoming()).toBe(0)
    expect((await server.call('getAccount', {}, await again(amy))).account?.state).toBe(2)
    await move(server, 31 * DAY)
    expect((await server.call('getAccount', {}, await again(amy))).account?.state).toBe(4)
  })

  it('[T2] ends tickets and held signals, and leaves an open socket open', async () => {
    const server = await startTestServer(ON)
    const amy = await newPerson(server)
    const sender = await opened(server, amy)
    sender.frame({ $case: 'join', value: { topics: [bytes(16)] } })
    await sender.next()
    sender.frame({ $case: 'send', value: { topic: bytes(16), signal: bytes(4_096) } })
    await sender.settle(bytes(16))
    const shown = await ticket(server, amy)
    await move(server, 60_000)
    const late = await connect(server)
    late.frame({ $case: 'open', value: { versions: [1], admission: { $case: 'ticket', value: shown } } })
    expect((await late.next()).$case).toBe('refusal')
    const joiner = await opened(server, amy)
    joiner.frame({ $case: 'join', value: { topics: [bytes(16)] } })
    await joiner.next()
    expect((await joiner.settle(bytes(16))).map(({ $case }) => $case)).not.toContain('delivery')
    sender.frame({ $case: 'send', value: { topic: bytes(16), signal: bytes(4_096) } })
    expect((await joiner.next()).$case).toBe('delivery')
  })

  it('never goes back: no step is negative, broken, or longer than 31 days', async () => {
    const server = await startTestServer(ON)
    const start = await move(server, 5)
    for (const body of [
      '{"advanceMs":-1}',
      '{"advanceMs":0.5}',
      `{"advanceMs":${31 * DAY + 1}}`,
      '{"advanceMs":"5"}',
      '{"advanceMs":null}',
      '{"advanceMs":5,"nowMs":0}',
      '{}',
      '[5]',
      '5',
      '',
      '{',
    ]) {
      expect({ body, ...(await ask(server, body)) }).toMatchObject({ body, status: 400 })
    }
    expect(await move(server, 0)).toBe(start)
  })

  it('takes steps that come at once one after the other', async () => {
    const server = await startTestServer(ON)
    const start = await move(server, 0)
    const times = await Promise.all([1, 10, 100, 1_000].map((ms) => move(server, ms)))
    expect(Math.max(...times)).toBe(start + 1_111)
    expect(new Set(times).size).toBe(4)
  })

  it('listens to no page, to nobody through a proxy, and to no other name of this machine', async () => {
    const server = await startTestServer(ON)
    const start = await move(server, 0)
    const body = '{"advanceMs":1000}'
    for (const headers of [
      { origin: server.origin },
      { origin: 'null' },
      { 'sec-fetch-site': 'same-origin' },
      { 'x-forwarded-for': '127.0.0.1' },
      { 'x-real-ip': '127.0.0.1' },
      { forwarded: 'for=127.0.0.1' },
      { via: '1.1 proxy' },
      { host: 'rebound.example' },
      { host: '127.0.0.1.rebound.example' },
      { host: '127.1.rebound.example:8470' },
      { host: '192.168.1.1' },
      { host: 'localhost.rebound.example' },
      { host: 'localhost@rebound.example' },
    ]) {
      expect({
        headers,
        ...(await ask(server, body, { ...JSON_TYPE, ...headers } as Record<string, string>)),
      }).toMatchObject({
        headers,
        status: 403,
      })
    }
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data', '']) {
      expect((await ask(server, body, { 'content-type': type })).status).toBe(415)
    }
    for (const method of ['GET', 'PUT', 'DELETE', 'OPTIONS']) {
      expect(await ask(server, '', {}, method)).toMatchObject({ status: 405, allow: 'POST' })
    }
    expect(await move(server, 0)).toBe(start)
    for (const host of ['localhost', `LOCALHOST:${server.port}`, '127.0.0.1', '127.8.9.10:1', '[::1]:8470']) {
      expect((await ask(server, '{"advanceMs":0}', { ...JSON_TYPE, host })).status).toBe(200)
    }
  })

  it('is not there unless it is turned on: its path is any path', async () => {
    for (const environment of [{}, { SOLO2_TEST_CLOCK: 'off' }]) {
      const server = await startTestServer(environment)
      for (const method of ['GET', 'POST', 'PUT']) {
        const body = method === 'GET' ? '' : '{"advanceMs":1}'
        const [own, other] = [
          await ask(server, body, JSON_TYPE, method),
          await ask(server, body, JSON_TYPE, method, '/v1/test/nothing'),
        ]
        expect(own).toEqual(other)
        expect(own.status).toBe(method === 'GET' ? 404 : 405)
      }
    }
  })

  it('goes on where it was left, and its data is no other server’s', async () => {
    const data = temporaryFolder()
    const first = await startTestServer({ ...ON, SOLO2_DATA: data })
    const left = await move(first, 5 * DAY)
    await first.close()
    const second = await startTestServer({ ...ON, SOLO2_DATA: data })
    expect(await move(second, 0)).toBe(left)
    await second.close()
    const refused = (field: string) => expect.objectContaining({ code: 'invalid_argument', field })
    await expect(startTestServer({ SOLO2_DATA: data })).rejects.toEqual(refused('SOLO2_DATA'))
    const file = join(temporaryFolder(), 'one.backup')
    const foreign = 'holds data of a test clock'
    expect(() => backup({ SOLO2_DATA: data }, file)).toThrow(foreign)
    await expect(restore({ SOLO2_DATA: data }, { file, replace: true, withoutErasures: true })).rejects.toThrow(foreign)
    const counted = await admin(data, ['stats'])
    expect({ code: counted.code, err: counted.err }).toEqual({ code: 1, err: expect.stringContaining(foreign) })
    const real = await startTestServer({})
    await real.close()
    await expect(startTestServer({ ...ON, SOLO2_DATA: real.data })).rejects.toEqual(refused('SOLO2_DATA'))
    await (await startTestServer({ SOLO2_DATA: real.data })).close()
  })
})

const SECRET = 'a secret of 32 characters or more'

describe('a server for people', () => {
  it.each([
    ['SOLO2_HOST', { SOLO2_HOST: '0.0.0.0' }],
    ['SOLO2_HOST', { SOLO2_HOST: '::' }],
    ['SOLO2_HOST', { SOLO2_HOST: '192.168.1.10' }],
    ['SOLO2_HOST', { SOLO2_HOST: 'localhost' }],
    ['SOLO2_HOST', { SOLO2_HOST: '127.rebound.example' }],
    ['SOLO2_TLS_CERT', { SOLO2_TLS_CERT: import.meta.filename, SOLO2_TLS_KEY: import.meta.filename }],
    ['SOLO2_PUBLIC_ORIGIN', { SOLO2_PUBLIC_ORIGIN: 'https://solo2.example' }],
    ['SOLO2_PUBLIC_ORIGIN', { SOLO2_PUBLIC_ORIGIN: 'http://localhost:8470' }],
    ['SOLO2_TRUSTED_PROXIES', { SOLO2_TRUSTED_PROXIES: '127.0.0.1' }],
    ['SOLO2_DATABASE', { SOLO2_DATABASE: 'postgres://127.0.0.1/solo2' }],
    ['SOLO2_CLUSTER_SECRET', { SOLO2_CLUSTER_SECRET: '00'.repeat(32) }],
    ['SOLO2_ERASURES', { SOLO2_ERASURES: '/nowhere/erasures' }],
    ['SOLO2_LOG', { SOLO2_LOG: '/nowhere/logs' }],
    ['SOLO2_TURN_URLS', { SOLO2_TURN_URLS: 'turn:127.0.0.1,turn:turn.example:3478', SOLO2_TURN_SECRET: SECRET }],
    ['SOLO2_PAYMENT_URL', { SOLO2_PAYMENT_URL: 'https://127.0.0.1.example/', SOLO2_PAYMENT_SECRET: SECRET }],
    ['SOLO2_TEST_CLOCK', { SOLO2_TEST_CLOCK: 'yes' }],
  ])('has no test clock: %s of %o is in its way, and alone it is not', (field, environment) => {
    const refused = expect.objectContaining({ code: 'invalid_argument', field })
    expect(() => readConfig({ ...ON, ...environment } as Record<string, string>)).toThrow(refused)
    const alone = { ...environment, SOLO2_TEST_CLOCK: 'off' } as Record<string, string>
    expect(readConfig(alone).testClock).toBe(false)
  })

  it('is told apart from one that names loopback addresses only', () => {
    const mirror = { SOLO2_TURN_URLS: 'turn:127.0.0.1:3478?transport=udp,turns:[::1]:5349', SOLO2_TURN_SECRET: SECRET }
    const payment = { SOLO2_PAYMENT_URL: 'http://127.0.0.1:8471/pay', SOLO2_PAYMENT_SECRET: SECRET }
    for (const SOLO2_HOST of ['127.0.0.1', '127.0.0.2', '::1']) {
      expect(readConfig({ ...ON, ...mirror, ...payment, SOLO2_HOST, SOLO2_LOG: 'off' }).testClock).toBe(true)
    }
  })

  it('is told by check that the clock is on, or that its data was made with one', async () => {
    const wrong = async (environment: Record<string, string>) => {
      const findings = await checkDeployment({ SOLO2_PORT: '0', SOLO2_STUN_PORT: '0', ...environment }, Date.now)
      return findings
        .filter(({ level, check }) => level === 'problem' && check === 'test clock')
        .map(({ what }) => what)
    }
    const data = join(temporaryFolder(), 'data')
    expect(await wrong({ SOLO2_DATA: data })).toEqual([])
    expect(await wrong({ ...ON, SOLO2_DATA: data })).toEqual(['SOLO2_TEST_CLOCK is on'])
    const server = await startTestServer(ON)
    expect(await wrong({ SOLO2_DATA: server.data })).toEqual([expect.stringContaining('whose time was moved')])
    const checked = await solo2Server(['check', '--json'], { ...ON, SOLO2_HOST: '0.0.0.0', SOLO2_DATA: data })
    expect(checked.code).toBe(1)
    expect(checked.out).toContain('SOLO2_HOST is no loopback address')
  })

  it('does not start with it, and says which setting is in its way', async () => {
    const started = await solo2Server([], { ...ON, SOLO2_PUBLIC_ORIGIN: 'https://solo2.example' })
    expect(started.code).toBe(1)
    expect(started.err).toContain('SOLO2_PUBLIC_ORIGIN is for people on other machines')
  })
})
