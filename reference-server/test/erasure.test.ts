/** What is deleted or replaced leaves no byte in any file of the data folder while the server goes on. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Store } from '../src/store/port.js'
import { createSqliteStore } from '../src/store/sqlite/sqlite.js'
import { temporaryFolder } from './harness.js'
import { endpointOf, mark, marked, messageOf, people, traces } from './store-full.js'

/** Everything in the folder: the database, its write-ahead log and the log's index. */
function bytesOf(folder: string): Buffer {
  return Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))))
}

/** What of a person is anywhere in the files; hashes also as hex. Half of a value counts, since pages split rows. */
function found(folder: string, values: Record<string, string | Uint8Array>): string[] {
  const all = bytesOf(folder)
  return Object.entries(values)
    .filter(([, value]) => {
      const raw = Buffer.from(value)
      const half = Math.max(8, Math.floor(raw.length / 2))
      return [raw.subarray(0, half), raw.subarray(-half), Buffer.from(raw.toString('hex'))].some((part) =>
        all.includes(part),
      )
    })
    .map(([name]) => name)
}

/** A store with enough people that pages split, and the folder that it is in. */
async function crowd(): Promise<{ folder: string; store: Store }> {
  const folder = temporaryFolder()
  const store = createSqliteStore(join(folder, 'store.db'))
  await people(store, 60)
  return { folder, store }
}

describe('erasure in SQLite, while the database is open', () => {
  it('[D1] leaves no byte of a deleted account, and every byte of another', async () => {
    const { folder, store } = await crowd()
    for (const n of [7, 30, 59]) {
      expect(found(folder, traces(n))).toEqual(Object.keys(traces(n)))
      expect(await store.deleteAccount(marked(n).id, marked(n).passwordVerifier, 20_000)).toBe(true)
      expect(found(folder, traces(n))).toEqual([])
      expect(found(folder, traces(n - 1))).toEqual(Object.keys(traces(n - 1)))
    }
    await store.close()
  })

  it('[S2] leaves no byte of a session after log-out, of one ended from afar, and of expired ones', async () => {
    const { folder, store } = await crowd()
    const token = (n: number) => ({ [`token ${n}`]: mark(`${n} token`) })
    expect(found(folder, { ...token(3), ...token(4), ...token(5) })).toHaveLength(3)
    await store.deleteSession(mark('3 token'))
    expect(found(folder, { ...token(3), ...token(4) })).toEqual(['token 4'])
    await store.deleteSessions(marked(4).id, [mark('4 token')])
    expect(found(folder, { ...token(4), ...token(5) })).toEqual(['token 5'])
    await store.deleteExpired({ sessions: 5_000, pairings: 0, checkouts: 0, erasures: 0 })
    const all = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`token ${n}`, mark(`${n} token`)]))
    expect(found(folder, all)).toEqual([])
    await store.close()
  })

  it('[R1] [R2] leaves no byte of a pairing request that was refused, accepted or has expired', async () => {
    const { folder, store } = await crowd()
    // A request is its two identifiers side by side, as they lie in the row and in its index.
    const pair = (n: number) => {
      const both = [marked(n).id, marked(n + 1).id]
      return [both.join(''), both.reverse().join('')]
    }
    const there = (n: number) => pair(n).filter((text) => bytesOf(folder).includes(text)).length
    expect([there(1), there(2), there(3)].every((count) => count > 0)).toBe(true)
    await store.deletePairing(marked(1).id, marked(2).id)
    expect(there(1)).toBe(0)
    const crossed = { requester: marked(3).id, recipient: marked(2).id, createdAt: 1_001 }
    expect(await store.requestPairing(crossed, 0, () => 'accept')).toBe('accept')
    expect(there(2)).toBe(0)
    expect(there(3)).toBeGreaterThan(0)
    await store.deleteExpired({ sessions: 0, pairings: 1_000, checkouts: 0, erasures: 0 })
    for (let n = 0; n < 59; n++) expect(there(n)).toBe(0)
    await store.close()
  })

  it('leaves no byte of what was replaced or processed', async () => {
    const { folder, store } = await crowd()
    const n = 9
    const { id, passwordVerifier } = marked(n)
    const secrets = {
      passwordVerifier: 'x'.repeat(128),
      securityVersion: 2,
      wrappedMasterKey: mark('new', 64),
      recoveryFingerprint: 'y'.repeat(64),
    }
    await store.replaceSecrets(id, passwordVerifier, secrets, 'all')
    await store.putDisplayName(id, 'Another')
    await store.putPairingCode(id, 'ZZZZZZZZZZ')
    await store.putBundle(id, mark('new bundle', 64), secrets.passwordVerifier)
    await store.setWakeHash(id, mark('new wake'))
    await store.putPushSubscription(
      { endpoint: endpointOf(n), account: id, p256dh: mark('p', 64), auth: mark('a', 16) },
      5,
    )
    await store.deleteFeedback({ account: id, message: messageOf(n) })
    await store.creditCheckout(mark(`${n} checkout`), { confirmation: 'c', amount: 5, day: 1 }, 0, (row) => row)
    const kept = ['id', 'reference', 'username', 'alias', 'token', 'secondToken', 'endpoint']
    expect(found(folder, traces(n)).sort()).toEqual(kept.sort())
    await store.deletePushSubscription(endpointOf(n))
    expect(found(folder, { endpoint: endpointOf(n) })).toEqual([])
    await store.close()
  })
})
