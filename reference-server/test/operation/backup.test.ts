/** Backups: taken while the server runs, restored without what was deleted since, and nothing in them that should be gone. */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import Database from 'libsql'
import { describe, expect, it } from 'vitest'
import { backup, restore } from '../../src/command/backup.js'
import { erasureHash } from '../../src/rules/erasure.js'
import { createSqliteStore } from '../../src/store/sqlite/sqlite.js'
import { newPerson, refusal, startTestServer, type TestServer, temporaryFolder } from '../harness.js'
import { solo2Server } from '../run-server.js'
import { fill, marked, traces } from '../store-full.js'

const DAY = Math.floor(Date.now() / 86_400_000)
const options = { replace: false, withoutErasures: false }
const inFolder = (data: string, more: Record<string, string> = {}) => ({ SOLO2_DATA: data, ...more })
/** On this day's clock, since a backup has the day of its machine. */
const start = (data: string, more: Record<string, string> = {}) =>
  startTestServer({ SOLO2_DATA: data, ...more }, Date.now())
const login = (server: TestServer, { username, authKey }: { username: string; authKey: Uint8Array }) =>
  server.call('login', { username, authKey, versions: [1] })

setFlagsFromString('--expose-gc')
const collect = runInNewContext('gc') as () => void
/** As when its process has ended: libsql lets go of a closed file when its statements are collected. */
async function end(server: TestServer): Promise<void> {
  await server.close()
  collect()
  await new Promise((resolve) => setImmediate(resolve))
}

function edit(path: string, statement: string): void {
  const db = new Database(path)
  db.exec(statement)
  db.close()
}

describe('[D1] a backup', () => {
  it('brings back who was there, and nobody who deleted their account after it', async () => {
    const data = temporaryFolder()
    const file = join(temporaryFolder(), 'one.backup')
    const server = await start(data)
    const [amy, bob] = [await newPerson(server), await newPerson(server)]
    expect(backup(inFolder(data), file)).toContain('delete it after 30 days')
    const late = await newPerson(server)
    await server.call('deleteAccount', { authKey: bob.authKey }, bob.token)
    await expect(restore(inFolder(data), { ...options, file, replace: true })).rejects.toThrow('end the server first')
    await end(server)

    await expect(restore(inFolder(data), { ...options, file })).rejects.toThrow('--replace')
    const said = await restore(inFolder(data), { ...options, file, replace: true })
    expect(said).toContain('Deleted again: 1 accounts')
    const again = await start(data)
    expect((await login(again, amy)).account?.pairingCode).toBe(amy.pairingCode)
    for (const gone of [bob, late]) expect(await refusal(login(again, gone))).toMatchObject({ code: 'unauthenticated' })
    // A session from before is not one now.
    expect(await refusal(again.call('getAccount', {}, amy.token))).toMatchObject({ code: 'unauthenticated' })
    await end(again)
    // A second restore of the same backup deletes again.
    expect(await restore(inFolder(data), { ...options, file, replace: true })).toContain('Deleted again: 1')
  })

  it('comes back on a new disk by the file of erasures, and without it only if that is said', async () => {
    const data = temporaryFolder()
    const away = temporaryFolder()
    const [file, SOLO2_ERASURES] = [join(away, 'one.backup'), join(away, 'erasures')]
    const server = await start(data, { SOLO2_ERASURES })
    const [amy, bob] = [await newPerson(server), await newPerson(server)]
    backup(inFolder(data), file)
    expect(readFileSync(SOLO2_ERASURES, 'ascii')).toBe('')
    await server.call('deleteAccount', { authKey: bob.authKey }, bob.token)
    expect(readFileSync(SOLO2_ERASURES, 'ascii')).toMatch(new RegExp(`^${DAY} [0-9a-f]{64}\n$`))
    const salt = await server.call('prelogin', { username: 'nobody-at-all' })
    await end(server)

    const disk = join(temporaryFolder(), 'new')
    await expect(restore(inFolder(disk), { ...options, file })).rejects.toThrow('--without-erasures')
    // A server that was started on the new disk first forgets nothing of the file.
    await end(await start(disk, { SOLO2_ERASURES }))
    const said = await restore(inFolder(disk, { SOLO2_ERASURES }), { ...options, file, replace: true })
    expect(said).toContain('Deleted again: 1')
    const bare = join(temporaryFolder(), 'bare')
    await restore(inFolder(bare), { ...options, file, withoutErasures: true })
    const again = await start(bare)
    await login(again, amy)
    await login(again, bob)
    // The secret came along: made-up salts would otherwise tell which names are nobody's.
    expect(await again.call('prelogin', { username: 'nobody-at-all' })).toEqual(salt)
    expect(statSync(join(bare, 'push-key')).mode & 0o777).toBe(0o600)
    await end(again)
  })

  it('[X1] holds what lives with the account only, for its owner’s eyes', async () => {
    const data = temporaryFolder()
    const file = join(temporaryFolder(), 'one.backup')
    await end(await start(data))
    const store = createSqliteStore(join(data, 'solo2.db'))
    const session = { tokenHash: Buffer.alloc(32, 9), account: marked(0).id, createdAt: 1, expiresAt: 9_999_999_999 }
    for (const n of [0, 1]) await store.createAccount(marked(n), { ...session, tokenHash: Buffer.alloc(32, n) })
    for (const n of [0, 1]) await fill(store, n, 2)
    await store.creditCheckout(Buffer.alloc(32), { confirmation: 'c'.repeat(16), amount: 1, day: 1 }, 0, (row) => row)
    backup(inFolder(data), file)
    await store.close()
    expect(statSync(file).mode & 0o077).toBe(0)
    const db = new Database(file, { readonly: true })
    const tables = db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").all() as { name: string }[]
    expect(tables.map(({ name }) => name).sort()).toEqual(['accounts', 'backup', 'billing', 'payments'])
    expect(db.prepare('SELECT COUNT(*) AS n FROM accounts WHERE wake_hash IS NULL').get()).toMatchObject({ n: 2 })
    db.close()
    const bytes = readFileSync(file)
    const found = Object.entries(traces(0)).filter(([, value]) => bytes.includes(Buffer.from(value)))
    expect(found.map(([what]) => what)).toEqual([
      'id',
      'reference',
      'username',
      'passwordVerifier',
      'wrappedMasterKey',
      'recoveryFingerprint',
      'displayName',
      'pairingCode',
      'alias',
      'bundle',
    ])
  })

  it('is refused when it is too old, of tomorrow’s tomorrow, of a later version, cut or something else', async () => {
    const data = temporaryFolder()
    const folder = temporaryFolder()
    const file = join(folder, 'one.backup')
    const server = await start(data)
    await newPerson(server)
    backup(inFolder(data), file)
    await end(server)
    const fresh = () => inFolder(join(temporaryFolder(), 'new'))
    const wanted = { ...options, file, withoutErasures: true }
    for (const [day, may] of [
      [DAY - 31, false],
      [DAY - 30, true],
      [DAY + 1, true],
      [DAY + 2, false],
    ] as const) {
      edit(file, `UPDATE backup SET day = ${day}`)
      const done = restore(fresh(), wanted)
      if (may) await done
      else await expect(done).rejects.toThrow('older than 30 days')
    }
    edit(file, `UPDATE backup SET day = ${DAY}; PRAGMA user_version = 1000`)
    await expect(restore(fresh(), wanted)).rejects.toMatchObject({ code: 'storage_newer' })
    edit(file, 'PRAGMA user_version = 3')
    const whole = readFileSync(file)
    for (const [name, bytes] of [
      ['cut', whole.subarray(0, whole.length / 2)],
      ['empty', Buffer.alloc(0)],
      ['other', Buffer.from('%PDF-1.7')],
    ] as const) {
      writeFileSync(join(folder, name), bytes)
      const there = fresh()
      await expect(restore(there, { ...wanted, file: join(folder, name) })).rejects.toMatchObject({
        code: 'storage_damaged',
      })
      expect(existsSync(there.SOLO2_DATA)).toBe(false)
    }
    // A database of a server is no backup.
    await expect(restore(fresh(), { ...wanted, file: join(data, 'solo2.db') })).rejects.toMatchObject({
      code: 'storage_damaged',
    })
  })

  it('leaves nothing behind when it cannot be taken, and overwrites nothing', async () => {
    const data = temporaryFolder()
    const folder = temporaryFolder()
    await end(await start(data))
    edit(join(data, 'solo2.db'), 'PRAGMA user_version = 2')
    expect(() => backup(inFolder(data), join(folder, 'one'))).toThrow('of another version')
    edit(join(data, 'solo2.db'), 'PRAGMA user_version = 3')
    writeFileSync(join(folder, 'two'), 'precious')
    expect(() => backup(inFolder(data), join(folder, 'two'))).toThrow('there already')
    expect(() => backup(inFolder(data), join(folder, 'none/three'))).toThrow('not there')
    expect(() => backup(inFolder(temporaryFolder()), join(folder, 'four'))).toThrow('no database')
    expect(readdirSync(folder)).toEqual(['two'])
  })
})

describe('[D1] an erasure', () => {
  it('is kept for 31 days, in the table and in the file, and is a hash', async () => {
    const data = temporaryFolder()
    const SOLO2_ERASURES = join(temporaryFolder(), 'erasures')
    const server = await startTestServer({ SOLO2_DATA: data, SOLO2_ERASURES })
    const amy = await newPerson(server)
    const db = new Database(join(data, 'solo2.db'), { readonly: true })
    const { id } = db.prepare('SELECT id FROM accounts').get() as { id: string }
    const rows = () => db.prepare('SELECT hex(account_hash) AS hash, day FROM erasures').all()
    await server.call('deleteAccount', { authKey: amy.authKey }, amy.token)
    const day = Math.floor(server.clock.now / 86_400_000)
    const hash = Buffer.from(erasureHash(id)).toString('hex')
    expect(rows()).toMatchObject([{ hash: hash.toUpperCase(), day }])
    server.clock.now += 30 * 86_400_000
    await server.sweep()
    expect(rows()).toHaveLength(1)
    expect(readFileSync(SOLO2_ERASURES, 'ascii')).toBe(`${day} ${hash}\n`)
    server.clock.now += 86_400_000
    await server.sweep()
    expect(rows()).toEqual([])
    expect(readFileSync(SOLO2_ERASURES, 'ascii')).toBe('')
    db.close()
  })

  it('does not keep an account alive when its file cannot be written, and the log tells', async () => {
    const log = temporaryFolder()
    const server = await startTestServer({ SOLO2_ERASURES: join(temporaryFolder(), 'no/such/folder'), SOLO2_LOG: log })
    const amy = await newPerson(server)
    await server.call('deleteAccount', { authKey: amy.authKey }, amy.token)
    expect(await refusal(login(server, amy))).toMatchObject({ code: 'unauthenticated' })
    const lines = readdirSync(log).map((name) => readFileSync(join(log, name), 'utf8'))
    expect(lines.join('')).toContain('"event":"failed"')
  })
})

describe('solo2-server', () => {
  it('backs up and restores as a program, and says what it does not understand', async () => {
    const data = temporaryFolder()
    const file = join(temporaryFolder(), 'one.backup')
    const server = await start(data)
    await newPerson(server)
    expect(await solo2Server(['backup', file], inFolder(data))).toMatchObject({ code: 0 })
    await end(server)
    expect(await solo2Server(['restore', file, '--replace'], inFolder(data))).toMatchObject({ code: 0 })
    expect(await solo2Server(['restore', file], inFolder(data))).toMatchObject({ code: 1, out: '' })
    const misread = await solo2Server(['backup', 'a', 'b'], inFolder(data))
    expect(misread).toMatchObject({ code: 2, out: '' })
    expect(misread.err).toContain('too many words')
  })
})
