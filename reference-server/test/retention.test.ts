/**
 * How long everything is kept that is kept for a time: one test each, titled by the words that publish it (spec/05 sections
 * 8 to 11). The clock is the test's: a millisecond before the end it is there, at the end it is gone.
 */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ClientFrame } from '@solo2/proto/introduction'
import Database from 'libsql'
import { describe, expect, it } from 'vitest'
import { LIMIT_DEFAULTS } from '../src/config/variables.js'
import { readConfig } from '../src/config.js'
import { createLimiter, type Limiter } from '../src/limiter.js'
import { createOutput } from '../src/log/output.js'
import { createDayKey, type DayKey } from '../src/memory/day-key.js'
import { createPushQueue } from '../src/push/queue.js'
import { createMemoryStore } from '../src/store/memory/memory.js'
import { HELD_IN_MEMORY } from '../src/store/schema/held-in-memory.js'
import { SCHEMA } from '../src/store/schema/schema.js'
import { createSweeper } from '../src/sweeper.js'
import { bytes, newPerson, startTestServer, type TestServer, temporaryFolder } from './harness.js'
import { connect, opened, ticket } from './socket-client.js'

const SECOND = 1_000
const HOUR = 3_600 * SECOND
const DAY = 24 * HOUR

type Frame = NonNullable<ClientFrame['frame']>

/** Makes one; what it returns tells whether it is still there. */
type Begin = (server: TestServer) => Promise<() => boolean | Promise<boolean>>

function ends(ms: number, begin: Begin): () => Promise<void> {
  return async () => {
    const data = temporaryFolder()
    const server = await startTestServer({
      SOLO2_DATA: data,
      SOLO2_LOG: join(data, 'logs'),
      SOLO2_PAYMENT_URL: 'https://pay.example/',
      SOLO2_PAYMENT_SECRET: 'the secret of a gateway, 32 long',
      SOLO2_TURN_URLS: 'turn:relay.example:3478?transport=udp',
      SOLO2_TURN_SECRET: 'the secret of a relay',
    })
    for (const [age, expected] of [
      [ms - 1, true],
      [ms, false],
    ] as const) {
      const isThere = await begin(server)
      server.clock.now += age
      await server.sweep()
      expect({ age, isThere: await isThere() }).toEqual({ age, isThere: expected })
    }
    await server.close()
  }
}

/** What runs each minute, over these; nobody else asks for them. */
function sweeper(server: TestServer, limiters: Limiter[], dayKeys: DayKey[]): () => Promise<void> {
  const now = () => server.clock.now
  const { plans } = readConfig({})
  return createSweeper({ store: createMemoryStore(), logs: createOutput('off', now), plans, limiters, dayKeys, now })
}

function count(server: TestServer, table: string): number {
  const db = new Database(join(server.data, 'solo2.db'), { readonly: true })
  const [row] = db.prepare(`SELECT COUNT(*) AS n FROM ${table}`).all() as { n: number }[]
  db.close()
  return row?.n ?? 0
}

/** To the next midnight, where days of the calendar begin. */
async function toMidnight(server: TestServer): Promise<void> {
  server.clock.now = (Math.floor(server.clock.now / DAY) + 1) * DAY
  await server.sweep()
}

/** A call that is refused, which is a log line that names the client by fingerprint. */
const refused = (server: TestServer) =>
  server.raw('GetAccount', new Uint8Array(0), { 'content-type': 'application/proto' })

const logOf = (server: TestServer) => join(server.data, 'logs')

describe('what is kept for a time', () => {
  it(
    '[S2] a session’s row: until log-out, or 24 hours',
    ends(DAY, async (server) => {
      await newPerson(server)
      return () => count(server, 'sessions') > 0
    }),
  )

  it(
    '[R1] a pairing request’s row: until answered, or 3 days',
    ends(3 * DAY, async (server) => {
      const [amy, bob] = [await newPerson(server), await newPerson(server)]
      await server.call('requestPairing', { code: bob.alias }, amy.token)
      return () => count(server, 'pairing_requests') > 0
    }),
  )

  it(
    '[B1] a checkout’s row: until it is paid, or 30 minutes',
    ends(1_800 * SECOND, async (server) => {
      const amy = await newPerson(server)
      await server.call('startCheckout', { amount: 500 }, amy.token)
      return () => count(server, 'checkouts') > 0
    }),
  )

  it(
    '[D1] an erasure’s row: 31 days after the deletion: as long as a backup may be restored',
    ends(31 * DAY, async (server) => {
      await toMidnight(server)
      const amy = await newPerson(server)
      await server.call('deleteAccount', { authKey: amy.authKey }, amy.token)
      return () => count(server, 'erasures') > 0
    }),
  )

  it(
    '[L1] a log file: Log files MUST be deleted after 7 days',
    ends(7 * DAY, async (server) => {
      await toMidnight(server)
      await refused(server)
      const name = `solo2-${new Date(server.clock.now).toISOString().slice(0, 10)}.log`
      return () => readdirSync(logOf(server)).includes(name)
    }),
  )

  it(
    '[L1] the fingerprint of a client in the log: another one each UTC day',
    ends(DAY, async (server) => {
      await toMidnight(server)
      const now = async () => {
        await refused(server)
        const lines = readdirSync(logOf(server))
          .sort()
          .flatMap((name) =>
            readFileSync(join(logOf(server), name), 'utf8')
              .trim()
              .split('\n'),
          )
        return (JSON.parse(lines.at(-1) ?? '') as { from?: string }).from
      }
      const before = await now()
      return async () => before !== undefined && (await now()) === before
    }),
  )

  it(
    '[L1] [M1] the keys of fingerprints and of mirror user names, overwritten though nobody calls: a UTC day',
    ends(DAY, async (server) => {
      await toMidnight(server)
      const keys: Uint8Array[] = []
      const draw = (length: number) => {
        keys.push(bytes(length))
        return keys.at(-1) as Uint8Array
      }
      const dayKey = createDayKey(draw, () => server.clock.now).today
      const sweep = sweeper(server, [], [dayKey])
      return async () => {
        await sweep()
        return keys[0]?.some((byte) => byte !== 0) ?? false
      }
    }),
  )

  it(
    '[L1] the time of a call that counts for a limit: the window of the limit, a day at most',
    ends(DAY, async (server) => {
      const limiter = createLimiter({ max: 1, windowMs: DAY }, () => server.clock.now)
      limiter.take('somebody')
      const sweep = sweeper(server, [limiter], [])
      return async () => {
        await sweep()
        return limiter.size > 0
      }
    }),
  )

  it(
    '[T2] an admission ticket: one use, or 60 seconds',
    ends(60 * SECOND, async (server) => {
      const shown = await ticket(server, await newPerson(server))
      return async () => {
        const client = await connect(server)
        client.frame({ $case: 'open', value: { versions: [1], admission: { $case: 'ticket', value: shown } } })
        const frame = await client.next()
        await client.end()
        return frame.$case === 'opened'
      }
    }),
  )

  it(
    '[T2] a held signal: until delivered, or 60 seconds',
    ends(60 * SECOND, async (server) => {
      const amy = await newPerson(server)
      const join = { $case: 'join', value: { topics: [bytes(16)] } } satisfies Frame
      const first = await opened(server, amy)
      first.frame(join)
      await first.next()
      first.frame({ $case: 'send', value: { topic: bytes(16), signal: bytes(4_096) } })
      await first.settle(bytes(16))
      return async () => {
        const second = await opened(server, amy)
        second.frame(join)
        const seen = await second.settle(bytes(16))
        seen.push(...(await second.settle(bytes(16))))
        await Promise.all([first.end(), second.end()])
        return seen.some(({ $case }) => $case === 'delivery')
      }
    }),
  )

  it(
    '[M1] a mirror credential: expiry at most 86,400 s ahead',
    ends(DAY, async (server) => {
      const { servers } = await server.call('getIceServers', {}, (await newPerson(server)).token)
      const { username, expiresAt } = servers.find(({ credential }) => credential !== '') as {
        username: string
        expiresAt: bigint
      }
      expect(username).toMatch(new RegExp(`^${expiresAt}:`))
      // coturn's rule, which test/mirror shows of the real one: good up to the second that the name begins with.
      return () => server.clock.now < Number(expiresAt) * SECOND
    }),
  )

  it(
    '[N1] a push subscription whose service asks for an hour each time: until answered, three hours at most',
    ends(2 * HOUR, async (server) => {
      const waits: { at: number; callback: () => void }[] = []
      const queue = createPushQueue({
        sender: { send: async () => ({ kind: 'later', afterMs: HOUR }) },
        log: () => {},
        forget: async () => {},
        after(ms, callback) {
          waits.push({ at: (waits.at(-1)?.at ?? server.clock.now) + ms, callback })
          return () => {}
        },
      })
      queue.add({ endpoint: 'https://push.example/', account: 'u_', p256dh: bytes(65), auth: bytes(16) })
      const settled = () => new Promise((resolve) => setImmediate(resolve))
      await settled()
      return async () => {
        for (let done = 0; (waits[done]?.at ?? Number.POSITIVE_INFINITY) <= server.clock.now; done++) {
          waits[done]?.callback()
          await settled()
        }
        return queue.size > 0
      }
    }),
  )

  it('is all of what is published with a time, in the words of its publication', () => {
    const columns = SCHEMA.flatMap((table) => table.columns.map(({ kept }) => kept))
    const published = [...columns, ...HELD_IN_MEMORY.map(({ kept }) => kept)]
    const timed = new Set(
      published.filter((kept) => /\b(\d+|a|three) (seconds|minutes|hours|days|day|UTC day)\b/.test(kept)),
    )
    const here = readFileSync(new URL(import.meta.url), 'utf8')
    const titles = [...here.matchAll(/^ {4}'(?:\[\w+\] )+[^\n]*?: ([^\n]*)',$/gm)].map((match) => match[1] ?? '')
    expect([...timed].filter((kept) => !titles.includes(kept))).toEqual([])
    const chapter = readFileSync(new URL('../../spec/05-account.md', import.meta.url), 'utf8')
    for (const title of titles) expect(chapter).toContain(title)
    expect(titles).toHaveLength(12)
  })

  it('[M1] [L1] cannot be longer by configuration: a day for mirror credentials; limits count a day at most', () => {
    const mirror = { SOLO2_TURN_URLS: 'turn:relay.example:3478', SOLO2_TURN_SECRET: 'the secret of a relay' }
    expect(readConfig({ ...mirror, SOLO2_TURN_SECONDS: '86400' }).mirror?.seconds).toBe(86_400)
    expect(() => readConfig({ ...mirror, SOLO2_TURN_SECONDS: '86401' })).toThrow('SOLO2_TURN_SECONDS')
    for (const limit of Object.values(readConfig({}).limits)) expect(limit.windowMs).toBeLessThanOrEqual(DAY)
    for (const name of Object.keys(LIMIT_DEFAULTS)) expect(() => readConfig({ [name]: '5/86401' })).toThrow(name)
  })

  it('[L1] is deleted of a server that logs nothing too, and nobody else’s files with it', async () => {
    const folder = temporaryFolder()
    for (const day of ['2030-01-08', '2030-01-09', '2030-01-15']) writeFileSync(join(folder, `solo2-${day}.log`), 'x\n')
    writeFileSync(join(folder, 'of-somebody-else.log'), 'x\n')
    const server = await startTestServer({ SOLO2_LOG: folder })
    const logs = () => readdirSync(folder).sort()
    expect(logs()).toEqual(['of-somebody-else.log', 'solo2-2030-01-09.log', 'solo2-2030-01-15.log'])
    server.clock.now += 7 * DAY
    await server.sweep()
    expect(logs()).toEqual(['of-somebody-else.log'])
  })
})
