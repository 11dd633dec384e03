/** The cases of a server with the built one as a process: kept as it is, and broken by the case that it concerns when a proxy lies. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openServer, type ServerSubject, serverCases } from '../cases/server/index.js'
import { person } from '../cases/server/people.js'
import { Broken, Untestable } from '../src/case.js'
import { ACCOUNT_LIES } from './account-lies.js'
import { type BuiltServer, startBuiltServer } from './built-server.js'
import { type Lie, startProxy } from './lying-proxy.js'
import { MINUTE_LIES, SOCKET_LIES } from './socket-lies.js'

const isLong = process.env['TEST_LONG'] === '1'

let server: BuiltServer
let url: string

/** Wide where a limit is not what is looked at: all that these tests do comes from one address and a few people. */
const LIMITS = {
  ...Object.fromEntries(
    ['CALLS', 'PRELOGIN', 'REGISTER', 'LOGIN', 'RECOVER', 'SOCKETS'].map((name) => [name, '100000/60']),
  ),
  ...Object.fromEntries(['PAIRING', 'PAIRING_CODE', 'TURN', 'CHECKOUT', 'FEEDBACK'].map((name) => [name, '1000/60'])),
  LOOK_UP: '60/3600',
  TICKETS: '400/3600',
}

/** Registered once: each registration costs the server an Argon2id. */
const ROLES = ['ann', 'bob', 'cat', 'dan', 'fay', 'hal', 'ivy']
let base: ServerSubject

beforeAll(async () => {
  server = await startBuiltServer({
    SOLO2_TURN_URLS: 'turn:127.0.0.1:3478',
    SOLO2_TURN_SECRET: 'a secret that no mirror has',
    SOLO2_PAYMENT_URL: 'https://pay.example/',
    SOLO2_PAYMENT_SECRET: 'a secret that no gateway has, 32 characters',
    ...Object.fromEntries(Object.entries(LIMITS).map(([name, limit]) => [`SOLO2_LIMIT_${name}`, limit])),
  })
  url = server.url
  base = openServer(url)
  await Promise.all(ROLES.map((role) => person(base, role)))
})

afterAll(async () => {
  await base?.[Symbol.asyncDispose]()
  await server[Symbol.asyncDispose]()
})

async function verdictOf(subject: ServerSubject, id: string): Promise<string> {
  const found = serverCases.find((one) => one.id === id)
  if (found === undefined) throw new Error(`there is no case ${id}`)
  try {
    await found.run(subject, { note: () => {} })
    return 'kept'
  } catch (error) {
    if (error instanceof Broken) return `broken: ${error.message}`
    if (error instanceof Untestable) return `untestable: ${error.message}`
    throw error
  }
}

/** One takes a minute, one makes a recipient's buffers full, and one that looks at times is in the control below. */
const SLOW = ['server/retention/minute', 'server/names/login-time', 'server/introduction/slow-recipient']
const cases = serverCases.filter(({ id }) => isLong || !SLOW.includes(id))

/** These move the time of the server: on one that has no test clock they tell nothing. */
const MOVING = [
  'server/retention/tickets',
  'server/retention/signals',
  'server/retention/limits',
  'server/retention/day',
  'server/retention/days',
  'server/standing/unpaid',
]

test('[A2 A6 B1 C1 D1 M1 N1 R1 S1 S2 T2] what a stranger can see of each is kept by the built server', async () => {
  const verdicts = new Map<string, string>()
  for (const { id } of cases) verdicts.set(id, await verdictOf(base, id))
  const others = [...verdicts].filter(([, verdict]) => verdict !== 'kept')
  expect(others).toEqual(MOVING.map((id) => [id, expect.stringMatching(/^untestable: this server has no test clock/)]))
})

test('[A9 A10 L1 R1 S2 T2] what ends after a minute, days or weeks ends to the second where the time can be moved', async () => {
  await using moved = await startBuiltServer({ SOLO2_TEST_CLOCK: 'on', SOLO2_PRICE_STANDARD: '1' })
  await using subject = openServer(moved.url)
  const verdicts: [string, string][] = []
  for (const id of ['server/retention/clock', ...MOVING]) verdicts.push([id, await verdictOf(subject, id)])
  expect(verdicts.filter(([, verdict]) => verdict !== 'kept')).toEqual([])
  // The time was moved by weeks, and any case can follow that asks for no service.
  for (const id of ['server/sessions/end', 'server/profile/feedback', 'server/secrets/password']) {
    expect([id, await verdictOf(subject, id)]).toEqual([id, 'kept'])
  }
})

async function throughProxy(lie: Lie, id: string): Promise<string> {
  await using proxy = await startProxy(url, lie)
  await using subject = openServer(proxy.origin, base.people)
  return await verdictOf(subject, id)
}

const lies = [...ACCOUNT_LIES, ...SOCKET_LIES, ...(isLong ? MINUTE_LIES : [])]

test.each(lies)('a server that $what is caught by $caughtBy', async ({ caughtBy, lie }) => {
  expect(await throughProxy(lie(), caughtBy)).toMatch(/^broken: /)
})

test('control: through a proxy that does not lie, each of these cases is kept', async () => {
  const ids = [...new Set(lies.map(({ caughtBy }) => caughtBy))]
  await using proxy = await startProxy(url, {})
  await using subject = openServer(proxy.origin, base.people)
  const verdicts: [string, string][] = []
  for (const id of ids) verdicts.push([id, await verdictOf(subject, id)])
  expect(verdicts.filter(([, verdict]) => verdict !== 'kept')).toEqual([])
})

test('each case has one id, says how it looks, and names rules of the chapters', () => {
  expect(new Set(serverCases.map(({ id }) => id)).size).toBe(serverCases.length)
  for (const { id, explain, rules, promises } of serverCases) {
    expect({ id, words: explain.split(/\s+/).length > 10, rules: rules.length > 0 }).toEqual({
      id,
      words: true,
      rules: true,
    })
    expect(id).toMatch(/^server\/[a-z]+\/[a-z0-9-]+$/)
    for (const rule of rules) expect(rule).toMatch(/^\d\d-\d{1,3}$/)
    for (const promise of promises) expect(promise).toMatch(/^[A-Z]\d{1,2}$/)
  }
})
