/** What stands for the password and the words: changed, recovered, and deleted with the account. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { toHex } from '@solo2/sdk/shared'
import { beforeAll, describe, expect, it } from 'vitest'
import { SCHEMA } from '../../src/store/schema/schema.js'
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
} from '../harness.js'
import { accountRow, denied, inDatabase, login, over, random, sha256 } from './common.js'

let server: TestServer
beforeAll(async () => {
  server = await startTestServer()
})

describe('ChangePassword', () => {
  it('[A2] [A3] replaces verifier and wrapper, keeps this session, ends the others, leaves the rest', async () => {
    const amy = await newPerson(server)
    const other = await login(server, amy)
    const before = accountRow(server, amy)
    const [newAuthKey, wrappedMasterKey] = [random(), rewrapped(amy.wrapped)]
    await server.call('changePassword', { authKey: amy.authKey, newAuthKey, wrappedMasterKey }, amy.token)
    await server.call('getAccount', {}, amy.token)
    expect(await refusal(server.call('getAccount', {}, other.token))).toMatchObject(over)
    expect(await refusal(login(server, amy))).toMatchObject(over)
    expect((await login(server, amy, newAuthKey)).wrappedMasterKey).toEqual(wrappedMasterKey)
    const after = accountRow(server, amy)
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
    const other = await login(server, amy)
    const request = { authKey: random(), newAuthKey: random(), wrappedMasterKey: rewrapped(amy.wrapped) }
    expect(await refusal(server.call('changePassword', request, amy.token))).toEqual(denied)
    await server.call('getAccount', {}, other.token)
    expect((await login(server, amy)).wrappedMasterKey).toEqual(amy.wrapped)
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
    expect((await login(server, amy)).wrappedMasterKey).toEqual(amy.wrapped)
  })

  it('of two at once, one holds whole', async () => {
    const amy = await newPerson(server)
    const tries = [0, 1].map(() => ({ newAuthKey: random(), wrappedMasterKey: rewrapped(amy.wrapped) }))
    const outcomes = await Promise.allSettled(
      tries.map((change) => server.call('changePassword', { authKey: amy.authKey, ...change }, amy.token)),
    )
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const held = tries[outcomes.findIndex(({ status }) => status === 'fulfilled')]
    expect((await login(server, amy, held?.newAuthKey)).wrappedMasterKey).toEqual(held?.wrappedMasterKey)
  })

  it('leaves no session to a login with the old password that was under way', async () => {
    for (let round = 0; round < 8; round++) {
      const amy = await newPerson(server, { publish: false })
      const change = { authKey: amy.authKey, newAuthKey: random(), wrappedMasterKey: rewrapped(amy.wrapped) }
      const logins = Array.from({ length: 3 }, () => login(server, amy).catch(() => undefined))
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
    const other = await login(server, amy)
    const authenticator = random()
    const request = fresh(amy, authenticator)
    await server.call('newWords', request, amy.token)
    await server.call('getAccount', {}, amy.token)
    expect(await refusal(server.call('getAccount', {}, other.token))).toMatchObject(over)
    expect((await login(server, amy)).wrappedMasterKey).toEqual(request.wrappedMasterKey)
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
      const row = accountRow(server, amy)
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
    const other = await login(server, amy)
    const asked = request(amy)
    const { session, account } = await server.call('recover', { ...asked, username: amy.username.toUpperCase() })
    for (const token of [amy.token, other.token]) {
      expect(await refusal(server.call('getAccount', {}, token))).toMatchObject(over)
    }
    expect((await server.call('getAccount', {}, session?.token)).account).toEqual(account)
    expect(account).toMatchObject({ username: amy.username, alias: amy.alias, pairingCode: amy.pairingCode })
    expect(await refusal(login(server, amy))).toMatchObject(over)
    expect((await login(server, amy, asked.authKey)).wrappedMasterKey).toEqual(asked.wrappedMasterKey)
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
    await login(server, amy)
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
  it('[A11] ends the second of the registration, which nothing else changes', async () => {
    const own = await startTestServer()
    const times = { amy: own.clock.now + 1_999, bob: own.clock.now + 4_000 }
    own.clock.now = times.amy
    const amy = await newPerson(own)
    own.clock.now = times.bob
    const bob = await newPerson(own)
    const told = async (token: Uint8Array) => (await own.call('getAccount', {}, token)).account?.registeredAt
    const kept = () => inDatabase(own, (db) => db.prepare('SELECT registered_at FROM accounts ORDER BY 1').all())
    const [first, second] = [Math.floor(times.amy / 1_000), times.bob / 1_000]
    expect([await told(amy.token), await told(bob.token)]).toEqual([BigInt(first), BigInt(second)])

    own.clock.now += 3_600_000
    await own.call('setDisplayName', { displayName: 'Amy, later' }, amy.token)
    const [newAuthKey, wrappedMasterKey] = [random(), rewrapped(amy.wrapped)]
    await own.call('changePassword', { authKey: amy.authKey, newAuthKey, wrappedMasterKey }, amy.token)
    const later = await login(own, amy, newAuthKey)
    expect(await told(later.token)).toBe(BigInt(first))
    expect(kept()).toEqual([{ registered_at: first }, { registered_at: second }])

    await own.call('deleteAccount', { authKey: newAuthKey }, later.token)
    expect(kept()).toEqual([{ registered_at: second }])
  })

  it('needs the password', async () => {
    const amy = await newPerson(server)
    expect(await refusal(server.call('deleteAccount', { authKey: random() }, amy.token))).toEqual(denied)
    await server.call('getAccount', {}, amy.token)
  })

  it('[D1] ends everything that names the account, and leaves others as they were', async () => {
    // A name that no other row holds by chance: `person-2` before a verifier that begins with 8 reads `person-28`.
    const amy = await newPerson(server, { name: 'amy.to.be.deleted' })
    const [bob, cat] = [await newPerson(server), await newPerson(server)]
    const second = await login(server, amy)
    await server.call('requestPairing', { code: bob.pairingCode }, amy.token)
    await server.call('requestPairing', { code: amy.pairingCode }, cat.token)
    const { id, reference } = accountRow(server, amy)
    await server.call('deleteAccount', { authKey: amy.authKey }, amy.token)

    for (const token of [amy.token, second.token]) {
      expect(await refusal(server.call('getAccount', {}, token))).toMatchObject(over)
    }
    expect(await refusal(login(server, amy))).toMatchObject(over)
    for (const code of [amy.pairingCode, amy.alias]) {
      expect(await refusal(server.call('lookUp', { code }, bob.token))).toMatchObject({ code: 'wrong_code' })
    }
    expect((await server.call('listPairings', {}, bob.token)).incoming).toEqual([])
    const dump = inDatabase(server, (db) => SCHEMA.flatMap(({ name }) => db.prepare(`SELECT * FROM ${name}`).all()))
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
