/** One behaviour suite for every store: memory and SQLite must not differ. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'libsql'
import { describe, expect, it } from 'vitest'
import { createMemoryStore } from '../src/store/memory.js'
import type { AccountRow, PairingFacts, SessionRow, Store } from '../src/store/port.js'
import { ddl, SCHEMA_VERSION } from '../src/store/schema.js'
import { createSqliteStore } from '../src/store/sqlite.js'
import { bytes, temporaryFolder } from './harness.js'

const NAMES = 'abcdefghijklmnopqrstuvwxyz'

function account(n: number, changes: Partial<AccountRow> = {}): AccountRow {
  const letter = NAMES.charAt(n)
  return {
    id: `u_${letter.repeat(22)}`,
    reference: `r_${letter.repeat(22)}`,
    username: `name-${letter}`,
    passwordVerifier: letter.repeat(128),
    wrappedMasterKey: bytes(80, n),
    recoveryFingerprint: letter.repeat(64),
    displayName: `Näme ${letter} 🦊`,
    pairingCode: letter.toUpperCase().repeat(10),
    alias: letter.toUpperCase().repeat(8),
    balance: 0,
    bonus: 1_234_567_890_123,
    type: 1,
    state: 1,
    cutOff: 0,
    registeredAt: 1_800_000_000 + n,
    securityVersion: 1,
    flags: 0,
    bundle: undefined,
    ...changes,
  }
}

const session = (n: number, fill = n, expiresAt = 2_000): SessionRow => ({
  tokenHash: bytes(32, fill),
  account: account(n).id,
  createdAt: 1_000,
  expiresAt,
})

const kinds: [string, () => Store][] = [
  ['memory', createMemoryStore],
  ['sqlite', () => createSqliteStore(join(temporaryFolder(), 'store.db'))],
]

describe.each(kinds)('a store in %s', (_, create) => {
  const filled = async (people = 3) => {
    const store = create()
    for (let n = 0; n < people; n++) expect(await store.createAccount(account(n), session(n))).toBe('created')
    return store
  }

  it('gives back every field of an account by each of its names', async () => {
    const store = await filled()
    expect(await store.accountByUsername('name-b')).toEqual(account(1))
    expect(await store.accountByPairingCode('BBBBBBBBBB')).toEqual(account(1))
    expect(await store.accountByAlias('BBBBBBBB')).toEqual(account(1))
    expect(await store.accountBySession(bytes(32, 1), 1_999)).toEqual(account(1))
    for (const nobody of [
      store.accountByUsername('name-z'),
      store.accountByUsername('NAME-B'),
      store.accountByPairingCode('BBBBBBBB'),
      store.accountByAlias('BBBBBBBBBB'),
      store.accountBySession(bytes(32, 99), 0),
    ]) {
      expect(await nobody).toBeUndefined()
    }
    await store.close()
  })

  it('refuses a name or an identifier that is taken, and keeps nothing of either row then', async () => {
    const store = await filled()
    expect(await store.createAccount(account(5, { username: 'name-a' }), session(5, 50))).toBe('username_taken')
    for (const change of [
      { id: account(0).id },
      { reference: account(0).reference },
      { alias: account(0).alias },
      { pairingCode: account(0).pairingCode },
    ]) {
      expect(await store.createAccount(account(5, change), session(5, 50))).toBe('identifier_taken')
    }
    expect(await store.accountByUsername('name-f')).toBeUndefined()
    expect(await store.createAccount(account(5), session(5, 50))).toBe('created')
    await store.close()
  })

  it('does the same for a session whose hash is there already: no account without its session', async () => {
    const store = await filled()
    expect(await store.createAccount(account(6), session(6, 0))).toBe('identifier_taken')
    expect(await store.accountByUsername('name-g')).toBeUndefined()
    await store.close()
  })

  it('keeps a bundle, another one in its place, and copies what it is given', async () => {
    const store = await filled()
    const whole = bytes(200, 3)
    const view = whole.subarray(50, 150)
    await store.putBundle(account(0).id, view)
    await store.putBundle(account(1).id, bytes(9, 1))
    await store.putBundle(account(1).id, bytes(5, 2))
    expect((await store.accountByUsername('name-a'))?.bundle).toEqual(bytes(100, 3))
    expect((await store.accountByUsername('name-b'))?.bundle).toEqual(bytes(5, 2))
    await store.close()
  })

  it('ends sessions at their second, one by one, and by deletion', async () => {
    const store = await filled()
    await store.createSession(session(0, 10, 3_000))
    expect(await store.accountBySession(bytes(32, 0), 2_000)).toBeUndefined()
    expect((await store.accountBySession(bytes(32, 10), 2_000))?.username).toBe('name-a')
    expect(await store.deleteSession(bytes(32, 10))).toBe(true)
    expect(await store.deleteSession(bytes(32, 10))).toBe(false)
    expect(await store.accountBySession(bytes(32, 10), 2_000)).toBeUndefined()
    expect(await store.deleteExpired(1_999, 0)).toEqual({ sessions: 0, pairings: 0 })
    expect(await store.deleteExpired(2_000, 0)).toEqual({ sessions: 3, pairings: 0 })
    await store.close()
  })

  it('decides on a pairing by what is pending and not expired', async () => {
    const store = await filled(4)
    const seen: PairingFacts[] = []
    const ask = (from: number, to: number, createdAt: number, verdict: 'create' | 'keep' | 'accept' | 'refuse') =>
      store.requestPairing({ requester: account(from).id, recipient: account(to).id, createdAt }, 100, (facts) => {
        seen.push(facts)
        return verdict
      })
    expect(await ask(0, 1, 100, 'create')).toBe('create')
    await ask(0, 1, 101, 'create')
    await ask(0, 1, 102, 'keep')
    await ask(2, 1, 103, 'create')
    await ask(0, 2, 104, 'create')
    expect(await ask(1, 0, 105, 'refuse')).toBe('refuse')
    expect(seen).toEqual([
      { repeated: false, crossed: false, incoming: 0, outgoing: 0 },
      { repeated: false, crossed: false, incoming: 0, outgoing: 0 },
      { repeated: true, crossed: false, incoming: 1, outgoing: 1 },
      { repeated: false, crossed: false, incoming: 1, outgoing: 0 },
      { repeated: false, crossed: false, incoming: 0, outgoing: 1 },
      { repeated: false, crossed: true, incoming: 0, outgoing: 0 },
    ])
    const listed = await store.pairingsTo(account(1).id, 100)
    expect(listed.map(({ request, requester }) => [requester.username, request.createdAt])).toEqual([
      ['name-a', 101],
      ['name-c', 103],
    ])
    expect(listed[0]?.requester).toEqual(account(0))
    await ask(1, 0, 106, 'accept')
    expect((await store.pairingsTo(account(1).id, 100)).map(({ requester }) => requester.username)).toEqual(['name-c'])
    expect(await store.pairingsTo(account(0).id, 100)).toEqual([])
    await store.close()
  })

  it('deletes a request once, and expired ones at their second', async () => {
    const store = await filled()
    const ask = (from: number, to: number, createdAt: number) =>
      store.requestPairing({ requester: account(from).id, recipient: account(to).id, createdAt }, 0, () => 'create')
    await ask(0, 1, 500)
    await ask(0, 2, 501)
    expect(await store.deletePairing(account(1).id, account(0).id)).toBe(false)
    expect(await store.deletePairing(account(0).id, account(1).id)).toBe(true)
    expect(await store.deletePairing(account(0).id, account(1).id)).toBe(false)
    expect(await store.deleteExpired(0, 500)).toEqual({ sessions: 0, pairings: 0 })
    expect(await store.deleteExpired(0, 501)).toEqual({ sessions: 0, pairings: 1 })
    await store.close()
  })
})

describe('SQLite', () => {
  it('finds everything again after it was closed, and makes its tables once', async () => {
    const path = join(temporaryFolder(), 'again.db')
    const first = createSqliteStore(path)
    await first.createAccount(account(0), session(0))
    await first.close()
    const second = createSqliteStore(path)
    expect(await second.accountBySession(bytes(32, 0), 0)).toEqual(account(0))
    await second.close()
  })

  it('refuses a database of a later version and touches nothing', () => {
    const path = join(temporaryFolder(), 'later.db')
    const db = new Database(path)
    db.exec(`PRAGMA user_version = ${SCHEMA_VERSION + 1}`)
    db.close()
    expect(() => createSqliteStore(path)).toThrow(expect.objectContaining({ code: 'storage_newer' }))
    const again = new Database(path)
    expect(again.prepare('SELECT COUNT(*) AS n FROM sqlite_schema').get()).toMatchObject({ n: 0 })
    again.close()
  })

  it('does not take a file that is no database for an empty one', () => {
    const folder = temporaryFolder()
    mkdirSync(folder, { recursive: true })
    writeFileSync(
      join(folder, 'no.db'),
      'this is no database at all, but it is long enough to be looked at'.repeat(100),
    )
    expect(() => createSqliteStore(join(folder, 'no.db'))).toThrow()
  })

  it('is made of strict tables', () => {
    expect(
      ddl()
        .filter((statement) => statement.startsWith('CREATE TABLE'))
        .every((statement) => statement.includes('STRICT')),
    ).toBe(true)
  })
})
