/** The record of one contact, in memory and in the vault: what is changed here, and what other own devices changed. */
import { ContactRecord } from '@solo2/proto/vault'
import { toHex, wipe } from '../bytes/bytes.js'
import { ensure } from '../errors.js'
import { recordSecrets, rewrittenRecord } from './contact-record.js'
import type { Rewritten } from './live-contact.js'
import { createSerial } from './serial.js'
import { type Change, put, type Vault } from './vault-store.js'

export const CONTACT_TABLE = 'contact'

export interface KeptRecord {
  readonly now: ContactRecord
  /** Takes a change at once; it is durable with the commit that it is given to. Throws `closed`. */
  changed(change: Partial<ContactRecord>): Change
  /** Commits a change, with others. */
  save(change: Partial<ContactRecord>, more?: readonly Change[]): Promise<void>
  /** Takes what a job stored, while nothing is saved. */
  rewrite(job: () => Promise<Rewritten>): Promise<void>
  /** The contact was removed: nothing is stored over that. */
  end(): void
  readonly isOver: boolean
  /** Zeroes it; a record of zeros must not be stored. */
  close(): Promise<void>
}

export function keepRecord(vault: Pick<Vault, 'commit'>, first: ContactRecord): KeptRecord {
  const id = toHex(first.conversation)
  const saving = createSerial()
  /** Changes that are not stored yet. */
  const unsaved = new Set<Partial<ContactRecord>>()
  /** Secrets that the record has no more: a tunnel that is being built may still use them. */
  const former: Uint8Array[] = []
  let record = first
  let isOver = false

  function changed(change: Partial<ContactRecord>): Change {
    ensure(!isOver, 'closed', 'the vault is locked')
    record = { ...record, ...change }
    return put(CONTACT_TABLE, id, ContactRecord, record)
  }

  return {
    get now() {
      return record
    },
    changed,
    async save(change, more = []) {
      changed(change)
      unsaved.add(change)
      await saving.run(() => vault.commit([changed({}), ...more])).finally(() => unsaved.delete(change))
    },
    rewrite: (job) =>
      saving.run(async () => {
        const { record: stored, isGone } = await job()
        if (isGone) isOver = true
        if (stored === undefined) return
        const before = record
        record = Object.assign({}, rewrittenRecord(before, stored), ...unsaved)
        const kept = new Set(recordSecrets(record))
        wipe(...recordSecrets(stored).filter((secret) => !kept.has(secret)))
        former.push(...recordSecrets(before).filter((secret) => !kept.has(secret)))
      }),
    end() {
      isOver = true
    },
    get isOver() {
      return isOver
    },
    async close() {
      await saving.idle()
      isOver = true
      wipe(...recordSecrets(record), ...former)
    },
  }
}
