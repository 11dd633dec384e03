/** The server's process is killed while people delete their accounts over HTTP: each is whole or gone afterwards. */
import { createHash, randomBytes } from 'node:crypto'
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { DeleteAccountRequest } from '@solo2/proto/account'
import { toBase64url } from '@solo2/sdk/shared'
import { describe, expect, it } from 'vitest'
import { type ServerProcess, startServer } from '../../sdk/test/support/server.js'
import { cases } from '../../tools/cases.js'
import { createPasswords } from '../src/password/verifier.js'
import { createSqliteStore } from '../src/store/sqlite/sqlite.js'
import { bytes, servicePath, temporaryFolder } from './harness.js'
import { dump, fill, mark, marked } from './store-full.js'
import { leftWhole } from './whole-or-gone.js'

const PEOPLE = 16
const SESSIONS = 2
const environment = { SOLO2_LOG: 'off', SOLO2_LIMIT_CALLS: '1000000/1', SOLO2_LIMIT_PASSWORD: '1000000/1' }
const authKey = bytes(32)
const tokenOf = (n: number) => mark(`${n} own token`)

async function call(server: ServerProcess, method: string, n: number, body: Uint8Array): Promise<number> {
  const answer = await fetch(`${server.url}${servicePath}${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/proto', authorization: `Bearer ${toBase64url(tokenOf(n))}` },
    body: Buffer.from(body),
  })
  await answer.arrayBuffer()
  return answer.status
}

/** A data folder with people who have rows in every table and one password. */
async function prepared(): Promise<string> {
  const folder = temporaryFolder()
  const passwords = createPasswords(1, 1, (length) => new Uint8Array(randomBytes(length)))
  const verifier = await passwords.protect(authKey)
  const now = Math.floor(Date.now() / 1_000)
  const store = createSqliteStore(join(folder, 'solo2.db'))
  for (let n = 0; n < PEOPLE; n++) {
    const tokenHash = createHash('sha256').update(tokenOf(n)).digest()
    const session = { tokenHash, account: marked(n).id, createdAt: now, expiresAt: now + 86_400 }
    await store.createAccount({ ...marked(n), ...verifier }, session)
  }
  for (let n = 0; n < PEOPLE; n++) await fill(store, n, PEOPLE, now)
  await store.close()
  return folder
}

/** Who got an answer to the deletion of their account before all was over. */
async function deleteAll(server: ServerProcess): Promise<Set<number>> {
  const acknowledged = new Set<number>()
  const body = DeleteAccountRequest.encode({ authKey }).finish()
  await Promise.all(
    Array.from({ length: PEOPLE }, async (_, n) => {
      const status = await call(server, 'DeleteAccount', n, body).catch(() => 0)
      if (status === 200) acknowledged.add(n)
      else expect(status).toBe(0)
    }),
  )
  return acknowledged
}

describe('[D1] a server that is killed while accounts are deleted over HTTP', () => {
  it('has each account whole or not at all when it starts again, and none whose deletion was answered', {
    timeout: cases(300_000, 7_200_000),
  }, async () => {
    const full = await prepared()
    const copy = () => {
      const data = temporaryFolder()
      cpSync(full, data, { recursive: true })
      return data
    }
    expect(leftWhole(dump(join(full, 'solo2.db')), PEOPLE, SESSIONS)).toHaveLength(PEOPLE)
    // How long it takes undisturbed: the kills fall anywhere in it.
    await using undisturbed = await startServer({ ...environment, SOLO2_DATA: copy() })
    const from = performance.now()
    expect((await deleteAll(undisturbed)).size).toBe(PEOPLE)
    const wholeMs = performance.now() - from

    const seen = { middle: 0, acknowledged: 0 }
    for (let run = 0; run < cases(12, 200); run++) {
      const data = copy()
      const server = await startServer({ ...environment, SOLO2_DATA: data })
      const timer = setTimeout(() => void server.kill(), Math.random() * wholeMs)
      const acknowledged = await deleteAll(server)
      clearTimeout(timer)
      await server.kill()

      const again = await startServer({ ...environment, SOLO2_DATA: data })
      const statuses = await Promise.all(
        Array.from({ length: PEOPLE }, (_, n) => call(again, 'ListSessions', n, new Uint8Array(0))),
      )
      await again.kill()
      const left = leftWhole(dump(join(data, 'solo2.db')), PEOPLE, SESSIONS)
      expect(statuses).toEqual(Array.from({ length: PEOPLE }, (_, n) => (left.includes(n) ? 200 : 401)))
      expect(left.filter((n) => acknowledged.has(n))).toEqual([])
      if (left.length > 0 && left.length < PEOPLE) seen.middle += 1
      seen.acknowledged += acknowledged.size
    }
    // Otherwise nobody was killed in the middle, or nothing was answered before, and nothing was shown.
    expect(seen.middle).toBeGreaterThan(0)
    expect(seen.acknowledged).toBeGreaterThan(0)
  })
})
