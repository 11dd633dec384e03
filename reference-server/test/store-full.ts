/** A store with people who have rows in every table, and looks at a database from outside. */
import { createHash } from 'node:crypto'
import Database from 'libsql'
import type { AccountRow, Store } from '../src/store/port.js'
import { SCHEMA } from '../src/store/schema/schema.js'

/** Bytes that occur nowhere else: of a mark such as "7 token". */
export function mark(text: string, length = 32): Buffer {
  return createHash('sha512').update(text).digest().subarray(0, length)
}

/** Letters and digits that occur nowhere else. */
const letters = (text: string, length: number) =>
  (mark(text, 64).toString('hex') + mark(`${text}+`, 64).toString('hex')).slice(0, length)

/** Somebody by number, marked in every field. */
export function marked(n: number): AccountRow {
  return {
    id: `u_${letters(`${n} id`, 22)}`,
    reference: `r_${letters(`${n} reference`, 22)}`,
    username: letters(`${n} username`, 20),
    passwordVerifier: letters(`${n} verifier`, 128),
    wrappedMasterKey: mark(`${n} wrapper`, 64),
    recoveryFingerprint: letters(`${n} recovery`, 64),
    displayName: letters(`${n} name`, 24),
    pairingCode: letters(`${n} code`, 10),
    alias: letters(`${n} alias`, 8),
    balance: 0,
    bonus: 0,
    type: 1,
    state: 1,
    cutOff: 0,
    registeredAt: 1_800_000_000,
    securityVersion: 1,
    flags: 0,
    bundle: mark(`${n} bundle`, 64),
    wakeHash: undefined,
  }
}

export const endpointOf = (n: number) => `https://push.example/${letters(`${n} endpoint`, 40)}`
export const messageOf = (n: number) => `help ${letters(`${n} message`, 40)}`

/** Gives somebody a row in every table that can name an account, the next person's pairing request among them. */
export async function fill(store: Store, n: number, people: number, at = 1_000): Promise<void> {
  const { id } = marked(n)
  await store.setWakeHash(id, mark(`${n} wake`))
  await store.createSession({ tokenHash: mark(`${n} second token`), account: id, createdAt: at, expiresAt: at + 4_000 })
  const request = { requester: id, recipient: marked((n + 1) % people).id, createdAt: at }
  await store.requestPairing(request, 0, () => 'create')
  const subscription = {
    endpoint: endpointOf(n),
    account: id,
    p256dh: mark(`${n} p256dh`, 64),
    auth: mark(`${n} auth`, 16),
  }
  await store.putPushSubscription(subscription, 5)
  await store.putFeedback({ account: id, message: messageOf(n) }, 5)
  await store.startCheckout({ referenceHash: mark(`${n} checkout`), account: id, createdAt: at }, 0, 5)
}

export async function register(store: Store, n: number): Promise<void> {
  const session = { tokenHash: mark(`${n} token`), account: marked(n).id, createdAt: 1_000, expiresAt: 5_000 }
  await store.createAccount(marked(n), session)
}

export async function people(store: Store, count: number): Promise<void> {
  for (let n = 0; n < count; n++) await register(store, n)
  for (let n = 0; n < count; n++) await fill(store, n, count)
}

/** All that is of somebody and nobody else. */
export function traces(n: number): Record<string, string | Uint8Array> {
  const row = marked(n)
  return {
    id: row.id,
    reference: row.reference,
    username: row.username,
    passwordVerifier: row.passwordVerifier,
    wrappedMasterKey: row.wrappedMasterKey,
    recoveryFingerprint: row.recoveryFingerprint,
    displayName: row.displayName,
    pairingCode: row.pairingCode,
    alias: row.alias,
    bundle: row.bundle ?? '',
    wakeHash: mark(`${n} wake`),
    token: mark(`${n} token`),
    secondToken: mark(`${n} second token`),
    endpoint: endpointOf(n),
    p256dh: mark(`${n} p256dh`, 64),
    auth: mark(`${n} auth`, 16),
    message: messageOf(n),
    checkout: mark(`${n} checkout`),
  }
}

/** Every row of every table, as another connection sees them. */
export function dump(path: string): Record<string, string[]> {
  const db = new Database(path)
  const rows = SCHEMA.map(({ name }) => [
    name,
    (db.prepare(`SELECT * FROM ${name}`).raw().all() as unknown[][])
      .map((row) =>
        row.map((value) => (value instanceof ArrayBuffer ? Buffer.from(value).toString('hex') : String(value))).join(),
      )
      .sort(),
  ])
  db.close()
  return Object.fromEntries(rows) as Record<string, string[]>
}
