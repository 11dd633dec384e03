/** Versions of the password protection: old verifiers are renewed at login (spec/05 section 4). */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { fromHex } from '@solo2/sdk/shared'
import { argon2id } from 'hash-wasm'
import Database from 'libsql'
import { describe, expect, it } from 'vitest'
import { createPasswords } from '../../src/password/verifier.js'
import {
  bytes,
  newPerson,
  type Person,
  refusal,
  startTestServer,
  type TestServer,
  temporaryFolder,
} from '../harness.js'

const COST = { 1: { memorySize: 19_456, iterations: 2 }, 2: { memorySize: 47_104, iterations: 1 } }

async function restarted(server: TestServer, version: string): Promise<TestServer> {
  await server.close()
  return startTestServer({ SOLO2_DATA: server.data, SOLO2_SECURITY_VERSION: version })
}

function stored(server: TestServer, who: Person): { version: number; verifier: string } {
  const db = new Database(join(server.data, 'solo2.db'), { readonly: true })
  try {
    const row = db
      .prepare('SELECT security_version AS version, password_verifier AS verifier FROM accounts WHERE username = ?')
      .get([who.username]) as { version: number; verifier: string }
    return { version: row.version, verifier: row.verifier }
  } finally {
    db.close()
  }
}

/** By another Argon2. */
async function isMadeBy(version: 1 | 2, authKey: Uint8Array, verifier: string): Promise<boolean> {
  const bytes = fromHex(verifier)
  const tag = await argon2id({
    ...COST[version],
    password: authKey,
    salt: bytes.slice(0, 16),
    parallelism: 1,
    hashLength: 48,
    outputType: 'hex',
  })
  return tag === verifier.slice(32)
}

const login = async (server: TestServer, who: Person) => {
  const { session } = await server.call('login', { username: who.username, authKey: who.authKey, versions: [1] })
  return session?.token
}

describe('[A13] the security version', () => {
  it('of an old account is renewed at its next login, which ends no session; wrong passwords renew nothing', async () => {
    const old = await startTestServer({ SOLO2_DATA: temporaryFolder() })
    const amy = await newPerson(old)
    const before = stored(old, amy)
    expect(before.version).toBe(1)
    expect(await isMadeBy(1, amy.authKey, before.verifier)).toBe(true)

    const server = await restarted(old, '2')
    const wrong = server.call('login', { username: amy.username, authKey: bytes(32), versions: [1] })
    expect(await refusal(wrong)).toMatchObject({ code: 'unauthenticated' })
    expect(stored(server, amy)).toEqual(before)

    const token = await login(server, amy)
    const after = stored(server, amy)
    expect(after.version).toBe(2)
    expect(await isMadeBy(2, amy.authKey, after.verifier)).toBe(true)
    for (const each of [amy.token, token]) await server.call('getAccount', {}, each)

    await login(server, amy)
    expect(stored(server, amy)).toEqual(after)
    const fresh = await newPerson(server)
    expect(stored(server, fresh).version).toBe(2)
  })

  it('is not lowered by a server that is set back, which still checks it', async () => {
    const newer = await startTestServer({ SOLO2_DATA: temporaryFolder(), SOLO2_SECURITY_VERSION: '2' })
    const amy = await newPerson(newer)
    const before = stored(newer, amy)
    const server = await restarted(newer, '1')
    await login(server, amy)
    expect(stored(server, amy)).toEqual(before)
    await server.call('deleteAccount', { authKey: amy.authKey }, amy.token)
  })

  it('is renewed once by logins at the same moment, and all of them get a session', async () => {
    const old = await startTestServer({ SOLO2_DATA: temporaryFolder() })
    const amy = await newPerson(old)
    const server = await restarted(old, '2')
    const tokens = await Promise.all(Array.from({ length: 4 }, () => login(server, amy)))
    for (const token of tokens) await server.call('getAccount', {}, token)
    expect(stored(server, amy).version).toBe(2)
  })

  it('that is renewed while its owner changes the password does not get into the way', async () => {
    for (let round = 0; round < 4; round++) {
      const old = await startTestServer({ SOLO2_DATA: temporaryFolder() })
      const amy = await newPerson(old)
      const server = await restarted(old, '2')
      const { rewrapped } = await import('../harness.js')
      const newAuthKey = createHash('sha256').update(amy.authKey).digest()
      const change = { authKey: amy.authKey, newAuthKey, wrappedMasterKey: rewrapped(amy.wrapped) }
      const [, changed] = await Promise.allSettled([
        login(server, amy),
        server.call('changePassword', change, amy.token),
      ])
      expect(changed.status).toBe('fulfilled')
      await login(server, { ...amy, authKey: newAuthKey })
      expect(await refusal(login(server, amy))).toMatchObject({ code: 'unauthenticated' })
      expect(stored(server, amy).version).toBe(2)
      await server.close()
    }
  })

  it('that this server does not know is no wrong password', async () => {
    const passwords = createPasswords(1, 1, (length) => bytes(length))
    const verifier = { passwordVerifier: '00'.repeat(64), securityVersion: 9 }
    await expect(passwords.matches(bytes(32), verifier)).rejects.toMatchObject({ code: 'storage_newer' })
  })

  it('of nobody matches nothing, not even its own bytes', async () => {
    const passwords = createPasswords(1, 2, (length) => bytes(length))
    expect(await passwords.matches(bytes(32), undefined)).toBe(false)
    const own = await passwords.protect(bytes(32))
    expect(own.securityVersion).toBe(2)
    expect(await passwords.matches(bytes(32), own)).toBe(true)
    expect(await passwords.matches(bytes(32, 8), own)).toBe(false)
  })
})
