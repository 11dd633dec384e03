/** What two servers and the NATS between them keep of introductions: their processes' memory, what they write, their files. */
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { DrawTicketsRequest, DrawTicketsResponse, RegisterRequest, RegisterResponse } from '@solo2/proto/account'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { takeImage } from '../../../sdk/test/support/image.js'
import { call, hold, introduce, patternsOf } from '../../../sdk/test/support/introductions.js'
import { createScanner, type Found, type Pattern } from '../../../sdk/test/support/scan.js'
import { type ServerProcess, startServer } from '../../../sdk/test/support/server.js'
import { allBytes, countIn, fileWrites, tracer } from '../../../sdk/test/support/trace.js'
import { cases } from '../../../tools/cases.js'
import { type NatsServer, startNats } from '../../../tools/test-kit/nats-server.js'
import { type Cluster, startCluster } from '../../../tools/test-kit/postgres-cluster.js'
import { temporaryFolder, wrapper } from '../harness.js'

/** As spec/06 section 4 says that a server is started, and the time that it states. */
const OVERWRITING = { GLIBC_TUNABLES: 'glibc.malloc.perturb=165:glibc.malloc.tcache_count=0' }
const STATED_MS = 2_000
const LONGEST_MS = 300_000
/** Images of three processes take long to look through. */
const isLong = process.env['TEST_LONG'] === '1'
const USERNAME = 'cluster-somebody'

let postgres: Cluster
beforeAll(async () => {
  postgres = await startCluster()
})
afterAll(() => postgres.stop())

interface Running {
  readonly nats: NatsServer
  readonly servers: readonly [ServerProcess, ServerProcess]
  readonly folder: string
  readonly token: Uint8Array
}

let running: Running | undefined
async function end(): Promise<void> {
  const { servers, nats } = running ?? { servers: [] }
  running = undefined
  for (const server of servers) await server[Symbol.asyncDispose]()
  await nats?.stop()
}
afterEach(end)

/** `wrap`: what each process is run by, for a file of this name. */
async function start(wrap: (name: string) => string[]): Promise<Running> {
  const folder = temporaryFolder()
  const nats = await startNats([], wrap('nats'))
  const limits = ['TICKETS', 'SOCKETS', 'CALLS'].map((name) => [`SOLO2_LIMIT_${name}`, '1000000/60'])
  const environment = {
    ...OVERWRITING,
    ...Object.fromEntries(limits),
    SOLO2_DATABASE: await postgres.database(),
    SOLO2_BUS: nats.url,
    SOLO2_CLUSTER_SECRET: randomBytes(32).toString('hex'),
  }
  const one = (name: string) => {
    const data = join(folder, name)
    return startServer({ ...environment, SOLO2_DATA: data, SOLO2_LOG: join(data, 'logs') }, wrap(name))
  }
  const servers = [await one('a'), await one('b')] as const
  const body = RegisterRequest.encode({
    username: USERNAME,
    displayName: 'Somebody',
    authKey: randomBytes(32),
    wrappedMasterKey: wrapper(),
    recoveryFingerprint: randomBytes(32),
    versions: [1],
  }).finish()
  const { session } = RegisterResponse.decode(await call(servers[0].port, 'register', body))
  running = { nats, servers, folder, token: session?.token ?? new Uint8Array(0) }
  return running
}

/** People at one server meet people at the other one, with tickets of either; gives the tickets. */
async function meet({ servers: [a, b], token }: Running, introductions: number): Promise<Uint8Array[]> {
  const tickets: Uint8Array[] = []
  for (let done = 0; done < introductions; done += 4) {
    const from = done % 8 === 0 ? a : b
    const drawn = await call(from.port, 'drawTickets', DrawTicketsRequest.encode({ count: 8 }).finish(), token)
    const eight = DrawTicketsResponse.decode(drawn).tickets
    tickets.push(...eight)
    const pair = (at: number) => eight.slice(2 * at, 2 * at + 2)
    await Promise.all([0, 1, 2, 3].map((at) => introduce([a.port, b.port], done + at, pair(at))))
  }
  return tickets
}

async function imageOf(pid: number, patterns: readonly Pattern[], folder: string): Promise<Found> {
  const image = join(folder, `${pid}.image`)
  takeImage(pid, image)
  const scanner = createScanner(patterns)
  await scanner.file(image)
  return scanner.found
}

const named = (text: string): Pattern => ({ kind: text, bytes: Buffer.from(text) })

if (isLong) {
  it(
    '[T2] 2 seconds after introductions between two servers none of it is in their memory, nor in that of NATS',
    async () => {
      const cluster = await start(() => [])
      const { servers, nats, token } = cluster
      const tickets = await meet(cluster, 1_000)
      const folder = temporaryFolder()
      const secrets = patternsOf(tickets)
      // The whole addresses; 4 bytes are there by chance.
      const patterns = secrets.filter(({ kind }) => kind !== 'address, 4 bytes')
      await delay(STATED_MS)
      for (const pid of servers.map(({ pid }) => pid)) {
        const { hits } = await imageOf(pid, patterns, folder)
        expect(hits).toEqual([])
      }
      const { hits, counts } = await imageOf(nats.pid, [...patterns, named('solo2.t.')], folder)
      // Control: the subjects are there, so it is NATS's memory and messages went through it.
      expect(hits.filter(({ kind }) => kind !== 'solo2.t.')).toEqual([])
      expect(counts.get('solo2.t.')).toBeGreaterThan(0)

      // Control: what waits for somebody is in the memory of the server that holds it, and of it only.
      const drawn = await call(servers[0].port, 'drawTickets', DrawTicketsRequest.encode({ count: 1 }).finish(), token)
      const held = await hold(servers[0].port, DrawTicketsResponse.decode(drawn).tickets[0] as Uint8Array)
      const found = await Promise.all(
        [servers[0].pid, servers[1].pid, nats.pid].map((pid) => imageOf(pid, patterns, folder)),
      )
      await held.leave()
      expect(found.map(({ counts }) => (counts.get('signal') ?? 0) >= 256)).toEqual([true, false, false])
    },
    LONGEST_MS,
  )
}

it(
  '[T3] nothing of introductions between two servers is written to a file, by them or by NATS',
  async () => {
    const traces = temporaryFolder()
    const trace = (name: string) => join(traces, name)
    const cluster = await start((name) => tracer(trace(name)))
    const { folder } = cluster
    const tickets = await meet(cluster, cases(16, 1_000))
    // Their ends write too.
    await end()
    const patterns = patternsOf(tickets)
    const linesOf = (name: string) => readFileSync(trace(name), 'latin1').split('\n')
    for (const name of ['a', 'b', 'nats']) expect(countIn(fileWrites(linesOf(name)), patterns)).toEqual({})
    // NATS writes to no file at all, and what goes through its sockets is sealed. Controls: messages did go through it, and the
    // same patterns are in what the servers' clients got.
    expect(fileWrites(linesOf('nats'))).toEqual([])
    const passed = countIn(allBytes(linesOf('nats')), [
      ...patterns.filter(({ kind }) => kind !== 'address, 4 bytes'),
      named('MSG solo2.t.'),
    ])
    expect(Object.keys(passed)).toEqual(['MSG solo2.t.'])
    for (const name of ['a', 'b']) expect(countIn(allBytes(linesOf(name)), patterns)).toHaveProperty('signal')

    const scanner = createScanner([...patterns, named(USERNAME)])
    for (const root of [folder, postgres.folder]) {
      const files = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
      for (const file of files) await scanner.file(join(file.parentPath ?? file.path, file.name))
    }
    // Control: the account's row is in a file of the database.
    expect([...scanner.found.counts.keys()]).toEqual([USERNAME])
  },
  LONGEST_MS,
)
