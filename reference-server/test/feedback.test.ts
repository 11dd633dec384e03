/** What people write to whoever runs the server. */
import Database from 'libsql'
import { describe, expect, it } from 'vitest'
import { newPerson, refusal, startTestServer, type TestServer } from './harness.js'

const waiting = (server: TestServer) => {
  const db = new Database(`${server.data}/solo2.db`, { readonly: true })
  const rows = db.prepare('SELECT message FROM feedback ORDER BY message').all() as { message: string }[]
  db.close()
  return rows.map(({ message }) => message)
}

describe('[F1] feedback', () => {
  it('is kept as it was written, once', async () => {
    const server = await startTestServer()
    const amy = await newPerson(server)
    const message = 'Größer, bitte 🔭\nDanke'
    await server.call('sendFeedback', { message }, amy.token)
    await server.call('sendFeedback', { message }, amy.token)
    expect(waiting(server)).toEqual([message])
  })

  it('is refused when blank, too long, no Unicode, without a session, or when too much of it waits', async () => {
    const server = await startTestServer()
    const amy = await newPerson(server)
    for (const message of ['', ' \n', 'x'.repeat(4_001), 'é'.repeat(2_001)]) {
      expect(await refusal(server.call('sendFeedback', { message }, amy.token))).toMatchObject({
        code: 'invalid_argument',
        field: 'message',
      })
    }
    expect(await refusal(server.call('sendFeedback', { message: 'Hi' }))).toMatchObject({ code: 'unauthenticated' })
    await server.call('sendFeedback', { message: 'x'.repeat(4_000) }, amy.token)
    for (let n = 1; n < 20; n++) await server.call('sendFeedback', { message: `Number ${n}` }, amy.token)
    const full = await refusal(server.call('sendFeedback', { message: 'One more' }, amy.token))
    expect(full).toMatchObject({ code: 'rate_limited' })
    expect(full.wait).toBeGreaterThan(0)
    expect(waiting(server)).toHaveLength(20)
    const bob = await newPerson(server)
    await server.call('sendFeedback', { message: 'One more' }, bob.token)
  })

  it('is limited by the day', async () => {
    const server = await startTestServer({ SOLO2_LIMIT_FEEDBACK: '2/86400' })
    const amy = await newPerson(server)
    for (const message of ['One', 'Two']) await server.call('sendFeedback', { message }, amy.token)
    expect(await refusal(server.call('sendFeedback', { message: 'Three' }, amy.token))).toMatchObject({
      status: 429,
      code: 'rate_limited',
      wait: 86_400_000,
    })
  })
})
