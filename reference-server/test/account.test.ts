import { randomBytes } from 'node:crypto'
import { aliasOf, fromHex, noblePrimitives, toBase64url } from '@solo2/sdk/shared'
import Database from 'libsql'
import { beforeAll, describe, expect, it } from 'vitest'
import { bytes, newPerson, refusal, signedBundle, startTestServer, type TestServer, wrapper } from './harness.js'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})

const registration = (changes: object = {}) => ({
  username: 'Nora.B',
  displayName: 'Nora',
  authKey: bytes(32),
  wrappedMasterKey: wrapper(),
  recoveryFingerprint: bytes(32, 9),
  versions: [1],
  ...changes,
})

function rows(table: string): Record<string, unknown>[] {
  const db = new Database(`${server.data}/solo2.db`, { readonly: true })
  try {
    return db.prepare(`SELECT * FROM ${table}`).all() as Record<string, unknown>[]
  } finally {
    db.close()
  }
}

describe('Register', () => {
  it('[A2] [A3] [A4] stores a fixed 128-character verifier, the 80 opaque bytes and a 64-character fingerprint', async () => {
    const asked = registration({ authKey: new Uint8Array(randomBytes(32)) })
    const { session, account } = await server.call('register', asked)
    expect(session?.token).toHaveLength(32)
    expect(session?.version).toBe(1)
    expect(Number(session?.expiresAt)).toBe(server.clock.now / 1000 + 86_400)
    expect(account).toMatchObject({ username: 'nora.b', displayName: 'Nora', bundle: undefined, type: 1, state: 1 })
    expect(account?.pairingCode).toMatch(/^[0-9A-HJKMNP-TV-Z]{10}$/)
    expect(account?.alias).toMatch(/^[0-9A-HJKMNP-TV-Z]{8}$/)

    const row = rows('accounts').find((each) => each['username'] === 'nora.b')
    expect(row?.['password_verifier']).toMatch(/^[0-9a-f]{128}$/)
    expect(new Uint8Array(row?.['wrapped_master_key'] as ArrayBuffer)).toEqual(asked.wrappedMasterKey)
    expect(row?.['recovery_fingerprint']).toBe('09'.repeat(32))
    expect(row?.['id']).toMatch(/^u_[A-Za-z0-9]{22}$/)
    expect(row?.['reference']).toMatch(/^r_[A-Za-z0-9]{22}$/)
    const stored = JSON.stringify(row, (_, value) =>
      value instanceof ArrayBuffer ? [...new Uint8Array(value)] : value,
    )
    expect(stored).not.toContain(Buffer.from(asked.authKey).toString('hex'))
  })

  it('[A2] makes the verifier by Argon2id over the key with the documented parameters', async () => {
    const { argon2id } = await import('hash-wasm')
    const authKey = new Uint8Array(randomBytes(32))
    await server.call('register', registration({ username: 'argon', authKey }))
    const verifier = fromHex(String(rows('accounts').find((row) => row['username'] === 'argon')?.['password_verifier']))
    const tag = await argon2id({
      password: authKey,
      salt: verifier.slice(0, 16),
      memorySize: 19_456,
      iterations: 2,
      parallelism: 1,
      hashLength: 48,
      outputType: 'binary',
    })
    expect(verifier.slice(16)).toEqual(tag)
    await server.call('register', registration({ username: 'argon-too', authKey }))
    const other = rows('accounts').find((row) => row['username'] === 'argon-too')?.['password_verifier']
    expect(String(other).slice(0, 32)).not.toBe(Buffer.from(verifier.subarray(0, 16)).toString('hex'))
  })

  it('[A12] [A16] draws two identifiers at random, which stay inside, and derives the alias from the first', async () => {
    const answers = await Promise.all(
      ['ida', 'ido'].map((username) => server.call('register', registration({ username }))),
    )
    const made = answers.map(({ account }) => rows('accounts').find((row) => row['username'] === account?.username))
    const ids = made.flatMap((row) => [String(row?.['id']), String(row?.['reference'])])
    // Of 62^6 beginnings two are the same by a mistake only.
    expect(new Set(ids.map((id) => id.slice(2, 8))).size).toBe(4)
    for (const [at, { account }] of answers.entries()) {
      expect(account?.alias).toBe(aliasOf(noblePrimitives, String(made[at]?.['id'])))
      const told = JSON.stringify(account, (_, value) => (typeof value === 'bigint' ? String(value) : value))
      for (const id of ids) expect(told).not.toContain(id.slice(2))
    }
  })

  it('refuses a taken name however it is spelled', async () => {
    await server.call('register', registration({ username: 'taken' }))
    expect(await refusal(server.call('register', registration({ username: 'TaKeN' })))).toEqual({
      status: 409,
      connect: 'already_exists',
      code: 'username_taken',
      field: 'username',
      wait: 0,
    })
  })

  it('takes one of two who register a name at the same moment', async () => {
    const both = await Promise.allSettled(
      [1, 2].map(() => server.call('register', registration({ username: 'at-once' }))),
    )
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
  })

  it.each([
    ['username', { username: 'ab' }],
    ['username', { username: 'l\u0456lian7' }],
    ['username', { username: 'lilian7\u200B' }],
    ['username', { username: 'a'.repeat(33) }],
    ['display_name', { displayName: '' }],
    ['display_name', { displayName: 'Evil\u202E' }],
    ['display_name', { displayName: 'x'.repeat(65) }],
    ['auth_key', { authKey: bytes(31) }],
    ['auth_key', { authKey: bytes(33) }],
    ['wrapped_master_key', { wrappedMasterKey: wrapper().slice(0, 79) }],
    ['wrapped_master_key', { wrappedMasterKey: bytes(80, 0) }],
    ['wrapped_master_key', { wrappedMasterKey: Uint8Array.from([2, ...wrapper().slice(1)]) }],
    ['wrapped_master_key', { wrappedMasterKey: Uint8Array.from([1, 9, ...wrapper().slice(2)]) }],
    ['recovery_fingerprint', { recoveryFingerprint: bytes(31) }],
    ['versions', { versions: [] }],
    ['versions', { versions: [1, 2, 3, 4, 5, 6, 7, 8, 9] }],
  ])('names the field %s that breaks a rule', async (field, change) => {
    const {
      status,
      code,
      field: named,
    } = await refusal(server.call('register', registration({ username: 'fields', ...change })))
    expect({ status, code, named }).toEqual({ status: 400, code: 'invalid_argument', named: field })
    expect(rows('accounts').some((row) => row['username'] === 'fields')).toBe(false)
  })

  it('says when there is no common version', async () => {
    const refused = await refusal(server.call('register', registration({ username: 'later', versions: [2, 3] })))
    expect(refused).toMatchObject({ connect: 'failed_precondition', code: 'unsupported_version', field: 'versions' })
  })
})

describe('Prelogin and Login', () => {
  it('gives profile and salt, and for an unknown name always the same made-up salt', async () => {
    const amy = await newPerson(server, { name: 'amy1' })
    expect(await server.call('prelogin', { username: 'AMY1' })).toEqual({ profile: 1, salt: amy.wrapped.slice(4, 20) })
    const first = await server.call('prelogin', { username: 'nobody' })
    expect(first.salt).toHaveLength(16)
    expect(await server.call('prelogin', { username: 'NoBody' })).toEqual(first)
    expect(await server.call('prelogin', { username: 'nobody2' })).not.toEqual(first)
  })

  it('[A3] gives the wrapper to who knows the password, and never to a session', async () => {
    const amy = await newPerson(server)
    const { session, account, wrappedMasterKey } = await server.call('login', { ...amy, versions: [1] })
    expect(wrappedMasterKey).toEqual(amy.wrapped)
    expect(account?.alias).toBe(amy.alias)
    expect(session?.token).not.toEqual(amy.token)
    const own = await server.raw('GetAccount', '{}', {
      'content-type': 'application/json',
      authorization: `Bearer ${toBase64url(amy.token)}`,
    })
    expect(await own.text()).not.toContain(Buffer.from(amy.wrapped).toString('base64').slice(0, 20))
  })

  it('[A2] says the same to an unknown user and to a wrong password, and works as long for both', async () => {
    const amy = await newPerson(server)
    const wrong = await refusal(server.call('login', { username: amy.username, authKey: bytes(32), versions: [1] }))
    const unknown = await refusal(server.call('login', { username: 'nobody-here', authKey: bytes(32), versions: [1] }))
    expect(wrong).toEqual({ status: 401, connect: 'unauthenticated', code: 'unauthenticated', field: '', wait: 0 })
    expect(unknown).toEqual(wrong)
  })
})

describe('sessions', () => {
  it.each([
    'logout',
    'getAccount',
    'publishBundle',
    'lookUp',
    'requestPairing',
    'listPairings',
    'answerPairing',
    'drawTickets',
    'getIceServers',
  ] as const)('%s refuses no token, a made-up one and a damaged one', async (method) => {
    for (const token of [undefined, bytes(32), bytes(31)]) {
      expect(await refusal(server.call(method, {} as never, token))).toMatchObject({
        status: 401,
        code: 'unauthenticated',
      })
    }
  })

  it('[S1] stores the SHA-256 of the token with creation and expiry, and nothing of the token', async () => {
    const { createHash } = await import('node:crypto')
    const amy = await newPerson(server)
    const hash = createHash('sha256').update(amy.token).digest()
    const row = rows('sessions').find((each) => Buffer.from(each['token_hash'] as ArrayBuffer).equals(hash))
    const created = server.clock.now / 1000
    expect(row).toMatchObject({ created_at: created, expires_at: created + 86_400 })
    expect(Object.keys(row ?? {}).filter((name) => name !== '_metadata')).toEqual([
      'token_hash',
      'account',
      'created_at',
      'expires_at',
    ])
  })

  it('ends one session at log-out and leaves the others', async () => {
    const amy = await newPerson(server)
    const second = await server.call('login', { ...amy, versions: [1] })
    await server.call('logout', {}, amy.token)
    expect(await refusal(server.call('getAccount', {}, amy.token))).toMatchObject({ code: 'unauthenticated' })
    expect((await server.call('getAccount', {}, second.session?.token)).account?.username).toBe(amy.username)
  })
})

describe('PublishBundle', () => {
  it('publishes the first bundle with a session, and the same again', async () => {
    const amy = await newPerson(server, { publish: false })
    await server.call('publishBundle', { bundle: amy.bundle }, amy.token)
    await server.call('publishBundle', { bundle: amy.bundle }, amy.token)
    expect((await server.call('getAccount', {}, amy.token)).account?.bundle).toEqual(amy.bundle)
  })

  it('replaces a bundle only with the password', async () => {
    const amy = await newPerson(server)
    const other = signedBundle(amy.alias)
    const asked = (authKey: Uint8Array) => server.call('publishBundle', { bundle: other, authKey }, amy.token)
    for (const key of [new Uint8Array(0), bytes(32)]) {
      expect(await refusal(asked(key))).toMatchObject({ status: 403, code: 'permission_denied', field: 'auth_key' })
    }
    expect((await server.call('getAccount', {}, amy.token)).account?.bundle).toEqual(amy.bundle)
    await asked(amy.authKey)
    expect((await server.call('getAccount', {}, amy.token)).account?.bundle).toEqual(other)
  })

  it('refuses what is not signed, not whole or for another account', async () => {
    const amy = await newPerson(server, { publish: false })
    const good = amy.bundle
    const flipped = Uint8Array.from(good.signature, (byte, at) => (at === 5 ? byte ^ 1 : byte))
    const codes: [string, object][] = [
      ['bad_signature', { ...good, signature: flipped }],
      ['wrong_size', { ...good, body: good.body.slice(1) }],
      ['wrong_size', { ...good, signature: good.signature.slice(1) }],
      ['foreign_contact', signedBundle('00000000')],
    ]
    for (const [code, bundle] of codes) {
      expect(await refusal(server.call('publishBundle', { bundle }, amy.token))).toMatchObject({
        status: 400,
        code,
        field: 'bundle',
      })
    }
    expect(await refusal(server.call('publishBundle', {}, amy.token))).toMatchObject({
      code: 'invalid_argument',
      field: 'bundle',
    })
  })
})

describe('LookUp', () => {
  it('finds people by pairing code and alias, typed as people type', async () => {
    const amy = await newPerson(server)
    const bob = await newPerson(server)
    const dashed =
      `${bob.pairingCode.slice(0, 4)}-${bob.pairingCode.slice(4, 8)} ${bob.pairingCode.slice(8)}`.toLowerCase()
    for (const code of [bob.pairingCode, dashed, bob.alias]) {
      const { person } = await server.call('lookUp', { code }, amy.token)
      expect(person).toMatchObject({ alias: bob.alias, bundle: bob.bundle })
    }
  })

  it('refuses the own code, an unknown one, no code, and who has not published keys', async () => {
    const amy = await newPerson(server)
    const fresh = await newPerson(server, { publish: false })
    const look = (code: string) => refusal(server.call('lookUp', { code }, amy.token))
    expect(await look(amy.pairingCode)).toMatchObject({ status: 400, connect: 'failed_precondition', code: 'own_code' })
    for (const code of ['0000000000', '00000000', '', 'UUUUUUUUUU', '123', fresh.pairingCode]) {
      expect(await look(code)).toMatchObject({ status: 400, code: 'wrong_code', field: 'code' })
    }
  })
})

describe('DrawTickets and GetIceServers', () => {
  it('draws 1 to 8 tickets of 32 bytes', async () => {
    const amy = await newPerson(server)
    const { tickets, lifetime } = await server.call('drawTickets', { count: 8 }, amy.token)
    expect(new Set(tickets.map(toBase64url)).size).toBe(8)
    expect(tickets.every((ticket) => ticket.length === 32)).toBe(true)
    expect(lifetime).toBe(60)
    for (const count of [0, 9]) {
      expect(await refusal(server.call('drawTickets', { count }, amy.token))).toMatchObject({
        code: 'invalid_argument',
        field: 'count',
      })
    }
  })

  it('[T11] names this server’s own STUN and nothing else when no mirror is configured', async () => {
    const amy = await newPerson(server)
    const answer = await server.call('getIceServers', {}, amy.token)
    const stun = {
      urls: [`stun:127.0.0.1:${server.stunPort}`],
      username: '',
      credential: '',
      expiresAt: 0n,
      lifetime: 0,
    }
    expect(answer).toEqual({ servers: [stun], mirrorAfter: 0 })
  })
})
