/** Two whole servers that share accounts in PostgreSQL and introductions over NATS. */
import { randomBytes } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { RefusalReason } from '@solo2/proto/introduction'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type NatsServer, startNats } from '../../../tools/test-kit/nats-server.js'
import { type Cluster, startCluster } from '../../../tools/test-kit/postgres-cluster.js'
import { bytes, newPerson, type Person, refusal, startTestServer, type TestServer } from '../harness.js'
import { connect, opened, type SocketClient, ticket } from '../socket-client.js'

let postgres: Cluster
let nats: NatsServer
let environment: Record<string, string>
const servers: TestServer[] = []
let amy: Person
let barrier: () => Promise<void>

async function another(more: Record<string, string> = {}): Promise<TestServer> {
  const server = await startTestServer({ ...environment, ...more })
  servers.push(server)
  return server
}
const at = (index: number) => servers[index] as TestServer

beforeAll(async () => {
  ;[postgres, nats] = await Promise.all([startCluster(), startNats()])
  environment = {
    SOLO2_DATABASE: await postgres.database(),
    SOLO2_BUS: nats.url,
    SOLO2_CLUSTER_SECRET: randomBytes(32).toString('hex'),
    SOLO2_LIMIT_LOOK_UP: '3/3600',
    SOLO2_LIMIT_RECOVER: '2/3600',
  }
  await another()
  await another()
  amy = await newPerson(at(0))
  const [a, b] = [await on(0, topic()), await on(1, topic())]
  // What a server tells comes in order: when this has come, so has all that was told before.
  barrier = async () => {
    for (const [from, to] of [
      [a, b],
      [b, a],
    ] as const) {
      const meeting = topic()
      from.frame(join(meeting))
      to.frame(join(meeting))
      from.frame(send(meeting, 1))
      while ((await to.next()).$case !== 'delivery');
    }
  }
})
afterAll(async () => {
  for (const server of servers) await server.close()
  await nats.stop()
  await postgres.stop()
})

const topic = () => new Uint8Array(randomBytes(16))
const join = (...topics: Uint8Array[]) => ({ $case: 'join', value: { topics } }) as const
const send = (on: Uint8Array, fill: number) =>
  ({ $case: 'send', value: { topic: on, signal: bytes(4_096, fill) } }) as const
const openWith = (value: Uint8Array, versions = [1]) =>
  ({ $case: 'open', value: { versions, admission: { $case: 'ticket', value } } }) as const

async function on(server: number, ...topics: Uint8Array[]): Promise<SocketClient> {
  const client = await opened(at(server), amy)
  client.frame(join(...topics))
  expect(await client.next()).toEqual({ $case: 'joined', value: { topics: topics.length } })
  return client
}

describe('two servers', () => {
  it('have alike what clients get from either, and make no such file of their own', async () => {
    for (const name of ['nobody-1', 'nobody-2']) {
      const [a, b] = await Promise.all(servers.map((server) => server.call('prelogin', { username: name })))
      expect(a).toEqual(b)
    }
    const [a, b] = await Promise.all(servers.map((server) => server.call('getPushKey', {}, amy.token)))
    expect(a).toEqual(b)
    expect(servers.map(({ data }) => readdirSync(data).sort())).toEqual([[], []])
  })

  it('take a ticket of the other one, with the frames behind it in their order, and once', async () => {
    const meeting = topic()
    const waiting = await on(0, meeting)
    const shown = await ticket(at(0), amy)
    const client = await connect(at(1))
    for (const frame of [openWith(shown), join(meeting), send(meeting, 9), join(topic())]) client.frame(frame)
    expect(await client.next()).toEqual({ $case: 'opened', value: { version: 1 } })
    expect(await client.next()).toEqual({ $case: 'joined', value: { topics: 1 } })
    expect(await client.next()).toEqual({ $case: 'joined', value: { topics: 2 } })
    expect(await waiting.next()).toEqual({ $case: 'delivery', value: { topic: meeting, signal: bytes(4_096, 9) } })
    for (const server of servers) {
      const again = await connect(server)
      again.frame(openWith(shown))
      expect(await again.closed).toBe(4_000 + RefusalReason.TICKET)
    }
  })

  it('let one socket in of many that show a ticket at both at once', async () => {
    for (let round = 0; round < 10; round++) {
      const shown = await ticket(at(round % 2), amy)
      const clients = await Promise.all([0, 1, 0, 1, 1, 0].map((server) => connect(at(server))))
      for (const client of clients) client.frame(openWith(shown))
      const answers = await Promise.all(clients.map(async (client) => (await client.next()).$case))
      expect(answers.sort()).toEqual(['opened', ...Array(5).fill('refusal')])
      for (const client of clients) client.socket.terminate()
    }
  })

  it('count together what an account and a client may', async () => {
    const bob = await newPerson(at(0))
    const look = (server: number) => at(server).call('lookUp', { code: amy.pairingCode }, bob.token)
    for (const server of [0, 1, 0]) {
      await look(server)
      await barrier()
    }
    expect((await refusal(look(1))).code).toBe('rate_limited')
    expect((await refusal(look(0))).code).toBe('rate_limited')
    const recover = (server: number) =>
      refusal(at(server).call('recover', { username: 'nobody', authenticator: bytes(32) } as never))
    expect((await recover(0)).code).not.toBe('rate_limited')
    await barrier()
    expect((await recover(1)).code).not.toBe('rate_limited')
    await barrier()
    expect([(await recover(0)).code, (await recover(1)).code]).toEqual(['rate_limited', 'rate_limited'])
  })

  it('go on alone while NATS is lost, and meet again', async () => {
    const meeting = topic()
    const [a, b] = [await on(0, meeting), await on(1, meeting)]
    await nats.stop()
    // Tickets of the own server are good as ever; of the other one nobody can tell.
    const own = await opened(at(0), amy)
    const foreign = await connect(at(1))
    foreign.frame(openWith(await ticket(at(0), amy)))
    expect(await foreign.closed).toBe(4_000 + RefusalReason.UNAVAILABLE)
    await nats.start()
    // A signal comes through as soon as both have found the way back.
    a.frame(send(meeting, 5))
    while ((await b.next()).$case !== 'delivery');
    await own.end()
  })

  it('end a socket with 1001 when one shuts down, and the other takes it', async () => {
    const meeting = topic()
    const third = await another()
    const index = servers.length - 1
    const [a, b] = [await on(0, meeting), await on(index, meeting)]
    const closing = third.close()
    expect(await b.next()).toMatchObject({ $case: 'refusal', value: { reason: RefusalReason.UNAVAILABLE } })
    expect(await b.closed).toBe(1_001)
    await closing
    servers.pop()
    const moved = await on(1, meeting)
    moved.frame(send(meeting, 3))
    expect(await a.next()).toMatchObject({ $case: 'delivery' })
  })
})
