/** What people do with their own account: names, codes, sessions, password, words, recovery, deletion. */
import { createHash, createHmac, randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromHex, toBase64url, toHex } from '@solo2/sdk/shared'
import Database from 'libsql'
import { beforeAll, describe, expect, it } from 'vitest'
import { SCHEMA } from '../src/store/schema/schema.js'
import {
  bytes,
  newPerson,
  type Person,
  refusal,
  rewrapped,
  signedBundle,
  startTestServer,
  type TestServer,
  wrapper,
} from './harness.js'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})

const random = (length = 32) => new Uint8Array(randomBytes(length))
const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest()
const denied = { status: 403, connect: 'permission_denied', code: 'permission_denied', field: 'auth_key', wait: 0 }
const over = { status: 401, code: 'unauthenticated' }

async function login(who: Person, authKey = who.authKey) {
  const { session, wrappedMasterKey } = await server.call('login', { username: who.username, authKey, versions: [1] })
  if (session === undefined) throw new Error('no session')
  return { token: session.token, wrappedMasterKey }
}

function inDatabase<T>(read: (db: InstanceType<typeof Database>) => T): T {
  const db = new Database(join(server.data, 'solo2.db'), { readonly: true })
  try {
    return read(db)
  } finally {
    db.close()
  }
}

function accountRow(who: Person): Record<string, unknown> {
  return inDatabase((db) => db.prepare('SELECT * FROM accounts WHERE username = ?').get([who.username])) as never
}

describe('SetDisplayName', () => {
  it('[A5] changes the name that others see, in its one stored form, and says so', async () => {
    const [amy, bob] = [await newPerson(server), await newPerson(server)]
    const { account } = await server.call('setDisplayName', { displayName: '  A\u0301da   L. ' }, amy.token)
    expect(account?.displayName).toBe('\u00c1da L.')
    const { person } = await server.call('lookUp', { code: amy.pairingCode }, bob.token)
    expect(person?.displayName).toBe('\u00c1da L.')
    expect((await server.call('getAccount', {}, amy.token)).account).toEqual(account)
  })

  it.each(['', 'Evil\u202E', '\u2067Bob', '\u200F\u200F', '\u3164', 'x'.repeat(65), `A${'\u0301'.repeat(60)}`])(
    '[A5] refuses %j and keeps the old name',
    async (displayName) => {
      const amy = await newPerson(server)
      const before = accountRow(amy)['display_name']
      expect(await refusal(server.call('setDisplayName', { displayName }, amy.token))).toMatchObject({
        status: 400,
        code: 'invalid_argument',
        field: 'display_name',
      })
      expect(accountRow(amy)['display_name']).toBe(before)
    },
  )

  it('[A1] [A5] two people with names that look alike stay two people, told apart by their codes', async () => {
    const carol = await newPerson(server)
    const real = await newPerson(server, { name: 'lilian7' })
    const other = await newPerson(server, { name: 'Iilian7' })
    for (const name of ['l\u0456lian7', 'lilian7\u200B', 'lil ian7']) {
      expect(await refusal(newPerson(server, { name }))).toMatchObject({ field: 'username' })
    }
    for (const asker of [real, other]) {
      await server.call('setDisplayName', { displayName: 'Lilian' }, asker.token)
      await server.call('requestPairing', { code: carol.pairingCode }, asker.token)
    }
    const { incoming } = await server.call('listPairings', {}, carol.token)
    expect(incoming.map(({ person }) => person?.displayName)).toEqual(['Lilian', 'Lilian'])
    expect(new Set(incoming.map(({ person }) => person?.alias))).toEqual(new Set([real.alias, other.alias]))
  })
})

describe('NewPairingCode', () => {
  it('[A6] gives another code at once; the old one finds nobody, requests and alias stay', async () => {
    const [amy, bob, cat] = [await newPerson(server), await newPerson(server), await newPerson(server)]
    await server.call('requestPairing', { code: amy.pairingCode }, bob.token)
    const { account } = await server.call('newPairingCode', {}, amy.token)
    const code = account?.pairingCode ?? ''
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{10}$/)
    expect(code).not.toBe(amy.pairingCode)
    for (const method of ['lookUp', 'requestPairing'] as const) {
      expect(await refusal(server.call(method, { code: amy.pairingCode }, cat.token))).toMatchObject({
        code: 'wrong_code',
      })
      expect((await server.call(method, { code }, cat.token)).person?.alias).toBe(amy.alias)
      expect((await server.call(method, { code: amy.alias }, cat.token)).person?.alias).toBe(amy.alias)
    }
    expect((await server.call('listPairings', {}, amy.token)).incoming).toHaveLength(2)
  })
})

describe('ListSessions and EndSessions', () => {
  it('[S1] names the own sessions by a keyed name, oldest first, and never shows a hash', async () => {
    const amy = await newPerson(server)
    await newPerson(server)
    server.clock.now += 5_000
    const second = await login(amy)
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
    const tokens = [amy.token, ...(await Promise.all([1, 2, 3].map(() => login(amy)))).map(({ token }) => token)]
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
    const { token } = await login(amy)
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

describe('ChangePassword', () => {
  it('[A2] [A3] replaces verifier and wrapper, keeps this session, ends the others, leaves the rest', async () => {
    const amy = await newPerson(server)
    const other = await login(amy)
    const before = accountRow(amy)
    const [newAuthKey, wrappedMasterKey] = [random(), rewrapped(amy.wrapped)]
    await server.call('changePassword', { authKey: amy.authKey, newAuthKey, wrappedMasterKey }, amy.token)
    await server.call('getAccount', {}, amy.token)
    expect(await refusal(server.call('getAccount', {}, other.token))).toMatchObject(over)
    expect(await refusal(login(amy))).toMatchObject(over)
    expect((await login(amy, newAuthKey)).wrappedMasterKey).toEqual(wrappedMasterKey)
    const after = accountRow(amy)
    const changed = Object.keys(before).filter((name) => String(before[name]) !== String(after[name]))
    expect(changed).toEqual(['password_verifier', 'wrapped_master_key'])
    expect(new Uint8Array(after['wrapped_master_key'] as ArrayBuffer)).toEqual(wrappedMasterKey)
    const old = [Buffer.from(String(before['password_verifier'])), Buffer.from(amy.wrapped)]
    for (const name of ['solo2.db', 'solo2.db-wal']) {
      const file = readFileSync(join(server.data, name))
      expect(old.some((value) => file.includes(value))).toBe(false)
    }
  })

  it('needs the password that holds, and then changes nothing', async () => {
    const amy = await newPerson(server)
    const other = await login(amy)
    const request = { authKey: random(), newAuthKey: random(), wrappedMasterKey: rewrapped(amy.wrapped) }
    expect(await refusal(server.call('changePassword', request, amy.token))).toEqual(denied)
    await server.call('getAccount', {}, other.token)
    expect((await login(amy)).wrappedMasterKey).toEqual(amy.wrapped)
  })

  it('[A4] keeps the salt of the account: a wrapper with another one is refused', async () => {
    const amy = await newPerson(server)
    const foreign = { wrappedMasterKey: wrapper() }
    const refused = { status: 400, code: 'invalid_argument', field: 'wrapped_master_key' }
    const { authKey, authenticator, username, token } = amy
    const calls = [
      server.call('changePassword', { authKey, newAuthKey: random(), ...foreign }, token),
      server.call('newWords', { authKey, recoveryFingerprint: random(), ...foreign }, token),
      server.call('recover', { username, authenticator, authKey: random(), versions: [1], ...foreign }),
    ]
    for (const call of calls) expect(await refusal(call)).toMatchObject(refused)
    expect((await login(amy)).wrappedMasterKey).toEqual(amy.wrapped)
  })

  it('of two at once, one holds whole', async () => {
    const amy = await newPerson(server)
    const tries = [0, 1].map(() => ({ newAuthKey: random(), wrappedMasterKey: rewrapped(amy.wrapped) }))
    const outcomes = await Promise.allSettled(
      tries.map((change) => server.call('changePassword', { authKey: amy.authKey, ...change }, amy.token)),
    )
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const held = tries[outcomes.findIndex(({ status }) => status === 'fulfilled')]
    expect((await login(amy, held?.newAuthKey)).wrappedMasterKey).toEqual(held?.wrappedMasterKey)
  })

  it('leaves no session to a login with the old password that was under way', async () => {
    for (let round = 0; round < 8; round++) {
      const amy = await newPerson(server, { publish: false })
      const change = { authKey: amy.authKey, newAuthKey: random(), wrappedMasterKey: rewrapped(amy.wrapped) }
      const logins = Array.from({ length: 3 }, () => login(amy).catch(() => undefined))
      await server.call('changePassword', change, amy.token)
      const tokens = (await Promise.all(logins)).flatMap((found) => (found === undefined ? [] : [found.token]))
      for (const token of tokens) expect(await refusal(server.call('getAccount', {}, token))).toMatchObject(over)
      expect((await server.call('listSessions', {}, amy.token)).sessions).toHaveLength(1)
    }
  })
})

describe('NewWords', () => {
  const fresh = (who: Person, authenticator: Uint8Array) => ({
    authKey: who.authKey,
    wrappedMasterKey: rewrapped(who.wrapped),
    recoveryFingerprint: sha256(authenticator),
  })

  it('[A4] makes the old words worthless and the new ones good, under the same password', async () => {
    const amy = await newPerson(server)
    const other = await login(amy)
    const authenticator = random()
    const request = fresh(amy, authenticator)
    await server.call('newWords', request, amy.token)
    await server.call('getAccount', {}, amy.token)
    expect(await refusal(server.call('getAccount', {}, other.token))).toMatchObject(over)
    expect((await login(amy)).wrappedMasterKey).toEqual(request.wrappedMasterKey)
    const recovery = {
      username: amy.username,
      authKey: random(),
      wrappedMasterKey: rewrapped(amy.wrapped),
      versions: [1],
    }
    expect(await refusal(server.call('recover', { ...recovery, authenticator: amy.authenticator }))).toMatchObject(over)
    await server.call('recover', { ...recovery, authenticator })
  })

  it('needs the password', async () => {
    const amy = await newPerson(server)
    const request = { ...fresh(amy, random()), authKey: random() }
    expect(await refusal(server.call('newWords', request, amy.token))).toEqual(denied)
  })

  it('and a change of password at the same time: never the wrapper of one with the fingerprint of the other', async () => {
    for (let round = 0; round < 4; round++) {
      const amy = await newPerson(server, { publish: false })
      const words = fresh(amy, random())
      const password = { authKey: amy.authKey, newAuthKey: random(), wrappedMasterKey: rewrapped(amy.wrapped) }
      const outcomes = await Promise.allSettled([
        server.call('newWords', words, amy.token),
        server.call('changePassword', password, amy.token),
      ])
      expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
      const isWords = outcomes[0].status === 'fulfilled'
      const row = accountRow(amy)
      expect(new Uint8Array(row['wrapped_master_key'] as ArrayBuffer)).toEqual(
        isWords ? words.wrappedMasterKey : password.wrappedMasterKey,
      )
      expect(row['recovery_fingerprint']).toBe(toHex(isWords ? words.recoveryFingerprint : sha256(amy.authenticator)))
    }
  })
})

describe('Recover', () => {
  const request = (who: Person, changes: object = {}) => ({
    username: who.username,
    authenticator: who.authenticator,
    authKey: random(),
    wrappedMasterKey: rewrapped(who.wrapped),
    versions: [1],
    ...changes,
  })

  it('[A4] sets a new password by what the words give, ends every session and begins one', async () => {
    const amy = await newPerson(server)
    const other = await login(amy)
    const asked = request(amy)
    const { session, account } = await server.call('recover', { ...asked, username: amy.username.toUpperCase() })
    for (const token of [amy.token, other.token]) {
      expect(await refusal(server.call('getAccount', {}, token))).toMatchObject(over)
    }
    expect((await server.call('getAccount', {}, session?.token)).account).toEqual(account)
    expect(account).toMatchObject({ username: amy.username, alias: amy.alias, pairingCode: amy.pairingCode })
    expect(await refusal(login(amy))).toMatchObject(over)
    expect((await login(amy, asked.authKey)).wrappedMasterKey).toEqual(asked.wrappedMasterKey)
  })

  it('[A4] says the same to an unknown name and to wrong words, and changes nothing', async () => {
    const amy = await newPerson(server)
    const wrong = await refusal(server.call('recover', request(amy, { authenticator: random() })))
    const unknown = await refusal(server.call('recover', request(amy, { username: 'nobody-at-all' })))
    expect(wrong).toEqual({ status: 401, connect: 'unauthenticated', code: 'unauthenticated', field: '', wait: 0 })
    expect(unknown).toEqual(wrong)
    // A salt that is not the account's is no question that a stranger gets an answer to.
    for (const changes of [{ authenticator: random() }, { username: 'nobody-at-all' }]) {
      expect(await refusal(server.call('recover', request(amy, { wrappedMasterKey: wrapper(), ...changes })))).toEqual(
        wrong,
      )
    }
    await server.call('getAccount', {}, amy.token)
    await login(amy)
  })

  it.each([
    ['username', { username: 'ab' }],
    ['authenticator', { authenticator: bytes(31) }],
    ['auth_key', { authKey: bytes(33) }],
    ['wrapped_master_key', { wrappedMasterKey: bytes(80, 0) }],
    ['versions', { versions: [] }],
  ])('names the field %s that breaks a rule', async (field, change) => {
    const amy = await newPerson(server)
    expect(await refusal(server.call('recover', request(amy, change)))).toMatchObject({
      code: 'invalid_argument',
      field,
    })
  })
})

describe('PublishBundle', () => {
  it('[A17] of other keys needs the password that holds when they are written', async () => {
    const amy = await newPerson(server)
    const bundle = signedBundle(amy.alias)
    expect(await refusal(server.call('publishBundle', { bundle }, amy.token))).toEqual(denied)
    expect(await refusal(server.call('publishBundle', { bundle, authKey: random() }, amy.token))).toEqual(denied)
    await server.call('publishBundle', { bundle, authKey: amy.authKey }, amy.token)
    expect((await server.call('getAccount', {}, amy.token)).account?.bundle).toEqual(bundle)
  })
})

describe('DeleteAccount', () => {
  it('needs the password', async () => {
    const amy = await newPerson(server)
    expect(await refusal(server.call('deleteAccount', { authKey: random() }, amy.token))).toEqual(denied)
    await server.call('getAccount', {}, amy.token)
  })

  it('[D1] ends everything that names the account, and leaves others as they were', async () => {
    const [amy, bob, cat] = [await newPerson(server), await newPerson(server), await newPerson(server)]
    const second = await login(amy)
    await server.call('requestPairing', { code: bob.pairingCode }, amy.token)
    await server.call('requestPairing', { code: amy.pairingCode }, cat.token)
    const { id, reference } = accountRow(amy)
    await server.call('deleteAccount', { authKey: amy.authKey }, amy.token)

    for (const token of [amy.token, second.token]) {
      expect(await refusal(server.call('getAccount', {}, token))).toMatchObject(over)
    }
    expect(await refusal(login(amy))).toMatchObject(over)
    for (const code of [amy.pairingCode, amy.alias]) {
      expect(await refusal(server.call('lookUp', { code }, bob.token))).toMatchObject({ code: 'wrong_code' })
    }
    expect((await server.call('listPairings', {}, bob.token)).incoming).toEqual([])
    const dump = inDatabase((db) => SCHEMA.flatMap(({ name }) => db.prepare(`SELECT * FROM ${name}`).all()))
    expect(JSON.stringify(dump)).not.toContain(String(id))
    const traces = [id, reference, amy.username, amy.alias, amy.pairingCode].map((text) => Buffer.from(String(text)))
    const binary = [sha256(amy.token), amy.wrapped, amy.bundle.signature].map((value) => Buffer.from(value))
    for (const name of ['solo2.db', 'solo2.db-wal']) {
      const file = readFileSync(join(server.data, name))
      const found = [...traces, ...binary].filter((trace) => file.includes(trace))
      expect(found).toEqual([])
    }
    await server.call('getAccount', {}, cat.token)
    const again = await newPerson(server, { name: amy.username })
    expect(again.alias).not.toBe(amy.alias)
  })
})

describe('every method of an own account', () => {
  it.each([
    'setDisplayName',
    'newPairingCode',
    'listSessions',
    'endSessions',
    'changePassword',
    'newWords',
    'deleteAccount',
  ] as const)('%s refuses no token, a made-up one and a damaged one', async (method) => {
    for (const token of [undefined, bytes(32), bytes(31)]) {
      expect(await refusal(server.call(method, {} as never, token))).toMatchObject(over)
    }
  })
})
