/** The own sessions, listed and ended. */
import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromHex, toBase64url } from '@solo2/sdk/shared'
import { beforeAll, describe, expect, it } from 'vitest'
import { bytes, newPerson, refusal, startTestServer, type TestServer } from '../harness.js'
import { login, over, sha256 } from './common.js'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})

describe('ListSessions and EndSessions', () => {
  it('[S1] names the own sessions by a keyed name, oldest first, and never shows a hash', async () => {
    const amy = await newPerson(server)
    await newPerson(server)
    server.clock.now += 5_000
    const second = await login(server, amy)
    const { sessions } = await server.call('listSessions', {}, second.token)
    const secret = fromHex(readFileSync(join(server.data, 'server-secret'), 'ascii').trim())
    const idOf = (token: Uint8Array) =>
      createHmac('sha256', secret)
        .update('Solo2 v1 server session\0')
        .update(sha256(token))
        .digest()
        .subarray(0, 18)
        .toString('base64url')
    const created = BigInt(server.clock.now / 1000)
    expect(sessions).toEqual([
      { id: idOf(amy.token), createdAt: created - 5n, expiresAt: created - 5n + 86_400n, current: false },
      { id: idOf(second.token), createdAt: created, expiresAt: created + 86_400n, current: true },
    ])
  })

  it('ends all but the own one, or those that are named, and no session of anybody else', async () => {
    const [amy, bob] = [await newPerson(server), await newPerson(server)]
    const tokens = [
      amy.token,
      ...(await Promise.all([1, 2, 3].map(() => login(server, amy)))).map(({ token }) => token),
    ]
    const { sessions } = await server.call('listSessions', {}, bob.token)
    const foreign = sessions.map(({ id }) => id)
    const asker = tokens[1] as Uint8Array
    const own = (await server.call('listSessions', {}, asker)).sessions
    const other = own.find(({ current }) => !current)?.id ?? ''
    expect(await server.call('endSessions', { ids: [other, other, ...foreign] }, asker)).toEqual({ ended: 1 })
    expect((await server.call('listSessions', {}, asker)).sessions.map(({ id }) => id)).toEqual(
      own.map(({ id }) => id).filter((id) => id !== other),
    )
    await server.call('getAccount', {}, bob.token)
    expect(await server.call('endSessions', {}, asker)).toEqual({ ended: 2 })
    expect(await server.call('endSessions', {}, asker)).toEqual({ ended: 0 })
    const live = await Promise.allSettled(tokens.map((token) => server.call('getAccount', {}, token)))
    expect(live.map(({ status }) => status)).toEqual(['rejected', 'fulfilled', 'rejected', 'rejected'])
    const [mine] = (await server.call('listSessions', {}, asker)).sessions
    expect(await server.call('endSessions', { ids: [mine?.id ?? ''] }, asker)).toEqual({ ended: 1 })
    expect(await refusal(server.call('getAccount', {}, asker))).toMatchObject(over)
  })

  it('[S2] leaves no byte of an ended session in any file', async () => {
    const amy = await newPerson(server)
    const { token } = await login(server, amy)
    const hash = sha256(token)
    const files = ['solo2.db', 'solo2.db-wal'].map((name) => join(server.data, name))
    const held = () => files.some((file) => readFileSync(file).includes(hash))
    expect(held()).toBe(true)
    await server.call('endSessions', {}, amy.token)
    expect(held()).toBe(false)
  })

  it.each([
    ['ids', ['short']],
    ['ids', Array.from({ length: 65 }, () => toBase64url(bytes(18)))],
  ])('refuses %s that are none, or too many', async (_, ids) => {
    const amy = await newPerson(server)
    const { code, field } = await refusal(server.call('endSessions', { ids }, amy.token))
    expect({ code, field: field.split('.')[0] }).toEqual({ code: 'invalid_argument', field: 'ids' })
  })
})
