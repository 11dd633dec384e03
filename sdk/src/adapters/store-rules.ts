/** What every store adapter checks and how it orders, so that all behave alike. */
import { ensure, Solo2Error } from '../errors.js'
import type { Write } from '../ports/store.js'

/** ASCII without control characters, 1 to 200 of them. */
const NAME = /^[\x20-\x7e]{1,200}$/

/** Throws `invalid_argument`. */
export function checkName(name: string): void {
  ensure(NAME.test(name), 'invalid_argument', 'not a name of 1 to 200 printable ASCII characters')
}

/** What a disk or a browser refused: `storage_full` where there is no room, else `storage_failed` with this message. */
export function storageError(error: unknown, message: string): Solo2Error {
  const { name, code } = (error ?? {}) as { readonly name?: unknown; readonly code?: unknown }
  const isFull = name === 'QuotaExceededError' || code === 'ENOSPC' || code === 'EDQUOT'
  return isFull
    ? new Solo2Error('storage_full', 'there is no room left', { cause: error })
    : Solo2Error.from(error, 'storage_failed', message)
}

/** A copy of the batch, values included: the caller may go on to wipe its own. Throws `invalid_argument`. */
export function ownBatch(writes: readonly Write[]): Write[] {
  return writes.map(({ table, id, value }) => {
    checkName(table)
    checkName(id)
    // Not slice(): that of a Node Buffer shares its memory.
    return { table, id, value: value && Uint8Array.from(value) }
  })
}
