/** The table `pairing_requests`. */

import { ACCOUNT_COLUMNS, toAccount } from '../account-row.js'
import type { PairingStore } from '../port.js'
import type { Sql } from './database.js'

const FACTS = `SELECT
  EXISTS (SELECT 1 FROM pairing_requests WHERE requester = ?1 AND recipient = ?2 AND created_at > ?3) AS repeated,
  EXISTS (SELECT 1 FROM pairing_requests WHERE requester = ?2 AND recipient = ?1 AND created_at > ?3) AS crossed,
  (SELECT COUNT(*) FROM pairing_requests WHERE recipient = ?2 AND created_at > ?3) AS incoming,
  (SELECT COUNT(*) FROM pairing_requests WHERE requester = ?1 AND created_at > ?3) AS outgoing`

export function pairings(sql: Sql): PairingStore {
  const drop = (requester: string, recipient: string) =>
    sql.run('DELETE FROM pairing_requests WHERE recipient = ? AND requester = ?', recipient, requester)
  return {
    async requestPairing({ requester, recipient, createdAt }, expired, decide) {
      const verdict = sql.transaction(() => {
        const row = sql.get(FACTS, requester, recipient, expired) ?? {}
        const decided = decide({
          repeated: row['repeated'] === 1,
          crossed: row['crossed'] === 1,
          incoming: row['incoming'] as number,
          outgoing: row['outgoing'] as number,
        })
        if (decided === 'create') {
          sql.run('INSERT OR REPLACE INTO pairing_requests VALUES (?, ?, 0, ?)', recipient, requester, createdAt)
        }
        if (decided === 'accept') drop(recipient, requester)
        return decided
      })
      if (verdict === 'accept') sql.scrub()
      return verdict
    },
    async pairingsTo(recipient, expired) {
      const rows = sql.all(
        `SELECT pairing_requests.created_at AS created_at, ${ACCOUNT_COLUMNS}
         FROM pairing_requests JOIN accounts ON accounts.id = pairing_requests.requester
         WHERE pairing_requests.recipient = ? AND pairing_requests.created_at > ?
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
      const count = drop(requester, recipient)
      if (count > 0) sql.scrub()
      return count > 0
    },
  }
}
