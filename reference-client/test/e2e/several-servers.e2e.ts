/** Two people whose browsers open two servers of one cluster: accounts in PostgreSQL, introductions over NATS. */
import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type NatsServer, startNats } from '../../../tools/test-kit/nats-server.js'
import { type Cluster, startCluster } from '../../../tools/test-kit/postgres-cluster.js'
import { openWindow, type Window } from './browser.js'
import { eventually } from './eventually.js'
import { ask, bubble, delivered, openConversation, ownCode, path, register, say } from './person.js'
import { type ServerProcess, startServer } from './server.js'

let postgres: Cluster
let nats: NatsServer
let servers: readonly ServerProcess[] = []
let windows: readonly Window[] = []

beforeAll(async () => {
  ;[postgres, nats] = await Promise.all([startCluster(), startNats()])
  const environment = {
    SOLO2_DATABASE: await postgres.database(),
    SOLO2_BUS: nats.url,
    SOLO2_CLUSTER_SECRET: randomBytes(32).toString('hex'),
  }
  servers = [await startServer(environment), await startServer(environment)]
  windows = await Promise.all(servers.map(({ origin }) => openWindow(origin)))
})

afterAll(async () => {
  for (const window of windows) await window.close()
  for (const server of servers) await server.end()
  await nats?.stop()
  await postgres?.stop()
})

test('[T1] two people on different servers pair and talk, and go on when both servers and NATS are gone', async () => {
  const [lena, ben] = windows.map(({ page }) => page) as [Window['page'], Window['page']]
  const [first, second] = servers as [ServerProcess, ServerProcess]
  await Promise.all([lena.goto(first.origin), ben.goto(second.origin)])
  await Promise.all([register(lena, 'lena', 'Lena'), register(ben, 'ben', 'Ben')])
  const code = await ownCode(ben)
  await ownCode(lena)
  await ask(lena, code)
  await ben.getByRole('button', { name: 'Accept' }).click()
  await lena.getByText('is now your contact').waitFor({ timeout: 60_000 })
  await openConversation(lena, 'Ben')
  await say(lena, 'From one server to the other')
  await delivered(lena, 'From one server to the other')
  await bubble(ben, 'From one server to the other').waitFor()
  await eventually(() => path(lena)).toBe('direct')
  for (const server of servers) await server.kill()
  await nats.stop()
  await say(ben, 'And without any')
  await delivered(ben, 'And without any')
  await bubble(lena, 'And without any').waitFor()
  expect(await path(ben)).toBe('direct')
})
