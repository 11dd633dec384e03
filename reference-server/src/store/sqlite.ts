/**
 * The store on SQLite: one file, WAL, `secure_delete`. Deletions that promise "no trace" also empty the write-ahead log,
 * which would otherwise keep the old pages until it is overwritten (spec/05 section 9).
 */
import { Solo2Error } from '@solo2/sdk/shared'
import Database from 'libsql'
import type { AccountRow, PairingRow, SessionRow, Store } from './port.js'
import { ACCOUNTS, ddl, SCHEMA_VERSION } from './schema.js'

type Row = Record<string, unknown>

/**
 * All that is ever bound. Values are bound as one array, never as arguments: libsql takes a single object for named
 * parameters, a lone blob included, and ends the process; it also ends it for a boolean.
 */
type Value = string | number | Buffer | null

const ACCOUNT_COLUMNS = ACCOUNTS.columns.map((column) => `accounts.${column.name}`).join(', ')

/** libsql hands out an ArrayBuffer for a blob. */
function blob(value: unknown): Uint8Array {
  return new Uint8Array(value as ArrayBuffer)
}

function toAccount(row: Row): AccountRow {
  return {
    id: row['id'] as string,
    reference: row['reference'] as string,
    username: row['username'] as string,
    passwordVerifier: row['password_verifier'] as string,
    wrappedMasterKey: blob(row['wrapped_master_key']),
    recoveryFingerprint: row['recovery_fingerprint'] as string,
    displayName: row['display_name'] as string,
    pairingCode: row['pairing_code'] as string,
    alias: row['alias'] as string,
    balance: row['balance'] as number,
    bonus: row['bonus'] as number,
    type: row['type'] as number,
    state: row['state'] as number,
    cutOff: row['cut_off'] as number,
    registeredAt: row['registered_at'] as number,
    securityVersion: row['security_version'] as number,
    flags: row['flags'] as number,
    bundle: row['bundle'] === null ? undefined : blob(row['bundle']),
  }
}

/** In the order of the schema's columns. A blob is copied, so that libsql never sees a view into something larger. */
function fromAccount(account: AccountRow): Value[] {
  return [
    account.id,
    account.reference,
    account.username,
    account.passwordVerifier,
    Buffer.from(account.wrappedMasterKey),
    account.recoveryFingerprint,
    account.displayName,
    account.pairingCode,
    account.alias,
    account.balance,
    account.bonus,
    account.type,
    account.state,
    account.cutOff,
    account.registeredAt,
    account.securityVersion,
    account.flags,
    account.bundle === undefined ? null : Buffer.from(account.bundle),
  ]
}

function fromSession(session: SessionRow): Value[] {
  return [Buffer.from(session.tokenHash), session.account, session.createdAt, session.expiresAt]
}

/** Makes or opens the database. Throws `storage_newer` for one that a later version wrote. */
function open(path: string): Database.Database {
  const db = new Database(path)
  db.exec('PRAGMA journal_mode = WAL')
  db.exec('PRAGMA secure_delete = ON')
  db.exec('PRAGMA synchronous = FULL')
  const version = (db.prepare('PRAGMA user_version').get() as Row)['user_version'] as number
  if (version > SCHEMA_VERSION) {
    db.close()
    throw new Solo2Error('storage_newer', 'the database was written by a later version of the server')
  }
  if (version < SCHEMA_VERSION) {
    db.transaction(() => {
      for (const statement of ddl()) db.exec(statement)
      db.exec(`PRAGMA user_version = ${SCHEMA_VERSION}`)
    })()
  }
  return db
}

export function createSqliteStore(path: string): Store {
  const db = open(path)
  const marks = ACCOUNTS.columns.map(() => '?').join(', ')
  const insertAccount = db.prepare(`INSERT INTO accounts VALUES (${marks})`)
  const selectAccount = (column: string) => db.prepare(`SELECT ${ACCOUNT_COLUMNS} FROM accounts WHERE ${column} = ?`)
  const byUsername = selectAccount('username')
  const byPairingCode = selectAccount('pairing_code')
  const byAlias = selectAccount('alias')
  const bySession = db.prepare(
    `SELECT ${ACCOUNT_COLUMNS} FROM sessions JOIN accounts ON accounts.id = sessions.account
     WHERE sessions.token_hash = ? AND sessions.expires_at > ?`,
  )
  const updateBundle = db.prepare('UPDATE accounts SET bundle = ? WHERE id = ?')
  const insertSession = db.prepare('INSERT INTO sessions VALUES (?, ?, ?, ?)')
  const deleteSession = db.prepare('DELETE FROM sessions WHERE token_hash = ?')
  const insertPairing = db.prepare('INSERT OR REPLACE INTO pairing_requests VALUES (?, ?, 0, ?)')
  const deletePairing = db.prepare('DELETE FROM pairing_requests WHERE recipient = ? AND requester = ?')
  const pairingFacts = db.prepare(
    `SELECT
       EXISTS (SELECT 1 FROM pairing_requests WHERE requester = ?1 AND recipient = ?2 AND created_at > ?3) AS repeated,
       EXISTS (SELECT 1 FROM pairing_requests WHERE requester = ?2 AND recipient = ?1 AND created_at > ?3) AS crossed,
       (SELECT COUNT(*) FROM pairing_requests WHERE recipient = ?2 AND created_at > ?3) AS incoming,
       (SELECT COUNT(*) FROM pairing_requests WHERE requester = ?1 AND created_at > ?3) AS outgoing`,
  )
  const pairingsTo = db.prepare(
    `SELECT pairing_requests.created_at AS created_at, ${ACCOUNT_COLUMNS}
     FROM pairing_requests JOIN accounts ON accounts.id = pairing_requests.requester
     WHERE pairing_requests.recipient = ? AND pairing_requests.created_at > ?
     ORDER BY pairing_requests.created_at, pairing_requests.requester`,
  )
  const expireSessions = db.prepare('DELETE FROM sessions WHERE expires_at <= ?')
  const expirePairings = db.prepare('DELETE FROM pairing_requests WHERE created_at <= ?')

  const one = (statement: Database.Statement, ...values: Value[]): AccountRow | undefined => {
    const row = statement.get(values) as Row | undefined
    return row === undefined ? undefined : toAccount(row)
  }
  const scrub = () => {
    db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()
  }
  const create = db.transaction((account: Value[], session: Value[]) => {
    insertAccount.run(account)
    insertSession.run(session)
  })
  const ask = db.transaction((request: PairingRow, expired: number, decide: Parameters<Store['requestPairing']>[2]) => {
    const { requester, recipient, createdAt } = request
    const row = pairingFacts.get([requester, recipient, expired]) as Row
    const verdict = decide({
      repeated: row['repeated'] === 1,
      crossed: row['crossed'] === 1,
      incoming: row['incoming'] as number,
      outgoing: row['outgoing'] as number,
    })
    if (verdict === 'create') insertPairing.run([recipient, requester, createdAt])
    if (verdict === 'accept') deletePairing.run([requester, recipient])
    return verdict
  })
  const expire = db.transaction((now: number, pairings: number) => ({
    sessions: expireSessions.run([now]).changes,
    pairings: expirePairings.run([pairings]).changes,
  }))

  return {
    async createAccount(account, session) {
      if (byUsername.get([account.username]) !== undefined) return 'username_taken'
      try {
        create(fromAccount(account), fromSession(session))
        return 'created'
      } catch (error) {
        if (!String((error as { code?: unknown }).code).startsWith('SQLITE_CONSTRAINT')) throw error
        return 'identifier_taken'
      }
    },
    async accountByUsername(username) {
      return one(byUsername, username)
    },
    async accountByPairingCode(code) {
      return one(byPairingCode, code)
    },
    async accountByAlias(alias) {
      return one(byAlias, alias)
    },
    async accountBySession(tokenHash, now) {
      return one(bySession, Buffer.from(tokenHash), now)
    },
    async putBundle(account, bundle) {
      updateBundle.run([Buffer.from(bundle), account])
    },
    async createSession(session) {
      insertSession.run(fromSession(session))
    },
    async deleteSession(tokenHash) {
      const { changes } = deleteSession.run([Buffer.from(tokenHash)])
      if (changes > 0) scrub()
      return changes > 0
    },
    async requestPairing(request, expired, decide) {
      const verdict = ask.immediate(request, expired, decide)
      if (verdict === 'accept') scrub()
      return verdict
    },
    async pairingsTo(recipient, expired) {
      return (pairingsTo.all([recipient, expired]) as Row[]).map((row) => {
        const requester = toAccount(row)
        return { request: { requester: requester.id, recipient, createdAt: row['created_at'] as number }, requester }
      })
    },
    async deletePairing(requester, recipient) {
      const { changes } = deletePairing.run([recipient, requester])
      if (changes > 0) scrub()
      return changes > 0
    },
    async deleteExpired(now, pairings) {
      const count = expire.immediate(now, pairings)
      if (count.sessions + count.pairings > 0) scrub()
      return count
    },
    async close() {
      scrub()
      db.close()
    },
  }
}
