/** `solo2-server check` over deployments that each have one real fault. */
import { spawn } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { type AddressInfo, createServer as createTcp } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import Database from 'libsql'
import pg from 'pg'
import { afterAll, describe, expect, it } from 'vitest'
import { startCoturn } from '../../../tools/test-kit/coturn.js'
import { startNats } from '../../../tools/test-kit/nats-server.js'
import { startCluster } from '../../../tools/test-kit/postgres-cluster.js'
import { checkDeployment } from '../../src/check/check.js'
import type { Finding } from '../../src/check/finding.js'
import { startTestServer, temporaryFolder } from '../harness.js'
import { solo2Server } from '../run-server.js'

const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/${name}`, import.meta.url))
const closing: (() => unknown)[] = []
afterAll(async () => {
  for (const close of closing) await close()
})

/** A port on which nobody listens. */
async function freePort(): Promise<string> {
  const probe = createTcp()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return String(port)
}

async function web(listener: RequestListener): Promise<string> {
  const server: Server = createServer(listener)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  closing.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** Warnings and problems, as "check: what". */
async function found(
  environment: Record<string, string>,
  now: () => number = Date.now,
): Promise<{ bad: string[]; all: Finding[] }> {
  const all = await checkDeployment({ SOLO2_STUN_PORT: '0', SOLO2_PORT: '0', ...environment }, now)
  for (const { level, why, remedy } of all)
    expect([why !== undefined, remedy !== undefined]).toEqual(level === 'fine' ? [false, false] : [true, true])
  return { bad: all.filter(({ level }) => level !== 'fine').map(({ check, what }) => `${check}: ${what}`), all }
}

/** What a sound deployment of a test has all the same: nothing outlives its disk, and its memory is glibc's. */
const SOUND = {
  SOLO2_LOG: 'off',
  SOLO2_SOCKETS: '500',
  GLIBC_TUNABLES: 'glibc.malloc.perturb=165:glibc.malloc.tcache_count=0',
}
const alone = async (environment: Record<string, string>, now?: () => number) => {
  const { bad } = await found({ SOLO2_DATA: join(temporaryFolder(), 'data'), ...SOUND, ...environment }, now)
  return bad.filter((line) => !line.startsWith('logs and erasures: SOLO2_ERASURES'))
}

describe('a deployment', () => {
  it('in which nothing is wrong has no finding, before its first start and while it runs', async () => {
    expect(await alone({})).toEqual([])
    const server = await startTestServer({ SOLO2_STUN_PORT: '0' })
    const environment = {
      SOLO2_DATA: server.data,
      SOLO2_PORT: String(server.port),
      SOLO2_STUN_PORT: String(server.stunPort),
    }
    expect(await alone(environment)).toEqual([])
    const { all } = await found({ ...SOUND, ...environment })
    expect(all.map(({ what }) => what)).toContain(`a server runs on ${server.port}, and is ready`)
    expect(all.map(({ what }) => what)).toContain(`it answers at 127.0.0.1, UDP ${server.stunPort}`)
  })

  it('with a wrong variable: that one is named, and nothing else is looked at', async () => {
    const { bad, all } = await found({ SOLO2_PORT: 'eighty' })
    expect(bad).toEqual(['configuration: SOLO2_PORT is not a port'])
    expect(all).toHaveLength(1)
  })

  it('whose data others can read, or is damaged, or is somewhere else', async () => {
    const data = temporaryFolder()
    const environment = { SOLO2_DATA: data }
    expect(await alone(environment)).toEqual([`data folder: ${data} holds no server’s data`])
    writeFileSync(join(data, 'server-secret'), 'cut')
    chmodSync(join(data, 'server-secret'), 0o600)
    expect(await alone(environment)).toEqual([`data folder: ${join(data, 'server-secret')} is damaged`])
    writeFileSync(join(data, 'server-secret'), 'a'.repeat(64))
    chmodSync(join(data, 'server-secret'), 0o644)
    expect(await alone(environment)).toEqual([
      `data folder: others on this machine can read ${join(data, 'server-secret')}`,
    ])
  })

  it('whose database is damaged, of a later version or of an earlier one', async () => {
    const server = await startTestServer()
    await server.close()
    const environment = { SOLO2_DATA: server.data }
    const set = (version: number) => {
      const db = new Database(join(server.data, 'solo2.db'))
      db.exec(`PRAGMA user_version = ${version}`)
      db.close()
    }
    set(1_000)
    expect(await alone(environment)).toEqual(['database: it was written by a later version of the server'])
    set(1)
    expect(await alone(environment)).toEqual(['database: it is of an earlier version'])
    const broken = join(temporaryFolder(), 'data')
    mkdirSync(broken, { mode: 0o700 })
    copyFileSync(join(server.data, 'server-secret'), join(broken, 'server-secret'))
    writeFileSync(join(broken, 'solo2.db'), 'no database at all, but long enough to be looked at'.repeat(100), {
      mode: 0o600,
    })
    expect(await alone({ SOLO2_DATA: broken })).toEqual(['database: it is damaged'])
  })

  it('whose port another program has, or whose address is another machine’s', async () => {
    const origin = await web((_, response) => response.end('hello'))
    const port = new URL(origin).port
    expect(await alone({ SOLO2_PORT: port })).toEqual([`port: ${port} is taken by another program`])
    const away = { SOLO2_HOST: '198.51.100.7', SOLO2_PORT: port, SOLO2_PUSH_CONTACT: 'mailto:me@solo2.example' }
    expect(await alone(away)).toContain('port: 198.51.100.7 is no address of this machine')
  })

  it('whose certificate has ended, soon ends, is for another name or of another key', async () => {
    const tls = (cert: string, key: string) => ({ SOLO2_TLS_CERT: fixture(cert), SOLO2_TLS_KEY: fixture(key) })
    const renewed = tls('renewed-cert.pem', 'renewed-key.pem')
    expect(await alone(renewed)).toEqual([])
    expect(await alone(tls('ended-cert.pem', 'renewed-key.pem'))).toEqual(['certificate: it ended on 2021-01-01'])
    expect(await alone(tls('renewed-cert.pem', 'localhost-key.pem'))).toEqual([
      'certificate: the key does not belong to the certificate',
    ])
    const later = Date.UTC(2051, 6, 15)
    expect(await alone(renewed, () => later)).toEqual(['certificate: it ends on 2051-07-21'])
    const named = await alone({ ...renewed, SOLO2_PUBLIC_ORIGIN: 'https://solo2.example' })
    expect(named).toContain('certificate: it is not for solo2.example')
  })

  it('with a clock that is behind', async () => {
    expect(await alone({}, () => Date.UTC(2026, 0, 1))).toEqual(['clock: it says 2026-01-01, which is over'])
  })

  it('whose proxies could be anybody, or is not trusted, or that is open without TLS', async () => {
    expect(await alone({ SOLO2_TRUSTED_PROXIES: '0.0.0.0/0' })).toEqual([
      'proxies: 0.0.0.0/0 of SOLO2_TRUSTED_PROXIES is nearly everybody',
    ])
    expect(await alone({ SOLO2_TRUSTED_PROXIES: '8.8.0.0/16' })).toEqual([
      'proxies: 8.8.0.0/16 of SOLO2_TRUSTED_PROXIES is a public network',
    ])
    const open = await alone({ SOLO2_HOST: '0.0.0.0' })
    expect(open).toContain('proxies: it listens for others without TLS')
    expect(open).toContain('notifications: SOLO2_PUSH_CONTACT is not set')
    const fronted = await alone({ SOLO2_PUBLIC_ORIGIN: 'http://solo2.example' })
    expect(fronted).toContain('proxies: there is a proxy in front (SOLO2_PUBLIC_ORIGIN) that is not trusted')
    expect(fronted).toContain('proxies: SOLO2_PUBLIC_ORIGIN is http')
    for (const [host, isElsewhere] of [
      ['127.solo2.example', true],
      ['127.0.0.2', false],
      ['[::1]', false],
    ] as const) {
      const lines = await alone({ SOLO2_PUBLIC_ORIGIN: `http://${host}:1`, SOLO2_TRUSTED_PROXIES: '127.0.0.1' })
      expect(lines.includes('proxies: SOLO2_PUBLIC_ORIGIN is http'), host).toBe(isElsewhere)
    }
  })

  it('whose public origin leads elsewhere, loses headers or has another clock', async () => {
    const server = await startTestServer()
    const at = (origin: string, more: Record<string, string> = {}) =>
      alone({
        SOLO2_DATA: server.data,
        SOLO2_PORT: String(server.port),
        SOLO2_PUBLIC_ORIGIN: origin,
        SOLO2_TRUSTED_PROXIES: '127.0.0.1',
        SOLO2_PUSH_CONTACT: 'mailto:me@solo2.example',
        ...more,
      }).then((lines) => lines.filter((line) => line.startsWith('public origin')))
    expect(await at(server.origin)).toEqual([])
    expect(await at(`http://127.0.0.1:${await freePort()}`)).toEqual([
      expect.stringMatching(/^public origin: http:\/\/127\.0\.0\.1:\d+ cannot be reached: ECONNREFUSED$/),
    ])
    const elsewhere = await web((_, response) => response.end('Welcome to nginx!'))
    expect(await at(elsewhere)).toEqual([`public origin: ${elsewhere}/health answers 200, and not as this server does`])
    const bare = await web((_, response) => response.end('ok\n'))
    expect(await at(bare)).toEqual([
      'public origin: it lost the header Content-Security-Policy',
      'public origin: it lost the header X-Content-Type-Options',
    ])
    const lost = await web((_, response) => {
      response.setHeader('content-security-policy', "default-src 'none'; connect-src 'self' ws://inner:8470")
      response.setHeader('x-content-type-options', 'nosniff')
      response.setHeader('date', new Date(Date.now() - 60_000).toUTCString())
      response.end('ok\n')
    })
    expect(await at(lost)).toEqual([
      'public origin: its policy names another origin',
      expect.stringMatching(/^public origin: the clock in front of it and this one differ by 6\d s$/),
    ])
    expect(await at(lost, { SOLO2_PORT: await freePort() })).toEqual(['public origin: it was not tried'])
  })

  it('whose STUN port does not let anybody in', async () => {
    const server = await startTestServer()
    const silent = await freePort()
    const environment = { SOLO2_DATA: server.data, SOLO2_PORT: String(server.port), SOLO2_STUN_PORT: silent }
    expect(await alone(environment)).toEqual([`stun: nothing answers at 127.0.0.1, UDP ${silent}`])
    expect(await alone({ ...environment, SOLO2_STUN_PORT: 'off' })).toEqual(['stun: it is off'])
  })

  it('whose mirror does not answer, has another secret, or allocates', async () => {
    const secret = 'a secret of more than sixteen letters'
    const coturn = await startCoturn(secret, false)
    closing.push(() => coturn[Symbol.asyncDispose]())
    const url = `turn:127.0.0.1:${coturn.port}`
    const mirror = (SOLO2_TURN_SECRET: string, SOLO2_TURN_URLS: string) => alone({ SOLO2_TURN_SECRET, SOLO2_TURN_URLS })
    expect(await mirror(secret, url)).toEqual([])
    expect(await mirror('another one of sixteen letters', url)).toEqual([
      `mirror: ${url}: it refuses the credential: another secret, or its clock differs by more than a minute`,
    ])
    const silent = `turn:127.0.0.1:${await freePort()}`
    expect(await mirror(secret, silent)).toEqual([`mirror: ${silent} does not answer`])
    expect(await mirror(secret, 'turn:[half')).toEqual(['mirror: turn:[half is no TURN URL'])
  })

  it('that wants more files or memory than there are, and does not overwrite what it frees', async () => {
    expect(await alone({ GLIBC_TUNABLES: '' })).toEqual(['resources: freed memory is not overwritten'])
    const lines = await alone({ SOLO2_SOCKETS: '1000000', SOLO2_PASSWORD_WORKERS: '64' })
    expect(lines.filter((line) => line.startsWith('resources')).length).toBeGreaterThan(0)
    const limited = spawn(
      'sh',
      [
        '-c',
        'ulimit -n 2000; exec "$@"',
        'sh',
        process.execPath,
        '--import',
        'tsx',
        '--conditions=source',
        fileURLToPath(new URL('../../src/main.ts', import.meta.url)),
        'check',
        '--json',
      ],
      { env: { PATH: process.env['PATH'], SOLO2_PORT: '0', SOLO2_DATA: join(temporaryFolder(), 'data') } },
    )
    let out = ''
    limited.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString()
    })
    expect(await new Promise((resolve) => limited.on('close', resolve))).toBe(1)
    expect(JSON.parse(out)).toContainEqual(
      expect.objectContaining({ level: 'problem', what: 'only 2000 files may be open' }),
    )
  })

  it('whose logs or erasures cannot be written, or are lost with the disk', async () => {
    const { bad } = await found({ ...SOUND, SOLO2_DATA: join(temporaryFolder(), 'data') })
    expect(bad).toEqual(['logs and erasures: SOLO2_ERASURES is not set'])
    const data = temporaryFolder()
    writeFileSync(join(data, 'server-secret'), 'a'.repeat(64), { mode: 0o600 })
    expect(await alone({ SOLO2_DATA: data, SOLO2_ERASURES: join(data, 'erasures') })).toEqual([])
    const same = await found({ ...SOUND, SOLO2_DATA: data, SOLO2_ERASURES: join(data, 'erasures') })
    expect(same.bad).toEqual(['logs and erasures: SOLO2_ERASURES is on the disk of the data folder'])
    const none = await found({ ...SOUND, SOLO2_DATA: data, SOLO2_ERASURES: join(data, 'none/erasures') })
    expect(none.bad).toEqual(['logs and erasures: the folder of SOLO2_ERASURES cannot be written'])
    expect(await alone({ SOLO2_LOG: '/dev/null/log' })).toEqual([
      'logs and erasures: the folder of SOLO2_LOG cannot be written',
    ])
  })

  it('whose PostgreSQL is away, keeps copies, or is of another version', async () => {
    const cluster = await startCluster()
    closing.push(() => cluster.stop())
    const url = await cluster.database()
    const server = await startTestServer({ SOLO2_DATABASE: url })
    await server.close()
    expect(await alone({ SOLO2_DATABASE: url, SOLO2_DATA: server.data })).toEqual([])
    const { hostname, port } = new URL(url)
    const away = await alone({
      SOLO2_DATABASE: url.replace(`${hostname}:${port}`, `${hostname}:1`),
      SOLO2_DATA: server.data,
    })
    expect(away).toEqual(['database: PostgreSQL does not answer, or refuses this user'])
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    const { rows } = await client.query('SELECT current_database() AS name')
    await client.query(`ALTER DATABASE "${rows[0].name}" SET log_statement = 'all'`)
    await client.query('UPDATE solo2_schema SET version = 1000')
    await client.end()
    expect(await alone({ SOLO2_DATABASE: url, SOLO2_DATA: server.data })).toEqual([
      'database: it was written by a later version of the server',
      'database: log_statement is all',
    ])
  })
})

describe('one of several servers', () => {
  it('whose NATS is away, refuses it, keeps what passes or is asked without TLS', async () => {
    const nats = await startNats(['--user', 'solo2', '--pass', 'a password'])
    const keeping = await startNats(['-js', '-sd', temporaryFolder()])
    closing.push(nats.stop, keeping.stop)
    const at = (SOLO2_BUS: string) =>
      alone({
        SOLO2_BUS,
        SOLO2_DATABASE: 'postgres://127.0.0.1:1/solo2',
        SOLO2_CLUSTER_SECRET: 'ab'.repeat(32),
      }).then((lines) => lines.filter((line) => line.startsWith('nats')))
    const url = nats.url.replace('//', '//solo2:a%20password@')
    expect(await at(url)).toEqual([])
    expect(await at(nats.url)).toEqual(['nats: it refuses this user'])
    expect(await at(url.replace('a%20password', 'another'))).toEqual(['nats: it refuses this user'])
    expect(await at(`nats://127.0.0.1:${await freePort()}`)).toEqual(['nats: it does not answer'])
    expect(await at(keeping.url)).toEqual(['nats: it has JetStream'])
    expect(await at(url.replace('127.0.0.1', '0.0.0.0'))).toEqual(['nats: it is asked without TLS'])
    await nats.stop()
    expect(await at(url)).toEqual(['nats: it does not answer'])
  })
})

describe('solo2-server check', () => {
  it('tells each finding with why and what to do, and by its exit code', async () => {
    const environment = { SOLO2_PORT: '0', SOLO2_SOCKETS: '500', SOLO2_DATA: join(temporaryFolder(), 'data') }
    const fine = await solo2Server(['check'], environment)
    expect(fine.code).toBe(0)
    expect(fine.out).toMatch(/^ok {7}configuration: /)
    expect(fine.out).toMatch(/\n0 problems, \d warnings\n$/)
    const wrong = await solo2Server(['check'], { ...environment, SOLO2_TRUSTED_PROXIES: '0.0.0.0/0' })
    expect(wrong.code).toBe(1)
    expect(wrong.out).toMatch(/\nproblem {2}proxies: 0\.0\.0\.0\/0 .*\n {9}why: .*\n {9}do: {2}.*\n1 problems/)
  })
})
