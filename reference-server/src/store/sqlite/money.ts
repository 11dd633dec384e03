/** Standing, checkouts, payments, and the day that was charged last (spec/05 section 8). */

import { ACCOUNT_COLUMNS, toAccount } from '../account-row.js'
import type { MoneyStore } from '../port.js'
import { accountWhere, putStanding } from './accounts.js'
import type { Sql } from './database.js'

export function money(sql: Sql): MoneyStore {
  const lastCharged = () => sql.get('SELECT charged_through FROM billing')?.['charged_through'] as number | undefined
  return {
    async changeStanding(account, decide) {
      return sql.transaction(() => {
        const row = accountWhere(sql, 'id', account)
        const standing = row === undefined ? undefined : decide(row)
        if (standing !== undefined) putStanding(sql, account, standing)
        return standing === undefined ? row : accountWhere(sql, 'id', account)
      })
    },
    async startCheckout({ referenceHash, account, createdAt }, expired, max) {
      return sql.transaction(() => {
        const open = sql.get(
          'SELECT COUNT(*) AS n FROM checkouts WHERE account = ? AND created_at > ?',
          account,
          expired,
        )
        if ((open?.['n'] as number) >= max) return false
        sql.run('INSERT INTO checkouts VALUES (?, ?, ?)', Buffer.from(referenceHash), account, createdAt)
        return true
      })
    },
    async creditCheckout(referenceHash, { confirmation, amount, day }, expired, decide) {
      const hash = Buffer.from(referenceHash)
      const outcome = sql.transaction(() => {
        if (sql.get('SELECT 1 FROM payments WHERE confirmation = ?', confirmation) !== undefined) return 'repeated'
        const row = sql.get(
          `SELECT ${ACCOUNT_COLUMNS} FROM checkouts JOIN accounts ON accounts.id = checkouts.account
           WHERE checkouts.reference_hash = ? AND checkouts.created_at > ?`,
          hash,
          expired,
        )
        if (row === undefined) return 'unknown'
        const account = toAccount(row)
        putStanding(sql, account.id, decide(account))
        sql.run('DELETE FROM checkouts WHERE reference_hash = ?', hash)
        sql.run('INSERT INTO payments VALUES (?, ?, ?)', confirmation, amount, day)
        return 'credited'
      })
      if (outcome === 'credited') sql.scrub()
      return outcome
    },
    async chargedThrough() {
      return lastCharged()
    },
    async chargeDay(day, decide) {
      return sql.transaction(() => {
        const last = lastCharged()
        if (last === undefined) {
          sql.run('INSERT INTO billing VALUES (?)', day)
          return true
        }
        if (day !== last + 1) return false
        for (const row of sql.all(`SELECT ${ACCOUNT_COLUMNS} FROM accounts`)) {
          const account = toAccount(row)
          const standing = decide(account)
          if (standing !== undefined) putStanding(sql, account.id, standing)
        }
        sql.run('UPDATE billing SET charged_through = ?', day)
        return true
      })
    },
    async payments(from, to) {
      const row = sql.get(
        'SELECT COUNT(*) AS count, COALESCE(SUM(amount), 0) AS amount FROM payments WHERE day BETWEEN ? AND ?',
        from,
        to,
      )
      return { count: row?.['count'] as number, amount: row?.['amount'] as number }
    },
  }
}
