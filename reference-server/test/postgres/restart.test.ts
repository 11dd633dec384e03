/** PostgreSQL restarted under account calls: each fails cleanly or is kept, and all goes on by itself. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type Cluster, startCluster } from '../../../tools/test-kit/postgres-cluster.js'
import { newPerson, type Person, Refused, startTestServer, type TestServer } from '../harness.js'

let cluster: Cluster
let server: TestServer
beforeAll(async () => {
  cluster = await startCluster()
  server = await startTestServer({ SOLO2_DATABASE: await cluster.database() })
})
afterAll(async () => {
  await server.close()
  await cluster.stop()
})

it('a call while the database is away is answered `unavailable`, and nothing acknowledged is lost', async () => {
  const people: Person[] = [await newPerson(server)]
  const failures: string[] = []
  let isOver = false
  const lane = async (number: number) => {
    for (let n = 0; !isOver; n++) {
      try {
        people.push(await newPerson(server, { name: `lane-${number}-${n}`, publish: false }))
      } catch (error) {
        if (!(error instanceof Refused)) throw error
        failures.push(error.refusal.code)
      }
    }
  }
  const lanes = Promise.all([lane(1), lane(2), lane(3)])
  await cluster.restart()
  const before = people.length
  // The server found the way back by itself: more people come.
  while (people.length < before + 3)
    await Promise.race([
      lanes,
      newPerson(server).then(
        (one) => people.push(one),
        () => {},
      ),
    ])
  isOver = true
  await lanes
  expect(new Set(failures)).toEqual(new Set(['unavailable']))
  for (const { token, username } of people) {
    expect((await server.call('getAccount', {}, token)).account?.username).toBe(username)
  }
})
