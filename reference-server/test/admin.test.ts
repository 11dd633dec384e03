/** `solo2-admin` as a process, on the folder of a server that runs. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { newPerson, refusal, startTestServer, type TestServer, temporaryFolder } from './harness.js'
import { admin } from './run-admin.js'

const accountOf = async (server: TestServer, token: Uint8Array) => (await server.call('getAccount', {}, token)).account

describe('solo2-admin', () => {
  it('[A10] suspends and lifts while the server runs: service ends and comes back, the person can always log in', async () => {
    const server = await startTestServer()
    const amy = await newPerson(server, { name: 'amy' })
    const done = await admin(server.data, ['suspend', 'Amy', '--reason', 'abuse report 12', '--yes'])
    expect(done).toMatchObject({ code: 0 })
    expect(done.out).toContain('condition: active -> suspended')
    expect(await accountOf(server, amy.token)).toMatchObject({ suspended: true })
    expect(await refusal(server.call('drawTickets', { count: 1 }, amy.token))).toMatchObject({
      code: 'failed_precondition',
    })
    await server.call('login', { username: 'amy', authKey: amy.authKey, versions: [1] })
    expect((await admin(server.data, ['suspend', 'amy', '--reason', 'again', '--yes'])).code).toBe(5)
    expect((await admin(server.data, ['lift', 'amy', '--reason', 'settled', '--yes'])).code).toBe(0)
    await server.call('drawTickets', { count: 1 }, amy.token)
  })

  it('[A7] [A8] changes a plan and gives a bonus, and tells both as data', async () => {
    const server = await startTestServer()
    const amy = await newPerson(server, { name: 'amy' })
    const bonus = await admin(server.data, ['bonus', 'amy', '250', '--reason', 'welcome', '--yes', '--json'])
    expect(JSON.parse(bonus.out)).toMatchObject({ action: 'bonus', before: { bonus: 0 }, after: { bonus: 250 } })
    expect((await admin(server.data, ['plan', 'amy', 'platinum', '--reason', 'asked for', '--yes'])).code).toBe(0)
    expect(await accountOf(server, amy.token)).toMatchObject({ type: 3, bonus: 250n, balanceChanged: true })
    const shown = JSON.parse((await admin(server.data, ['show', 'amy', '--json'])).out)
    expect(shown).toEqual({ plan: 'platinum', condition: 'active', cutOff: 'none', balance: 0, bonus: 250 })
  })

  it('does nothing that nobody confirmed, and wants a reason', async () => {
    const server = await startTestServer()
    const amy = await newPerson(server, { name: 'amy' })
    const asked = await admin(server.data, ['suspend', 'amy', '--reason', 'maybe'])
    expect(asked).toMatchObject({ code: 3, out: '' })
    expect(asked.err).toContain('condition: active -> suspended')
    for (const args of [
      ['suspend', 'amy', '--yes'],
      ['suspend', 'amy', '--yes', '--reason', ' '],
      ['suspend', 'amy', '--yes', '--reason', 'two\nlines'],
      ['suspend', '--yes', '--reason', 'nobody'],
      ['suspend', 'amy', 'bob', '--yes', '--reason', 'two'],
      ['plan', 'amy', 'gold', '--yes', '--reason', 'no such plan'],
      ['bonus', 'amy', '-5', '--yes', '--reason', 'negative'],
      ['bonus', 'amy', '1000001', '--yes', '--reason', 'too much'],
      ['feedback', 'delete', 'x'],
      ['explode'],
      ['stats', '--unknown'],
      [],
    ]) {
      expect({ args, code: (await admin(server.data, args)).code }).toEqual({ args, code: 2 })
    }
    expect(await accountOf(server, amy.token)).toMatchObject({ suspended: false, bonus: 0n })
    expect((await admin(server.data, ['show', 'nobody'])).code).toBe(4)
    expect((await admin(temporaryFolder(), ['stats'])).code).toBe(4)
    expect((await admin(server.data, ['--help'])).out).toContain('solo2-admin suspend NAME')
  })

  it('[F1] lists feedback as harmless text and deletes what is processed', async () => {
    const server = await startTestServer()
    const amy = await newPerson(server, { name: 'amy' })
    await server.call('sendFeedback', { message: 'Red \u001b[31m and \u202egnol\nsecond line' }, amy.token)
    const { out } = await admin(server.data, ['feedback'])
    expect(out).toMatch(/^\S{16} {2}amy\n {2}Red <U\+001B>\[31m and <U\+202E>gnol\n {2}second line\n$/)
    const [first] = JSON.parse((await admin(server.data, ['feedback', '--json'])).out) as { id: string }[]
    expect((await admin(server.data, ['feedback', 'done', 'wrong', '--reason', 'answered', '--yes'])).code).toBe(4)
    const done = await admin(server.data, ['feedback', 'done', first?.id ?? '', '--reason', 'answered', '--yes'])
    expect(done.code).toBe(0)
    expect((await admin(server.data, ['feedback'])).out).toBe('No feedback waits.\n')
  })

  it('[X1] counts without telling small groups apart, and logs action and reason but no name', async () => {
    const server = await startTestServer()
    const names = ['amy', 'bob', 'cat', 'dan', 'eve', 'fay']
    for (const name of names) await newPerson(server, { name })
    const logs = temporaryFolder()
    await admin(server.data, ['plan', 'amy', 'founder', '--reason', 'first of all', '--yes'], { SOLO2_LOG: logs })
    const stats = JSON.parse((await admin(server.data, ['stats', '--json'])).out)
    expect(stats).toMatchObject({ accounts: 5, plans: { standard: 5, founder: '<5' }, cutOff: 0 })
    const log = readdirSync(logs)
      .map((name) => readFileSync(join(logs, name), 'utf8'))
      .join('')
    expect(JSON.parse(log)).toMatchObject({ event: 'administered', method: 'plan', reason: 'first of all' })
    expect(log).not.toContain('amy')
    expect(log).not.toMatch(/[ur]_[A-Za-z0-9]{22}/)
  })
})
