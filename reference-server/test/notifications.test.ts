/** Notifications through the whole server: from a Wake on a socket to a request that a push service can read. */
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { RefusalReason } from '@solo2/proto/introduction'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  type Browser,
  newBrowser,
  type PushService,
  startPushService,
  vapidClaims,
} from '../../tools/test-kit/push-service.js'
import { newPerson, type Person, refusal, startTestServer, type TestServer, temporaryFolder } from './harness.js'
import { connect, opened } from './socket-client.js'

let push: PushService
let server: TestServer
const status = new Map<string, number>()
beforeAll(async () => {
  push = await startPushService((path) => ({ status: status.get(path) ?? 201 }))
  server = await startTestServer({ SOLO2_PUSH_HOSTS: push.host, SOLO2_PUSH_CONTACT: 'mailto:operator@example.org' })
})
afterAll(() => push.close())

let devices = 0
/** Turns notifications on at a new device; `at` is its endpoint's path. */
async function turnOn(
  person: Person,
  at = `/device/${++devices}`,
): Promise<{ browser: Browser; at: string; endpoint: string }> {
  const browser = newBrowser()
  const endpoint = push.origin + at
  await server.call('enableNotifications', { endpoint, p256dh: browser.p256dh, auth: browser.auth }, person.token)
  return { browser, at, endpoint }
}
async function withToken(person: Person): Promise<Uint8Array> {
  const token = new Uint8Array(randomBytes(32))
  await server.call('setWakeToken', { wakeHash: createHash('sha256').update(token).digest() }, person.token)
  return token
}
/** As a contact does, over a socket of its own; the ticket is somebody's. */
async function wake(token: Uint8Array): Promise<void> {
  const socket = await opened(server, waker)
  socket.frame({ $case: 'wake', value: { token } })
  expect(await socket.next()).toEqual({ $case: 'woken', value: {} })
  expect(await socket.closed).toBe(1_000)
  expect(socket.waiting).toBe(0)
}
let waker: Person
beforeAll(async () => {
  waker = await newPerson(server)
})
/** What came since the last look, once a notification to a witness has come: it was woken after all the others. */
async function received(): Promise<string[]> {
  const witness = await newPerson(server)
  const { at } = await turnOn(witness)
  await wake(await withToken(witness))
  for (let count = 1; !push.received.some(({ path }) => path === at); count++) await push.count(count)
  return push.received
    .splice(0)
    .map(({ path }) => path)
    .filter((path) => path !== at)
    .sort()
}

describe('[N1] notifications', () => {
  it('[C3] reach each device of who gave the token: encrypted to it, content-free, signed by the server’s key', async () => {
    const amy = await newPerson(server)
    const [phone, laptop] = [await turnOn(amy), await turnOn(amy)]
    const { key } = await server.call('getPushKey', {}, amy.token)
    push.received.length = 0
    await wake(await withToken(amy))
    await push.count(2)
    for (const { browser, at } of [phone, laptop]) {
      const [message, ...more] = push.received.filter(({ path }) => path === at)
      expect(more).toEqual([])
      expect(browser.decrypt(message?.body as Buffer)).toEqual(Buffer.concat([Buffer.of(1), Buffer.alloc(64)]))
      const signed = vapidClaims(message?.headers.authorization ?? '')
      expect(signed.key.equals(Buffer.from(key))).toBe(true)
      expect(signed.claims).toMatchObject({ aud: push.origin, sub: 'mailto:operator@example.org' })
    }
    push.received.length = 0
  })

  it('come by no other token, nor by an old one, nor twice in a minute', async () => {
    const amy = await newPerson(server)
    const { at } = await turnOn(amy)
    const old = await withToken(amy)
    await wake(new Uint8Array(randomBytes(32)))
    const fresh = await withToken(amy)
    await wake(old)
    expect(await received()).toEqual([])
    await wake(fresh)
    expect(await received()).toEqual([at])
    const strict = await startTestServer({ SOLO2_PUSH_HOSTS: push.host, SOLO2_LIMIT_WAKE: '1/60' })
    const before = server
    const beforeWaker = waker
    server = strict
    try {
      waker = await newPerson(strict)
      const ben = await newPerson(strict)
      const device = await turnOn(ben)
      const token = await withToken(ben)
      await wake(token)
      await wake(token)
      expect(await received()).toEqual([device.at])
      strict.clock.now += 60_000
      await wake(token)
      expect(await received()).toEqual([device.at])
      await strict.call('setWakeToken', {}, ben.token)
      strict.clock.now += 60_000
      await wake(token)
      expect(await received()).toEqual([])
    } finally {
      server = before
      waker = beforeWaker
    }
  })

  it('cannot be taken from somebody by a contact, who knows the token', async () => {
    const amy = await newPerson(server)
    const eve = await newPerson(server)
    const { at } = await turnOn(amy)
    await turnOn(eve)
    const token = await withToken(amy)
    const wakeHash = createHash('sha256').update(token).digest()
    const taken = await refusal(server.call('setWakeToken', { wakeHash }, eve.token))
    expect([taken.code, taken.field]).toEqual(['invalid_argument', 'wake_hash'])
    await server.call('setWakeToken', { wakeHash }, amy.token)
    await wake(token)
    expect(await received()).toEqual([at])
  })

  it('end where they were turned off, and at one device only', async () => {
    const amy = await newPerson(server)
    const bob = await newPerson(server)
    const [phone, laptop] = [await turnOn(amy), await turnOn(amy)]
    // Somebody else's endpoint is not theirs to turn off; one that is not there is no error.
    await server.call('disableNotifications', { endpoint: laptop.endpoint }, bob.token)
    await server.call('disableNotifications', { endpoint: phone.endpoint }, amy.token)
    await server.call('disableNotifications', { endpoint: phone.endpoint }, amy.token)
    const token = await withToken(amy)
    await wake(token)
    expect(await received()).toEqual([laptop.at])
    await server.call('disableNotifications', {}, amy.token)
    await wake(token)
    expect(await received()).toEqual([])
  })

  it('[C3] of who used a browser before do not show to who uses it now; their other device still gets them', async () => {
    const amy = await newPerson(server)
    const bob = await newPerson(server)
    const [amys, bobs] = [await withToken(amy), await withToken(bob)]
    const shared = await turnOn(amy)
    const phone = await turnOn(amy)
    // Amy's browser never said good-bye; Bob turns his on at the same one.
    await turnOn(bob, shared.at)
    await wake(amys)
    expect(await received()).toEqual([phone.at])
    await wake(bobs)
    expect(await received()).toEqual([shared.at])
    await server.call('disableNotifications', {}, amy.token)
    await wake(bobs)
    expect(await received()).toEqual([shared.at])
  })

  it('[D1] go with the account, and with nobody else’s', async () => {
    const [amy, bob] = [await newPerson(server), await newPerson(server)]
    const [amys, bobs] = [await withToken(amy), await withToken(bob)]
    const shared = await turnOn(amy)
    const phone = await turnOn(amy)
    await turnOn(bob, shared.at)
    await wake(amys)
    expect(await received()).toEqual([phone.at])
    await server.call('deleteAccount', { authKey: amy.authKey }, amy.token)
    await wake(amys)
    await wake(bobs)
    expect(await received()).toEqual([shared.at])
  })

  it('forget a device when its push service says 404 or 410, and only then', async () => {
    const amy = await newPerson(server)
    const token = await withToken(amy)
    const gone: string[] = []
    const kept: string[] = []
    for (const code of [201, 302, 400, 401, 403, 404, 410, 413, 500]) {
      const { at } = await turnOn(amy)
      status.set(at, code)
      if (code === 404 || code === 410) gone.push(at)
      else kept.push(at)
    }
    await wake(token)
    expect(await received()).toEqual([...gone, ...kept].sort())
    await wake(token)
    expect(await received()).toEqual(kept.sort())
  })

  it('are refused for what is no push service, no key, and a seventeenth device', async () => {
    const amy = await newPerson(server)
    const { p256dh, auth } = newBrowser()
    const enable = (change: object) =>
      refusal(
        server.call('enableNotifications', { endpoint: `${push.origin}/x`, p256dh, auth, ...change }, amy.token),
      ).then(({ code, field }) => [code, field])
    for (const endpoint of [
      '',
      'http://127.0.0.1:1/x',
      'https://127.0.0.1/x',
      'https://169.254.169.254/latest',
      'https://example.org/x',
      'http://fcm.googleapis.com/x',
      `https://fcm.googleapis.com/${'a'.repeat(1_000)}`,
      `${push.origin}@example.org/x`,
    ])
      expect(await enable({ endpoint })).toEqual(['invalid_argument', 'endpoint'])
    expect(await enable({ p256dh: p256dh.subarray(1) })).toEqual(['invalid_argument', 'p256dh'])
    expect(await enable({ auth: new Uint8Array(15) })).toEqual(['invalid_argument', 'auth'])
    expect(await enable({ p256dh: new Uint8Array(65).fill(4) })).toEqual(['invalid_key', 'p256dh'])
    const hybrid = Uint8Array.from(p256dh)
    hybrid[0] = 6 + ((p256dh[64] as number) & 1)
    expect(await enable({ p256dh: hybrid })).toEqual(['invalid_key', 'p256dh'])
    for (let i = 0; i < 16; i++) await turnOn(amy, `/many/${i}`)
    await turnOn(amy, '/many/0')
    expect(await enable({})).toEqual(['failed_precondition', 'endpoint'])
    const short = await refusal(server.call('setWakeToken', { wakeHash: new Uint8Array(31) }, amy.token))
    expect([short.code, short.field]).toEqual(['invalid_argument', 'wake_hash'])
  })

  it('leave nothing in the database that was turned off', async () => {
    const amy = await newPerson(server)
    const { endpoint, browser } = await turnOn(amy, `/canary-${randomBytes(12).toString('hex')}`)
    const found = () =>
      ['solo2.db', 'solo2.db-wal']
        .map((name) => `${server.data}/${name}`)
        .filter(existsSync)
        .some((file) => {
          const bytes = readFileSync(file)
          return (
            bytes.includes(endpoint) ||
            bytes.includes(Buffer.from(browser.auth)) ||
            bytes.includes(Buffer.from(browser.p256dh))
          )
        })
    expect(found()).toBe(true)
    await server.call('disableNotifications', { endpoint }, amy.token)
    expect(found()).toBe(false)
  })

  it('leave no keys of who was at a browser before', async () => {
    const [amy, bob] = [await newPerson(server), await newPerson(server)]
    const { browser, at } = await turnOn(amy)
    const found = () =>
      ['solo2.db', 'solo2.db-wal']
        .map((name) => `${server.data}/${name}`)
        .filter(existsSync)
        .some((file) => readFileSync(file).includes(Buffer.from(browser.auth)))
    expect(found()).toBe(true)
    await turnOn(bob, at)
    expect(found()).toBe(false)
  })
})

describe('[N1] a wake on the wire', () => {
  it('is for a socket that joins nothing, behind a ticket', async () => {
    const socket = await opened(server, waker)
    socket.frame({ $case: 'join', value: { topics: [new Uint8Array(16)] } })
    await socket.next()
    socket.frame({ $case: 'wake', value: { token: new Uint8Array(32) } })
    expect(await socket.next()).toMatchObject({ $case: 'refusal', value: { reason: RefusalReason.ORDER } })
    expect(await socket.closed).toBe(4_005)
    const early = await connect(server)
    early.frame({ $case: 'wake', value: { token: new Uint8Array(32) } })
    expect(await early.next()).toMatchObject({ $case: 'refusal', value: { reason: RefusalReason.ORDER } })
    const after = await opened(server, waker)
    after.frame({ $case: 'wake', value: { token: new Uint8Array(32) } })
    after.frame({ $case: 'join', value: { topics: [new Uint8Array(16)] } })
    expect(await after.next()).toEqual({ $case: 'woken', value: {} })
    expect(await after.closed).toBe(1_000)
    expect(after.waiting).toBe(0)
  })
})

describe('the push key', () => {
  it('is made at the first start, for the owner’s eyes only, and stays', async () => {
    const data = temporaryFolder()
    const keyOf = async () => {
      const started = await startTestServer({ SOLO2_DATA: data })
      const { key } = await started.call('getPushKey', {}, (await newPerson(started)).token)
      await started.close()
      return Buffer.from(key).toString('hex')
    }
    const first = await keyOf()
    expect(first).toMatch(/^04[0-9a-f]{128}$/)
    expect(await keyOf()).toBe(first)
    expect(statSync(`${data}/push-key`).mode & 0o777).toBe(0o600)
    writeFileSync(`${data}/push-key`, `${'00'.repeat(32)}\n`)
    await expect(startTestServer({ SOLO2_DATA: data })).rejects.toMatchObject({ code: 'storage_damaged' })
  })
})
