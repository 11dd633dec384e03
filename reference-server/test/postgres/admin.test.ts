/** `solo2-admin` on a server whose accounts are in PostgreSQL. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Cluster, startCluster } from '../../../tools/test-kit/postgres-cluster.js'
import { newPerson, refusal, startTestServer, temporaryFolder } from '../harness.js'
import { admin } from '../run-admin.js'

let cluster: Cluster
beforeAll(async () => {
  cluster = await startCluster()
})
afterAll(async () => cluster.stop())

describe('solo2-admin on PostgreSQL', () => {
  it('[A8] [A10] [F1] does each of its actions beside the running server, which sees them at once', async () => {
    const database = { SOLO2_DATABASE: await cluster.database() }
    const server = await startTestServer(database)
    const run = (...args: string[]) => admin(server.data, args, database)
    const amy = await newPerson(server, { name: 'amy' })
    const account = async () => (await server.call('getAccount', {}, amy.token)).account
    const sure = (reason: string) => ['--reason', reason, '--yes']

    expect((await run('suspend', 'Amy', ...sure('abuse report 12'))).out).toContain('condition: active -> suspended')
    expect(await account()).toMatchObject({ suspended: true })
    expect(await refusal(server.call('drawTickets', { count: 1 }, amy.token))).toMatchObject({
      code: 'failed_precondition',
    })
    expect((await run('suspend', 'amy', ...sure('again'))).code).toBe(5)
    expect((await run('lift', 'amy', ...sure('settled'))).code).toBe(0)
    expect((await run('bonus', 'amy', '250', ...sure('welcome'))).code).toBe(0)
    expect((await run('plan', 'amy', 'platinum', ...sure('asked for'))).code).toBe(0)
    expect(await account()).toMatchObject({ suspended: false, type: 3, bonus: 250n })
    expect(JSON.parse((await run('show', 'amy', '--json')).out)).toMatchObject({ plan: 'platinum', bonus: 250 })

    await server.call('sendFeedback', { message: 'It works' }, amy.token)
    const [waiting] = JSON.parse((await run('feedback', '--json')).out) as { id: string; message: string }[]
    expect(waiting?.message).toBe('It works')
    expect((await run('feedback', 'done', waiting?.id ?? '', ...sure('answered'))).code).toBe(0)
    expect((await run('feedback')).out).toBe('No feedback waits.\n')
    expect(JSON.parse((await run('stats', '--json')).out)).toMatchObject({ accounts: '<5' })
    expect((await run('show', 'nobody')).code).toBe(4)
    // Nothing of it went into a database file of its own.
    expect(readdirSync(server.data)).not.toContain('solo2.db')
    await server.close()
  })

  it('[X1] tells nobody the password of the database that it cannot reach', async () => {
    const server = await startTestServer()
    const log = temporaryFolder()
    const url = (await cluster.database()).replace('solo2@', 'nobody:hunter2@')
    const { code, out, err } = await admin(server.data, ['stats'], { SOLO2_DATABASE: url, SOLO2_LOG: log })
    expect(code).toBe(1)
    expect(err).not.toBe('')
    const logs = readdirSync(log).map((name) => readFileSync(join(log, name), 'utf8'))
    expect([out, err, ...logs].join('')).not.toContain('hunter2')
    await server.close()
  })
})
