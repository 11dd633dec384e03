/** Keys under the vault key: one for each table, and that of the search index's tokens (spec/11 section 2). */
import { concat, utf8 } from '../bytes/bytes.js'
import { hkdf } from '../crypto/hkdf.js'
import { ensureLength } from '../crypto/sizes.js'
import type { Primitives } from '../env.js'
import { ensure } from '../errors.js'
import { LABELS } from '../labels.js'

export const KEY_SIZE = 32

/** Tables and record IDs as the store port takes them: printable ASCII, at most 200 characters. */
export const NAME = /^[ -~]{1,200}$/

/** HKDF(vault key, "Solo2 v1 records " ‖ table, 32). At most 2^32 records are sealed under one (random nonces). */
export function tableKey(primitives: Primitives, vaultKey: Uint8Array, table: string): Uint8Array {
  ensureLength(vaultKey, KEY_SIZE, 'invalid_argument', 'a vault key')
  ensure(NAME.test(table), 'invalid_argument', 'a table has 1 to 200 printable ASCII characters')
  return hkdf(primitives, vaultKey, concat(LABELS.records, utf8(table)), KEY_SIZE)
}

/** HKDF(vault key, "Solo2 v1 search", 32), under which words become tokens. */
export function searchKey(primitives: Primitives, vaultKey: Uint8Array): Uint8Array {
  ensureLength(vaultKey, KEY_SIZE, 'invalid_argument', 'a vault key')
  return hkdf(primitives, vaultKey, LABELS.search, KEY_SIZE)
}
