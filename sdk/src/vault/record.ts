/** Sealed records: what a store adapter sees (spec/11 section 3). */
import { SealedRecord } from '@solo2/proto/vault'
import { concat, u32be, utf8, wipe } from '../bytes/bytes.js'
import { type Codec, decodeCanonical, encode } from '../bytes/canonical.js'
import { ensureLength, SIZES } from '../crypto/sizes.js'
import type { Aead } from '../env.js'
import { ensure, Solo2Error } from '../errors.js'
import { KEY_SIZE, NAME } from './key-tree.js'

/** Format of the records of this version. */
export const RECORD_VERSION = 1

/** Where a record stands: a sealed record opens there and nowhere else. */
export interface Place {
  readonly table: string
  readonly id: string
  /** The format of the record's plaintext, from 1. */
  readonly version: number
}

/** An encoded SealedRecord. `key` is the table's, 32 bytes; `host.random` gives the nonce. Throws `invalid_argument`. */
export async function sealRecord(
  aead: Aead,
  key: Uint8Array,
  place: Place,
  plaintext: Uint8Array,
  host: { random(length: number): Uint8Array },
): Promise<Uint8Array> {
  ensureLength(key, KEY_SIZE, 'invalid_argument', 'the key of a table')
  const bound = associatedData(place)
  const nonce = host.random(SIZES.aeadNonce)
  return encode(SealedRecord, { nonce, ciphertext: await aead.seal(key, nonce, bound, plaintext) })
}

/** Throws `storage_damaged`: cut, changed, or moved from another table, ID or version, or under another key. */
export async function openRecord(aead: Aead, key: Uint8Array, place: Place, sealed: Uint8Array): Promise<Uint8Array> {
  ensureLength(key, KEY_SIZE, 'invalid_argument', 'the key of a table')
  const bound = associatedData(place)
  try {
    const record = decodeCanonical(SealedRecord, sealed)
    ensureLength(record.nonce, SIZES.aeadNonce, 'malformed', 'the nonce of a record')
    ensure(record.ciphertext.length >= SIZES.aeadTag, 'malformed', 'shorter than its tag')
    return await aead.open(key, record.nonce, bound, record.ciphertext)
  } catch (error) {
    throw new Solo2Error('storage_damaged', 'A record of the vault does not open.', { cause: error })
  }
}

/** The message of a record. Throws `storage_damaged` for one that does not open in its place, and for what is no message of its table (11-9). */
export async function readRecord<T>(
  aead: Aead,
  key: Uint8Array,
  place: Place,
  codec: Codec<T>,
  sealed: Uint8Array,
): Promise<T> {
  const plaintext = await openRecord(aead, key, place, sealed)
  try {
    return decodeCanonical(codec, plaintext)
  } catch (error) {
    throw new Solo2Error('storage_damaged', 'A record of the vault is not what its table holds.', { cause: error })
  } finally {
    wipe(plaintext)
  }
}

/** u32be(bytes of table) ‖ table ‖ u32be(bytes of ID) ‖ ID ‖ u32be(version). */
function associatedData({ table, id, version }: Place): Uint8Array {
  ensure(NAME.test(table), 'invalid_argument', 'a table has 1 to 200 printable ASCII characters')
  ensure(NAME.test(id), 'invalid_argument', 'a record ID has 1 to 200 printable ASCII characters')
  ensure(Number.isInteger(version) && version > 0 && version < 2 ** 32, 'invalid_argument', 'versions count from 1')
  return concat(u32be(table.length), utf8(table), u32be(id.length), utf8(id), u32be(version))
}
