import { describe, expect, it } from 'vitest'
import { LIMIT_DEFAULTS } from '../src/config/variables.js'
import { bytes, newPerson, type Person, refusal, startTestServer, type TestServer, wrapper } from './harness.js'

const wrongLogin = (server: TestServer, headers: Record<string, string> = {}) =>
  server.raw(
    'Login',
    JSON.stringify({ username: 'nobody', authKey: Buffer.from(bytes(32)).toString('base64'), versions: [1] }),
    { 'content-type': 'application/json', ...headers },
  )

async function countAdmitted(count: number, call: (i: number) => Promise<Response>): Promise<number> {
  let admitted = 0
  for (let i = 0; i < count; i++) if ((await call(i)).status !== 429) admitted += 1
  return admitted
}

describe('[A2] [L1] public doors', () => {
  it('bite at the documented limit whatever forwarding headers a client makes up', async () => {
    const server = await startTestServer({ SOLO2_LIMIT_LOGIN: '5/3600' })
    const admitted = await countAdmitted(30, (i) =>
      wrongLogin(server, {
        'x-forwarded-for': `10.0.0.${i}`,
        forwarded: `for=10.0.1.${i}`,
        'x-real-ip': `10.0.2.${i}`,
      }),
    )
    expect(admitted).toBe(5)
  })

  it('say when to come back, and keep their word', async () => {
    const server = await startTestServer({ SOLO2_LIMIT_PRELOGIN: '3/60' })
    const ask = () => server.call('prelogin', { username: 'nobody' })
    for (let i = 0; i < 3; i++) await ask()
    const refused = await refusal(ask())
    expect(refused).toEqual({
      status: 429,
      connect: 'resource_exhausted',
      code: 'rate_limited',
      field: '',
      wait: 60_000,
    })
    server.clock.now += refused.wait - 1
    expect(await refusal(ask())).toMatchObject({ code: 'rate_limited', wait: 1 })
    server.clock.now += 1
    await ask()
  })

  it('count each client behind a trusted proxy by itself, by the hop that the proxy added', async () => {
    const server = await startTestServer({ SOLO2_LIMIT_LOGIN: '2/3600', SOLO2_TRUSTED_PROXIES: '127.0.0.0/8' })
    for (const client of ['198.51.100.1', '198.51.100.2', '2001:db8::1']) {
      expect(await countAdmitted(4, (i) => wrongLogin(server, { 'x-forwarded-for': `10.9.9.${i}, ${client}` }))).toBe(2)
    }
    expect(await countAdmitted(2, () => wrongLogin(server, { 'x-forwarded-for': '2001:db8::2' }))).toBe(0)
  })

  it('limit registrations by client', async () => {
    const server = await startTestServer({ SOLO2_LIMIT_REGISTER: '1/3600' })
    await newPerson(server)
    expect(await refusal(newPerson(server))).toMatchObject({ code: 'rate_limited' })
  })

  it('limit recoveries by client, whoever they are for', async () => {
    const server = await startTestServer({ SOLO2_LIMIT_RECOVER: '2/3600' })
    const recover = (username: string) =>
      refusal(
        server.call('recover', {
          username,
          authenticator: bytes(32),
          authKey: bytes(32),
          wrappedMasterKey: wrapper(),
          versions: [1],
        }),
      )
    for (const name of ['nobody-1', 'nobody-2']) expect(await recover(name)).toMatchObject({ code: 'unauthenticated' })
    expect(await recover('nobody-3')).toMatchObject({ status: 429, code: 'rate_limited' })
  })

  it('leave room for a person who makes a few accounts by hand', () => {
    expect(LIMIT_DEFAULTS.SOLO2_LIMIT_REGISTER).toBe('30/3600')
  })
})

describe('limits of an account', () => {
  const cases: [string, string, (server: TestServer, who: Person, other: Person) => Promise<unknown>][] = [
    ['SOLO2_LIMIT_LOOK_UP', '20/3600', (server, who, other) => server.call('lookUp', { code: other.alias }, who.token)],
    [
      'SOLO2_LIMIT_PAIRING',
      '20/3600',
      (server, who, other) => server.call('requestPairing', { code: other.pairingCode }, who.token),
    ],
    [
      'SOLO2_LIMIT_DISPLAY_NAME',
      '20/3600',
      (server, who) => server.call('setDisplayName', { displayName: 'Somebody' }, who.token),
    ],
    ['SOLO2_LIMIT_PAIRING_CODE', '20/86400', (server, who) => server.call('newPairingCode', {}, who.token)],
    ['SOLO2_LIMIT_CALLS', '20/3600', (server, who) => server.call('listPairings', {}, who.token)],
  ]

  it.each(cases)('%s counts each account by itself', async (name, limit, act) => {
    const server = await startTestServer({ [name]: limit })
    const [amy, bob] = [await newPerson(server), await newPerson(server)]
    // Publishing was a call of Amy's too.
    const max = name === 'SOLO2_LIMIT_CALLS' ? 19 : 20
    for (let i = 0; i < max; i++) await act(server, amy, bob)
    expect(await refusal(act(server, amy, bob))).toMatchObject({ status: 429, code: 'rate_limited' })
    await act(server, bob, amy)
  })

  it('counts tickets, not calls', async () => {
    const server = await startTestServer({ SOLO2_LIMIT_TICKETS: '60/3600' })
    const amy = await newPerson(server)
    for (let i = 0; i < 7; i++) await server.call('drawTickets', { count: 8 }, amy.token)
    expect(await refusal(server.call('drawTickets', { count: 8 }, amy.token))).toMatchObject({ code: 'rate_limited' })
    await server.call('drawTickets', { count: 4 }, amy.token)
    expect(await refusal(server.call('drawTickets', { count: 1 }, amy.token))).toMatchObject({ code: 'rate_limited' })
  })

  it('gives STUN still when the hour’s mirror credentials are used up, and says when there will be another', async () => {
    const server = await startTestServer({
      SOLO2_LIMIT_TURN: '6/3600',
      SOLO2_TURN_URLS: 'turn:relay.example:3478',
      SOLO2_TURN_SECRET: 'a secret of the relay',
    })
    const amy = await newPerson(server)
    for (let i = 0; i < 6; i++) expect((await server.call('getIceServers', {}, amy.token)).servers).toHaveLength(2)
    server.clock.now += 600_000
    const { servers, mirrorAfter } = await server.call('getIceServers', {}, amy.token)
    expect(servers.map(({ urls }) => urls)).toEqual([[`stun:127.0.0.1:${server.stunPort}`]])
    expect(mirrorAfter).toBe(3_000)
  })

  it('limits password guesses on a stolen session, whatever the call that makes them', async () => {
    const server = await startTestServer({ SOLO2_LIMIT_PASSWORD: '4/3600' })
    const amy = await newPerson(server)
    const { rewrapped, signedBundle } = await import('./harness.js')
    const wrong = { authKey: bytes(32), wrappedMasterKey: rewrapped(amy.wrapped) }
    const guesses = [
      () => server.call('publishBundle', { bundle: signedBundle(amy.alias), authKey: bytes(32) }, amy.token),
      () => server.call('changePassword', { ...wrong, newAuthKey: bytes(32) }, amy.token),
      () => server.call('newWords', { ...wrong, recoveryFingerprint: bytes(32) }, amy.token),
      () => server.call('deleteAccount', { authKey: bytes(32) }, amy.token),
    ]
    for (const guess of guesses) expect(await refusal(guess())).toMatchObject({ code: 'permission_denied' })
    for (const guess of guesses) expect(await refusal(guess())).toMatchObject({ code: 'rate_limited' })
    expect(await refusal(server.call('deleteAccount', { authKey: amy.authKey }, amy.token))).toMatchObject({
      code: 'rate_limited',
    })
  })

  it('[A6] lets an account try 20 codes an hour by each way that tells of them, and no more', async () => {
    const { SOLO2_LIMIT_LOOK_UP, SOLO2_LIMIT_PAIRING } = LIMIT_DEFAULTS
    const server = await startTestServer({ SOLO2_LIMIT_LOOK_UP, SOLO2_LIMIT_PAIRING })
    const amy = await newPerson(server)
    const tried = { wrong_code: 0, rate_limited: 0 }
    for (let i = 0; i < 60; i++) {
      const method = i % 2 === 0 ? 'lookUp' : 'requestPairing'
      const code = String(i).padStart(i < 30 ? 10 : 8, '0')
      const refused = await refusal(server.call(method, { code }, amy.token))
      tried[refused.code as keyof typeof tried] += 1
    }
    expect(tried).toEqual({ wrong_code: 40, rate_limited: 20 })
  })
})
