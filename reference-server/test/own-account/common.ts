/** What the tests of an own account share. */
import { createHash, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import Database from 'libsql'
import type { Person, TestServer } from '../harness.js'

export const random = (length = 32) => new Uint8Array(randomBytes(length))
export const sha256 = (data: Uint8Array) => createHash('sha256').update(data).digest()
export const denied = {
  status: 403,
  connect: 'permission_denied',
  code: 'permission_denied',
  field: 'auth_key',
  wait: 0,
}
/** A session that has ended, or never was. */
export const over = { status: 401, code: 'unauthenticated' }

export async function login(server: TestServer, who: Person, authKey = who.authKey) {
  const { session, wrappedMasterKey } = await server.call('login', { username: who.username, authKey, versions: [1] })
  if (session === undefined) throw new Error('no session')
  return { token: session.token, wrappedMasterKey }
}

export function inDatabase<T>(server: TestServer, read: (db: InstanceType<typeof Database>) => T): T {
  const db = new Database(join(server.data, 'solo2.db'), { readonly: true })
  try {
    return read(db)
  } finally {
    db.close()
  }
}

export function accountRow(server: TestServer, who: Person): Record<string, unknown> {
  return inDatabase(server, (db) =>
    db.prepare('SELECT * FROM accounts WHERE username = ?').get([who.username]),
  ) as never
}
