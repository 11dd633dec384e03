/** Standing, checkouts, payments, and the day that was charged last, in PostgreSQL. */
import { ACCOUNT_COLUMNS, toAccount } from '../account-row.js'
import type { MoneyStore } from '../port.js'
import { accountWhere, putStanding } from './accounts.js'
import type { Database, Sql } from './database.js'

export function money(database: Database): MoneyStore {
  const lastCharged = async (sql: Sql) =>
    (await sql.first('SELECT charged_through FROM billing'))?.['charged_through'] as number | undefined
  return {
    changeStanding: (account, decide) =>
      database.transaction(async (sql) => {
        const row = await accountWhere(sql, 'id', account, 'FOR UPDATE')
        const standing = row && decide(row)
        if (standing === undefined) return row
        await putStanding(sql, account, standing)
        return accountWhere(sql, 'id', account)
      }),
    startCheckout: ({ referenceHash, account, createdAt }, expired, max) =>
      database.transaction(async (sql) => {
        const count = 'SELECT COUNT(*) AS n FROM checkouts WHERE account = $1 AND created_at > $2'
        if (((await sql.first(count, account, expired))?.['n'] as number) >= max) return false
        await sql.run('INSERT INTO checkouts VALUES ($1, $2, $3)', Buffer.from(referenceHash), account, createdAt)
        return true
      }),
    async creditCheckout(referenceHash, { confirmation, amount, day }, expired, decide) {
      const hash = Buffer.from(referenceHash)
      const outcome = await database.transaction(async (sql) => {
        if ((await sql.first('SELECT 1 FROM payments WHERE confirmation = $1', confirmation)) !== undefined) {
          return 'repeated'
        }
        const row = await sql.first(
          `SELECT ${ACCOUNT_COLUMNS} FROM checkouts JOIN accounts ON accounts.id = checkouts.account
           WHERE checkouts.reference_hash = $1 AND checkouts.created_at > $2 FOR UPDATE`,
          hash,
          expired,
        )
        if (row === undefined) return 'unknown'
        const account = toAccount(row)
        await putStanding(sql, account.id, decide(account))
        await sql.run('DELETE FROM checkouts WHERE reference_hash = $1', hash)
        await sql.run('INSERT INTO payments VALUES ($1, $2, $3)', confirmation, amount, day)
        return 'credited'
      })
      if (outcome === 'credited') database.soil('checkouts', 'payments', 'accounts')
      return outcome
    },
    chargedThrough: () => lastCharged(database),
    chargeDay: (day, decide) =>
      database.transaction(async (sql) => {
        // Nobody else changes an account meanwhile: a day would otherwise begin again with each call that does.
        await sql.run('LOCK TABLE billing, accounts IN SHARE ROW EXCLUSIVE MODE')
        const last = await lastCharged(sql)
        if (last === undefined) {
          await sql.run('INSERT INTO billing VALUES ($1)', day)
          return true
        }
        if (day !== last + 1) return false
        for (const row of await sql.all(`SELECT ${ACCOUNT_COLUMNS} FROM accounts`)) {
          const account = toAccount(row)
          const standing = decide(account)
          if (standing !== undefined) await putStanding(sql, account.id, standing)
        }
        await sql.run('UPDATE billing SET charged_through = $1', day)
        return true
      }),
    async payments(from, to) {
      const row = await database.first(
        'SELECT COUNT(*) AS n, COALESCE(SUM(amount), 0)::bigint AS amount FROM payments WHERE day BETWEEN $1 AND $2',
        from,
        to,
      )
      return { count: row?.['n'] as number, amount: row?.['amount'] as number }
    },
  }
}
