/** A notification from the wake token to a push service: what is sent, to whom, and what its answers do. */
import { createHash, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { newBrowser, type PushService, startPushService, vapidClaims } from '../../../tools/test-kit/push-service.js'
import { createLimiter } from '../limiter.js'
import { createPushQueue } from './queue.js'
import { createPushSender, type PushSenderOptions } from './sender.js'
import type { PushTarget } from './target.js'
import { newVapidKey, vapidKeys } from './vapid.js'
import { createWaker } from './waker.js'

const random = (length: number) => new Uint8Array(randomBytes(length))
const vapid = vapidKeys(newVapidKey(random))
if (vapid === undefined) throw new Error('no key')
const CONTACT = 'mailto:operator@example.org'
const services: PushService[] = []
afterEach(async () => {
  for (const service of services.splice(0)) await service.close()
})

async function service(...args: Parameters<typeof startPushService>): Promise<PushService> {
  const started = await startPushService(...args)
  services.push(started)
  return started
}
function senderTo(hosts: readonly string[], more: Partial<PushSenderOptions> = {}) {
  return createPushSender({ vapid: vapid as never, contact: CONTACT, hosts, now: Date.now, ...more })
}
const browser = newBrowser()
const target = (endpoint: string): PushTarget => ({ endpoint, account: 'u_1', ...browser })

describe('[N1] what a push service gets', () => {
  it('is the published example when the keys are: the test decrypts as RFC 8291 appendix A says', () => {
    const hex = (text: string) => Buffer.from(text, 'hex')
    const published = newBrowser({
      privateKey: hex('ab5757a70dd4a53e553a6bbf71ffefea2874ec07a6b379e3c48f895a02dc33de'),
      auth: hex('05305932a1c7eabe13b6cec9fda48882'),
    })
    const message =
      '0c6bfaadad67958803092d454676f397000010004104fe33f4ab0dea71914db55823f73b54948f41306d920732dbb9a59a53286482200e597a7b7bc260ba1c227998580992e93973002f3012a28ae8f06bbb78e5ec0ff297de5b429bba7153d3a4ae0caa091fd425f3b4b5414add8ab37a19c1bbb05cf5cb5b2a2e0562d558635641ec52812c6c8ff42e95ccb86be7cd'
    expect(published.decrypt(hex(message)).toString()).toBe('When I grow up, I want to be a watermelon')
    const jwt =
      'eyJ0eXAiOiJKV1QiLCJhbGciOiJFUzI1NiJ9.eyJhdWQiOiJodHRwczovL3B1c2guZXhhbXBsZS5uZXQiLCJleHAiOjE0NTM1MjM3NjgsInN1YiI6Im1haWx0bzpwdXNoQGV4YW1wbGUuY29tIn0.i3CYb7t4xfxCDquptFOepC9GAu_HLGkMlMuCGSK2rpiUfnK9ojFwDXb1JrErtmysazNjjvW2L9OkSSHzvoD1oA'
    const k = 'BA1Hxzyi1RUM1b5wjxsn7nGxAszw2u61m164i3MrAIxHF6YK5h4SDYic-dRuU_RCPCfA5aq9ojSwk5Y2EmClBPs'
    expect(vapidClaims(`vapid t=${jwt}, k=${k}`).claims.aud).toBe('https://push.example.net')
    expect(() => vapidClaims(`vapid t=${jwt.replace('LCJle', 'LCJmf')}, k=${k}`)).toThrow()
  })

  it('is encrypted to the subscription, of one size, without content, and signed by the server', async () => {
    const push = await service()
    const sender = senderTo([push.host])
    const bodies: Buffer[] = []
    for (const account of ['u_1', 'u_somebody-else']) {
      expect(await sender.send({ ...target(`${push.origin}/send/1`), account })).toEqual({ kind: 'sent' })
      const [received] = push.received.splice(0)
      if (received === undefined) throw new Error('nothing came')
      bodies.push(received.body)
      const { headers } = received
      expect(headers).toMatchObject({ ttl: '60', urgency: 'high', 'content-encoding': 'aes128gcm' })
      expect(Object.keys(headers).sort()).toEqual([
        'authorization',
        'connection',
        'content-encoding',
        'content-length',
        'content-type',
        'host',
        'ttl',
        'urgency',
      ])
      const { claims, key } = vapidClaims(headers.authorization ?? '')
      expect(Buffer.from(vapid?.publicKey ?? []).equals(key)).toBe(true)
      expect(claims).toMatchObject({ aud: push.origin, sub: CONTACT })
      expect(claims.exp - Date.now() / 1000).toBeLessThanOrEqual(86_400)
      expect(browser.decrypt(received.body)).toEqual(Buffer.concat([Buffer.of(1), Buffer.alloc(64)]))
      expect(() => newBrowser().decrypt(received.body)).toThrow()
    }
    expect(bodies.map(({ length }) => length)).toEqual([168, 168])
    expect(bodies[0]?.equals(bodies[1] as Buffer)).toBe(false)
  })
})

describe('[N1] what is not called', () => {
  it('a host that is not listed, also when its row was written while it was', async () => {
    const push = await service()
    expect(await senderTo([]).send(target(`${push.origin}/x`))).toEqual({ kind: 'failed', why: 'address' })
    expect(push.received).toEqual([])
  })

  it('a push service whose name leads to a private address, whichever way it is asked for', async () => {
    // A listener on the real port would be reached if the check failed: it hears of any connection at all.
    let connections = 0
    const listener = createServer((socket) => {
      connections += 1
      socket.destroy()
    })
    await new Promise<void>((resolve) => listener.listen(443, '127.0.0.1', resolve).once('error', () => resolve()))
    for (const addresses of [['127.0.0.1'], ['::1'], ['10.0.0.1', '169.254.169.254'], ['::ffff:127.0.0.1'], []]) {
      const resolve = async () => addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
      const sender = senderTo([], { resolve })
      expect(await sender.send(target('https://fcm.googleapis.com/x'))).toEqual({ kind: 'failed', why: 'address' })
    }
    expect(connections).toBe(0)
    await new Promise((resolve) => listener.close(resolve))
  })

  it('a redirect’s goal', async () => {
    const goal = await service()
    const push = await service(() => ({ status: 302, headers: { location: `${goal.origin}/stolen` } }))
    const sender = senderTo([push.host, goal.host])
    expect(await sender.send(target(`${push.origin}/x`))).toEqual({ kind: 'refused', status: 302 })
    expect(goal.received).toEqual([])
  })

  it('a proxy that the environment names', async () => {
    const proxy = await service()
    const push = await service()
    const names = ['http_proxy', 'https_proxy', 'HTTP_PROXY', 'HTTPS_PROXY', 'all_proxy', 'NODE_USE_ENV_PROXY']
    const before = names.map((name) => process.env[name])
    for (const name of names) process.env[name] = name === 'NODE_USE_ENV_PROXY' ? '1' : proxy.origin
    try {
      expect(await senderTo([push.host]).send(target(`${push.origin}/x`))).toEqual({ kind: 'sent' })
    } finally {
      names.forEach((name, i) => {
        if (before[i] === undefined) delete process.env[name]
        else process.env[name] = before[i]
      })
    }
    expect(proxy.received).toEqual([])
  })

  it('a service with a certificate that nobody vouches for', async () => {
    const read = (name: string) => readFileSync(new URL(`../../test/fixtures/${name}`, import.meta.url))
    const push = await service(undefined, { cert: read('localhost-cert.pem'), key: read('localhost-key.pem') })
    expect(await senderTo([push.host]).send(target(`${push.origin}/x`))).toEqual({ kind: 'failed', why: 'network' })
    expect(push.received).toEqual([])
  })
})

describe('[N1] answers of a push service', () => {
  /** A queue over a real push service; timers are the test's. */
  async function queueTo(push: PushService, more: Partial<PushSenderOptions> = {}) {
    const forgotten: string[] = []
    const logged: unknown[] = []
    const timers: { ms: number; callback: () => void }[] = []
    const queue = createPushQueue({
      sender: senderTo([push.host], more),
      log: (event, fields) => void logged.push([event, fields]),
      forget: async ({ endpoint }) => void forgotten.push(new URL(endpoint).pathname),
      after(ms, callback) {
        const timer = { ms, callback }
        timers.push(timer)
        return () => void timers.splice(timers.indexOf(timer), 1)
      },
    })
    const settled = async () => {
      while (queue.size > timers.length) await new Promise((resolve) => setImmediate(resolve))
    }
    return { queue, forgotten, logged, timers, settled }
  }

  it('only 404 and 410 delete the row; the others are counted without the endpoint', async () => {
    const push = await service((path) => ({
      status: Number(path.slice(1)),
      headers: { location: 'http://127.0.0.1:1/' },
    }))
    const { queue, forgotten, logged, timers, settled } = await queueTo(push)
    const statuses = [201, 302, 400, 401, 403, 404, 410, 413, 500]
    for (const status of statuses) queue.add(target(`${push.origin}/${status}`))
    await settled()
    expect(forgotten.sort()).toEqual(['/404', '/410'])
    expect(timers).toEqual([])
    const codes = logged.map((line) => (line as [string, { code: string }])[1].code).sort()
    expect(codes).toEqual(['failed_status', 'gone', 'gone', 'http_302', 'http_400', 'http_401', 'http_403', 'http_413'])
    expect(JSON.stringify(logged)).not.toContain(push.host)
    expect(push.received).toHaveLength(statuses.length)
  })

  it('429 waits as long as it says, once for all that wanted the same; then it is sent', async () => {
    let busy = true
    const push = await service(() => (busy ? { status: 429, headers: { 'retry-after': '120' } } : { status: 201 }))
    const { queue, forgotten, timers, settled } = await queueTo(push)
    queue.add(target(`${push.origin}/x`))
    await settled()
    expect(timers.map(({ ms }) => ms)).toEqual([120_000])
    queue.add(target(`${push.origin}/x`))
    await settled()
    expect(push.received).toHaveLength(1)
    busy = false
    timers.splice(0)[0]?.callback()
    await push.count(2)
    await settled()
    expect([queue.size, forgotten.length]).toEqual([0, 0])
  })

  it('429 for ever, or for longer than an hour, is given up', async () => {
    const push = await service((path) => ({ status: 429, headers: { 'retry-after': path === '/long' ? '3601' : '1' } }))
    const { queue, timers, settled } = await queueTo(push)
    queue.add(target(`${push.origin}/x`))
    queue.add(target(`${push.origin}/long`))
    for (let tries = 0; tries < 5; tries++) {
      await settled()
      timers.splice(0)[0]?.callback()
    }
    await settled()
    expect(queue.size).toBe(0)
    expect(push.received.filter(({ path }) => path === '/x')).toHaveLength(3)
    expect(push.received.filter(({ path }) => path === '/long')).toHaveLength(1)
  })

  it('no answer ends at the time limit, an answer without end is not read', async () => {
    const push = await service((path) =>
      path === '/silent' ? undefined : { status: 500, body: 'x'.repeat(10_000_000) },
    )
    const { queue, logged, forgotten, settled } = await queueTo(push, { answerMs: 200 })
    queue.add(target(`${push.origin}/silent`))
    queue.add(target(`${push.origin}/endless`))
    await settled()
    expect(logged.map((line) => (line as [string, { code: string }])[1].code).sort()).toEqual([
      'failed_network',
      'failed_status',
    ])
    expect(forgotten).toEqual([])
  })

  it('a full queue drops what is more, and a closed one sends nothing', async () => {
    const sent: string[] = []
    const ends: (() => void)[] = []
    const queue = createPushQueue({
      sender: {
        send: ({ endpoint }) =>
          new Promise((resolve) => {
            sent.push(endpoint)
            ends.push(() => resolve({ kind: 'sent' }))
          }),
      },
      log: () => {},
      forget: async () => {},
      after: () => () => {},
      waitingMax: 20,
    })
    for (let i = 0; i < 30; i++) queue.add(target(`https://fcm.googleapis.com/${i}`))
    expect([queue.size, sent.length]).toEqual([20, 16])
    queue.close()
    for (const end of ends) end()
    await new Promise((resolve) => setImmediate(resolve))
    expect(sent).toHaveLength(16)
  })
})

describe('[N1] a wake', () => {
  it('finds by the token’s hash, once a minute and 20 times a day, for tokens that nobody has too', async () => {
    const clock = { now: 0 }
    const asked: string[] = []
    const notified: string[] = []
    const token = random(32)
    const hash = createHash('sha256').update(token).digest('hex')
    const wake = createWaker({
      targets: async (bytes) => {
        asked.push(Buffer.from(bytes).toString('hex'))
        return asked.at(-1) === hash
          ? [target('https://fcm.googleapis.com/1'), target('https://fcm.googleapis.com/2')]
          : []
      },
      notify: ({ endpoint }) => void notified.push(endpoint),
      limits: [
        createLimiter({ max: 1, windowMs: 60_000 }, () => clock.now),
        createLimiter({ max: 20, windowMs: 86_400_000 }, () => clock.now),
      ],
      failed: (error) => {
        throw error
      },
    })
    const turn = () => new Promise((resolve) => setImmediate(resolve)).then(() => new Promise((r) => setImmediate(r)))
    const kept = token.slice()
    wake(token)
    // The answer to the socket does not wait for the look-up.
    expect(asked).toEqual([])
    await turn()
    expect(token).toEqual(kept)
    expect(asked).toEqual([hash])
    expect(notified).toHaveLength(2)
    wake(token)
    wake(random(32))
    await turn()
    expect([asked.length, notified.length]).toEqual([2, 2])
    for (let i = 0; i < 30; i++) {
      clock.now += 60_000
      wake(token)
      await turn()
    }
    expect(notified).toHaveLength(40)
    clock.now += 86_400_000
    wake(token)
    await turn()
    expect(notified).toHaveLength(42)
  })
})
