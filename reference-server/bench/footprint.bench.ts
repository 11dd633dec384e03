/** What an account takes on disk. */
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import type { FactGroup } from '../../tools/bench/harness.js'
import { ACCOUNT_MARKS, fromAccount } from '../src/store/account-row.js'
import type { AccountRow } from '../src/store/port.js'
import { ACCOUNTS } from '../src/store/schema/tables.js'
import { createSqliteStore } from '../src/store/sqlite/sqlite.js'

const BUNDLE_BYTES = 150

/** Fields as long as real ones are. */
function account(n: number, withBundle: boolean): AccountRow {
  const text = (length: number) => randomBytes(length).toString('hex').slice(0, length)
  return {
    id: `u_${text(22)}`,
    reference: `r_${text(22)}`,
    username: `person-${n}`,
    passwordVerifier: text(128),
    wrappedMasterKey: new Uint8Array(randomBytes(80)),
    recoveryFingerprint: text(64),
    displayName: 'Some Body',
    pairingCode: text(10),
    alias: text(8),
    balance: 0,
    bonus: 0,
    type: 1,
    state: 1,
    cutOff: 0,
    registeredAt: 1_800_000_000,
    securityVersion: 1,
    flags: 0,
    bundle: withBundle ? new Uint8Array(randomBytes(BUNDLE_BYTES)) : undefined,
    wakeHash: undefined,
  }
}

const FEW = 2_000
const MANY = 10_000

/** Slope of the file's size, and the mean of what the columns hold, numbers as their digits. */
async function accountBytes(withBundle: boolean): Promise<{ disk: number; payload: number }> {
  const folder = mkdtempSync(join(tmpdir(), 'solo2-bench-'))
  try {
    const path = join(folder, 'accounts.db')
    // The store makes the tables as it does for a server.
    await createSqliteStore(path).close()
    const db = new Database(path)
    const insert = db.prepare(`INSERT INTO accounts VALUES (${ACCOUNT_MARKS})`)
    const sizeWith = (from: number, to: number) => {
      db.transaction(() => {
        for (let n = from; n < to; n++) insert.run(fromAccount(account(n, withBundle)))
      })()
      db.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get()
      return statSync(path).size
    }
    const few = sizeWith(0, FEW)
    const disk = (sizeWith(FEW, MANY) - few) / (MANY - FEW)
    const lengths = ACCOUNTS.columns.map(({ name }) => `COALESCE(LENGTH(CAST(${name} AS BLOB)), 0)`).join(' + ')
    const { payload } = db.prepare(`SELECT AVG(${lengths}) AS payload FROM accounts`).get() as { payload: number }
    db.close()
    return { disk, payload }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export const facts: readonly FactGroup[] = [
  {
    title: 'account bytes: SQLite, slope from 2,000 to 10,000 accounts',
    async measure() {
      const [bare, keyed] = [await accountBytes(false), await accountBytes(true)]
      return [
        { name: 'payload of a record without published keys', value: bare.payload, unit: 'bytes' },
        { name: 'on disk, with its indexes', value: bare.disk, unit: 'bytes' },
        { name: `payload of a record with a bundle of ${BUNDLE_BYTES} bytes`, value: keyed.payload, unit: 'bytes' },
        { name: 'on disk, with its indexes', value: keyed.disk, unit: 'bytes' },
      ]
    },
  },
]
