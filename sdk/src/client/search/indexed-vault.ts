/**
 * A vault whose commits keep the search index with them (11-50): whoever puts, changes or removes a message need not know
 * of it. All that writes goes through one queue, so that what is committed later is not stored earlier.
 */
import { MessageRecord } from '@solo2/proto/vault'
import { decodeCanonical } from '../../bytes/canonical.js'
import { Solo2Error } from '../../errors.js'
import { searchedText } from '../../vault/search/message-text.js'
import { createSerial } from '../serial.js'
import type { Change, Vault } from '../vault-store.js'
import type { IndexStore, Plan, Revision } from './index-store.js'

export interface IndexedVault extends Vault {
  /** Alone with the index: no commit happens meanwhile. */
  alone<T>(job: () => Promise<T>): Promise<T>
  /** Within `alone`: commits a plan. */
  carryOut(plan: Plan): Promise<void>
}

const MESSAGES = 'message/'

/** `onLost`: the index was damaged, and its record says so. */
export function indexedVault(vault: Vault, index: IndexStore, onLost: () => void): IndexedVault {
  const writing = createSerial()

  async function before(table: string, id: string): Promise<string> {
    const record = await vault.read(table, id, MessageRecord)
    return record === undefined ? '' : searchedText(record.content)
  }

  /** The last change of a record counts. */
  async function revisions(changes: readonly Change[]): Promise<Revision[]> {
    const last = new Map<string, Change>()
    for (const change of changes) {
      if (change.table.startsWith(MESSAGES)) last.set(`${change.table}/${change.id}`, change)
    }
    return Promise.all(
      [...last.values()].map(async ({ table, id, value }) => ({
        conversation: table.slice(MESSAGES.length),
        position: Number(id),
        before: await before(table, id),
        after: value === undefined ? '' : searchedText(decodeCanonical(MessageRecord, value).content),
      })),
    )
  }

  async function planFor(changes: readonly Change[]): Promise<Plan | undefined> {
    const revised = await revisions(changes)
    return revised.length === 0 ? undefined : await index.revise(revised)
  }

  async function carryOut(plan: Plan, changes: readonly Change[] = []): Promise<void> {
    await vault.commit([...changes, ...plan.changes])
    plan.done()
  }

  async function upkeep(): Promise<void> {
    for (let plan = await index.upkeep(); plan !== undefined; plan = await index.upkeep()) await carryOut(plan)
  }

  async function commit(changes: readonly Change[]): Promise<void> {
    let plan: Plan | undefined
    try {
      plan = await planFor(changes)
    } catch (error) {
      if (!isDamage(error)) throw error
      // The message counts more than the index: it is committed, and with it that the index is to be rebuilt.
      await carryOut(index.lose(), changes)
      onLost()
      return
    }
    if (plan === undefined) return vault.commit(changes)
    await carryOut(plan, changes)
    // Nobody waits for it. What fails now is tried again after the next message, or found by the next search.
    void writing.run(upkeep).catch(ignoreFailure)
  }

  return {
    name: vault.name,
    get own() {
      return vault.own
    },
    get header() {
      return vault.header
    },
    read: (table, id, codec) => vault.read(table, id, codec),
    ids: (table) => vault.ids(table),
    entries: (table, codec) => vault.entries(table, codec),
    commit: (changes) => writing.run(() => commit(changes)),
    rewrap: (wrapping, changes) => writing.run(() => vault.rewrap(wrapping, changes)),
    searchKey: () => vault.searchKey(),
    now: () => vault.now(),
    async close() {
      await writing.idle()
      index.close()
      await vault.close()
    },
    alone: (job) => writing.run(job),
    carryOut: (plan) => carryOut(plan),
  }
}

export function isDamage(error: unknown): boolean {
  return error instanceof Solo2Error && error.code === 'storage_damaged'
}

function ignoreFailure(error: unknown): void {
  if (!(error instanceof Solo2Error)) throw error
}
