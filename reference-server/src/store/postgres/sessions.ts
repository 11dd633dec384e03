/** The tables `sessions` and `pairing_requests` in PostgreSQL. */
import { ACCOUNT_COLUMNS, toAccount } from '../account-row.js'
import type { PairingStore, SessionStore } from '../port.js'
import { blob } from '../row.js'
import { insertSession } from './accounts.js'
import type { Database } from './database.js'

export function sessions(database: Database): SessionStore {
  const drop = async (where: string, ...values: (string | Buffer)[]) => {
    const count = await database.run(`DELETE FROM sessions WHERE ${where}`, ...values)
    if (count > 0) database.soil('sessions')
    return count
  }
  return {
    async accountBySession(tokenHash, now) {
      const row = await database.first(
        `SELECT ${ACCOUNT_COLUMNS} FROM sessions JOIN accounts ON accounts.id = sessions.account
         WHERE sessions.token_hash = $1 AND sessions.expires_at > $2`,
        Buffer.from(tokenHash),
        now,
      )
      return row && toAccount(row)
    },
    createSession: (session) => insertSession(database, session),
    async sessionsOf(account, now) {
      const rows = await database.all(
        'SELECT * FROM sessions WHERE account = $1 AND expires_at > $2 ORDER BY created_at, token_hash',
        account,
        now,
      )
      return rows.map((row) => ({
        tokenHash: blob(row['token_hash']),
        account,
        createdAt: row['created_at'] as number,
        expiresAt: row['expires_at'] as number,
      }))
    },
    async deleteSession(tokenHash) {
      return (await drop('token_hash = $1', Buffer.from(tokenHash))) > 0
    },
    async deleteSessions(account, tokenHashes) {
      if (tokenHashes.length === 0) return 0
      const marks = tokenHashes.map((_, i) => `$${i + 2}`).join(', ')
      return drop(`account = $1 AND token_hash IN (${marks})`, account, ...tokenHashes.map((hash) => Buffer.from(hash)))
    },
  }
}

const FACTS = `SELECT
  EXISTS (SELECT 1 FROM pairing_requests WHERE requester = $1 AND recipient = $2 AND created_at > $3) AS repeated,
  EXISTS (SELECT 1 FROM pairing_requests WHERE requester = $2 AND recipient = $1 AND created_at > $3) AS crossed,
  (SELECT COUNT(*) FROM pairing_requests WHERE recipient = $2 AND created_at > $3) AS incoming,
  (SELECT COUNT(*) FROM pairing_requests WHERE requester = $1 AND created_at > $3) AS outgoing`
const DROP = 'DELETE FROM pairing_requests WHERE recipient = $1 AND requester = $2'

export function pairings(database: Database): PairingStore {
  return {
    async requestPairing({ requester, recipient, createdAt }, expired, decide) {
      const verdict = await database.transaction(async (sql) => {
        const row = (await sql.first(FACTS, requester, recipient, expired)) ?? {}
        const decided = decide({
          repeated: row['repeated'] === true,
          crossed: row['crossed'] === true,
          incoming: row['incoming'] as number,
          outgoing: row['outgoing'] as number,
        })
        if (decided === 'create') {
          await sql.run(
            `INSERT INTO pairing_requests VALUES ($1, $2, 0, $3)
             ON CONFLICT (recipient, requester) DO UPDATE SET created_at = EXCLUDED.created_at`,
            recipient,
            requester,
            createdAt,
          )
        }
        if (decided === 'accept') await sql.run(DROP, requester, recipient)
        return decided
      })
      if (verdict !== 'refuse' && verdict !== 'keep') database.soil('pairing_requests')
      return verdict
    },
    async pairingsTo(recipient, expired) {
      const rows = await database.all(
        `SELECT pairing_requests.created_at AS created_at, ${ACCOUNT_COLUMNS}
         FROM pairing_requests JOIN accounts ON accounts.id = pairing_requests.requester
         WHERE pairing_requests.recipient = $1 AND pairing_requests.created_at > $2
         ORDER BY pairing_requests.created_at, pairing_requests.requester`,
        recipient,
        expired,
      )
      return rows.map((row) => {
        const requester = toAccount(row)
        return { request: { requester: requester.id, recipient, createdAt: row['created_at'] as number }, requester }
      })
    },
    async deletePairing(requester, recipient) {
      const count = await database.run(DROP, recipient, requester)
      if (count > 0) database.soil('pairing_requests')
      return count > 0
    },
  }
}
