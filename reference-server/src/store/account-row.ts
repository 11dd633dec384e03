/** A row of `accounts` as the database has it, and as the port has it. */
import type { AccountRow } from './port.js'
import { blob, type Row, type Value } from './row.js'
import { ACCOUNTS } from './schema/tables.js'

export const ACCOUNT_COLUMNS = ACCOUNTS.columns.map((column) => `accounts.${column.name}`).join(', ')

/** One mark for each column, as SQLite and SQL's own placeholders have it. */
export const ACCOUNT_MARKS = ACCOUNTS.columns.map(() => '?').join(', ')

export function toAccount(row: Row): AccountRow {
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
    wakeHash: row['wake_hash'] === null ? undefined : blob(row['wake_hash']),
  }
}

/** In the order of the schema's columns. A blob is copied, so that libsql never sees a view into something larger. */
export function fromAccount(account: AccountRow): Value[] {
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
    account.wakeHash === undefined ? null : Buffer.from(account.wakeHash),
  ]
}
