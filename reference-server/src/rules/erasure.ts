/** What is kept of a deleted account, so that a backup from before cannot bring it back (spec/05 section 19). Pure. */
import { createHash } from 'node:crypto'

/** Days for which a backup may be restored, and for which it is kept that an account was deleted. */
export const BACKUP_DAYS = 30

/** 32 bytes: of an identifier with 130 random bits, so that they lead nowhere without a copy of the row that is gone. */
export function erasureHash(account: string): Uint8Array {
  return new Uint8Array(createHash('sha256').update(`Solo2 v1 server erasure\0${account}`).digest())
}

/** Erasures of this UTC day or before are forgotten: no backup that may be restored is as old. */
export function erasuresExpired(today: number): number {
  return today - BACKUP_DAYS - 1
}

/** Whether a backup of `day` may be restored on `today`; a clock may differ by a day. */
export function mayRestore(day: number, today: number): boolean {
  return day >= today - BACKUP_DAYS && day <= today + 1
}
