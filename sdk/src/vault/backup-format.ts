/**
 * A backup: one file, sealed under a password of its own (spec/11, Backup).
 *
 *   file  = head[80] ‖ chunk 0 ‖ chunk 1 ‖ ... ‖ "Solo2 backup end"
 *   plain = structure ‖ structure ‖ ...          in chunks of BACKUP_CHUNK_BYTES (STREAM, as a file of the vault)
 *   structure = u32be(bytes) ‖ BackupEntry
 *
 * Not its concern: what the entries mean, where the bytes go.
 */
import { type BackupEnd, BackupEntry } from '@solo2/proto/vault'
import { concat, equal, u32be, wipe } from '../bytes/bytes.js'
import { decodeCanonical, encode } from '../bytes/canonical.js'
import { hkdf } from '../crypto/hkdf.js'
import { SIZES } from '../crypto/sizes.js'
import type { Aead, Primitives } from '../env.js'
import { ensure, Solo2Error } from '../errors.js'
import { PROFILE_FLOOR, SALT_SIZE } from '../keys/password.js'
import { LABELS } from '../labels.js'
import { PROTOCOL } from '../limits.js'
import { chunkCount, openChunk, type StreamKey, sealChunk, sealedOffset, streamKey } from './file-stream.js'

const VERSION = 1
const PREFIX_SIZE = 7
const SUM_SIZE = 8
const TAG_SIZE = 32
const NAMED_SIZE = LABELS.backupMagic.length + 4 + SALT_SIZE + PREFIX_SIZE + 1
export const HEAD_SIZE = NAMED_SIZE + SUM_SIZE + TAG_SIZE
const CHUNK = PROTOCOL.BACKUP_CHUNK_BYTES
const SEALED_CHUNK = CHUNK + SIZES.aeadTag
const LENGTH_SIZE = 4

/** What one structure of a backup holds. */
export type Entry = NonNullable<BackupEntry['entry']>

/** What is random in a backup, and how its password is stretched. */
export interface BackupHead {
  readonly profile: number
  /** 16 bytes. */
  readonly salt: Uint8Array
  /** 7 bytes. */
  readonly prefix: Uint8Array
}

/** `stretched`: Argon2id of the backup's password with this profile and salt, 32 bytes. */
export function makeHead(
  primitives: Primitives,
  stretched: Uint8Array,
  { profile, salt, prefix }: BackupHead,
): { readonly head: Uint8Array; readonly stream: StreamKey } {
  const named = concat(LABELS.backupMagic, Uint8Array.of(VERSION, profile, 0, 0), salt, prefix, Uint8Array.of(0))
  const { key, tag } = derive(primitives, stretched, named)
  return { head: concat(named, sum(primitives, named), tag), stream: streamKey(key, prefix) }
}

/**
 * Of the first bytes of a file, as many as there are up to HEAD_SIZE. Throws `not_backup`, `storage_newer`, `backup_cut`,
 * `backup_damaged`.
 */
export function parseHead(primitives: Primitives, head: Uint8Array): BackupHead {
  const magic = LABELS.backupMagic
  ensure(equal(head.subarray(0, magic.length), magic), 'not_backup', 'This file is no backup.')
  ensure(head.length >= magic.length + 1, 'backup_cut', 'The backup ends too early.')
  ensure((head[magic.length] as number) <= VERSION, 'storage_newer', 'The backup was written by a later version.')
  ensure(head.length === HEAD_SIZE, 'backup_cut', 'The backup ends too early.')
  const named = head.subarray(0, NAMED_SIZE)
  const isWhole = equal(head.subarray(NAMED_SIZE, NAMED_SIZE + SUM_SIZE), sum(primitives, named))
  const at = magic.length
  const isPlain = named[at] === VERSION && named[at + 2] === 0 && named[at + 3] === 0 && named[NAMED_SIZE - 1] === 0
  if (!isWhole || !isPlain) throw damaged(0)
  const profile = named[at + 1] as number
  if (profile < PROFILE_FLOOR) throw damaged(0)
  const saltAt = at + 4
  const prefixAt = saltAt + SALT_SIZE
  return { profile, salt: named.slice(saltAt, prefixAt), prefix: named.slice(prefixAt, prefixAt + PREFIX_SIZE) }
}

/** Throws `wrong_password`, field `backup_password`: the head itself is whole. */
export function openHead(primitives: Primitives, stretched: Uint8Array, head: Uint8Array): StreamKey {
  const { prefix } = parseHead(primitives, head)
  const { key, tag } = derive(primitives, stretched, head.subarray(0, NAMED_SIZE))
  if (equal(tag, head.subarray(NAMED_SIZE + SUM_SIZE))) return streamKey(key, prefix)
  wipe(key)
  throw new Solo2Error('wrong_password', 'The password does not open the backup.', { field: 'backup_password' })
}

function derive(primitives: Primitives, stretched: Uint8Array, named: Uint8Array) {
  const both = hkdf(primitives, stretched, concat(LABELS.backup, named), 32 + TAG_SIZE)
  return { key: both.slice(0, 32), tag: both.slice(32) }
}

function sum(primitives: Primitives, named: Uint8Array): Uint8Array {
  return primitives.sha256(named).subarray(0, SUM_SIZE)
}

/** `offset`: where in the file the chunk begins that does not open or does not parse. */
export function damaged(offset: number, cause?: unknown): Solo2Error {
  return new Solo2Error('backup_damaged', 'The backup is damaged.', { offset, cause })
}

/** Writes the entries of one backup in their order (11-25), which is its caller's to keep. */
export interface BackupWriter {
  /** Rejects with `too_long`, and as the writing of bytes does. */
  add(entry: Entry): Promise<void>
  /** Adds the end and seals what is left as the last chunk. */
  end(): Promise<void>
}

/** What the end tells, so that whoever wrote and whoever reads count alike. */
function tally(primitives: Pick<Primitives, 'sha256'>) {
  const end = { contacts: 0, messages: 0n, files: 0n, hash: new Uint8Array(32) as Uint8Array }
  return {
    end: end as Readonly<BackupEnd>,
    take({ $case }: Entry, encoded: Uint8Array): void {
      if ($case === 'contact') end.contacts++
      if ($case === 'message') end.messages++
      if ($case === 'file') end.files++
      end.hash = primitives.sha256(concat(end.hash, encoded))
    },
  }
}

/** What the platform gives to write and read backups. */
export interface BackupHost {
  readonly aead: Aead
  readonly primitives: Primitives
}

/** `write` gets the file's bytes behind the head, in order. */
export function backupWriter(
  { aead, primitives }: BackupHost,
  stream: StreamKey,
  write: (bytes: Uint8Array) => Promise<void>,
): BackupWriter {
  const pending = new Uint8Array(CHUNK)
  const counted = tally(primitives)
  let filled = 0
  let index = 0

  async function flush(isLast: boolean): Promise<void> {
    await write(await sealChunk(aead, stream, index++, isLast, pending.subarray(0, filled)))
    filled = 0
  }

  async function add(entry: Entry): Promise<void> {
    const encoded = encode(BackupEntry, { entry })
    ensure(encoded.length <= PROTOCOL.BACKUP_ENTRY_BYTES, 'too_long', 'longer than an entry of a backup may be')
    counted.take(entry, encoded)
    const structure = concat(u32be(encoded.length), encoded)
    for (let at = 0; at < structure.length; ) {
      // A full chunk waits for the next byte: only then it is not the last one.
      if (filled === CHUNK) await flush(false)
      const part = structure.subarray(at, at + CHUNK - filled)
      pending.set(part, filled)
      filled += part.length
      at += part.length
    }
    wipe(encoded, structure)
  }

  return {
    add,
    async end() {
      await add({ $case: 'end', value: { ...counted.end } })
      await flush(true)
      wipe(pending)
      await write(LABELS.backupEnd)
    },
  }
}

/** The whole file. */
export interface BackupBytes {
  readonly size: number
  read(offset: number, length: number): Promise<Uint8Array>
}

/** An entry as it was read. */
export interface ReadEntry {
  readonly entry: Entry
  /** Where its chunk begins in the file. */
  readonly offset: number
}

/** Throws `backup_cut` unless the file has its end. */
export async function checkEnd({ size, read }: BackupBytes): Promise<void> {
  const end = LABELS.backupEnd
  const isLong = size >= HEAD_SIZE + SIZES.aeadTag + end.length
  const last = isLong ? await read(size - end.length, end.length) : new Uint8Array(0)
  ensure(equal(last, end), 'backup_cut', 'The backup ends too early.')
}

/**
 * All entries in order but the end, which is checked: whoever comes behind the last one has read a whole backup. One chunk
 * and one entry in memory. Throws `backup_damaged`.
 */
export async function* readEntries(
  { aead, primitives }: BackupHost,
  stream: StreamKey,
  bytes: BackupBytes,
): AsyncGenerator<ReadEntry> {
  const counted = tally(primitives)
  const sealedBytes = bytes.size - HEAD_SIZE - LABELS.backupEnd.length
  const count = chunkCount(sealedBytes, SEALED_CHUNK)
  let plain: Uint8Array = new Uint8Array(0)
  let at = 0
  let next = 0
  const offset = () => HEAD_SIZE + sealedOffset(Math.max(0, next - 1), CHUNK)

  async function take(length: number): Promise<Uint8Array> {
    const out = new Uint8Array(length)
    for (let filled = 0; filled < length; ) {
      if (at === plain.length) await open()
      const part = plain.subarray(at, at + length - filled)
      out.set(part, filled)
      filled += part.length
      at += part.length
    }
    return out
  }

  async function open(): Promise<void> {
    if (next === count) throw damaged(offset())
    const from = sealedOffset(next, CHUNK)
    const sealed = await bytes.read(HEAD_SIZE + from, Math.min(SEALED_CHUNK, sealedBytes - from))
    wipe(plain)
    next++
    plain = await openChunk(aead, stream, next - 1, next === count, sealed).catch((error: unknown) => {
      throw damaged(offset(), error)
    })
    // Only the whole of an empty stream is an empty chunk, and a backup has entries.
    if (plain.length === 0) throw damaged(offset())
    at = 0
  }

  for (;;) {
    const length = new DataView((await take(LENGTH_SIZE)).buffer).getUint32(0)
    const start = offset()
    if (length === 0 || length > PROTOCOL.BACKUP_ENTRY_BYTES) throw damaged(start)
    const encoded = await take(length)
    const entry = parseEntry(encoded, start)
    if (entry.$case === 'end') {
      const isSame = equal(encoded, encode(BackupEntry, { entry: { $case: 'end', value: { ...counted.end } } }))
      if (!isSame || at < plain.length || next < count) throw damaged(start)
      return
    }
    counted.take(entry, encoded)
    yield { entry, offset: start }
    wipe(encoded)
  }
}

function parseEntry(encoded: Uint8Array, offset: number): Entry {
  try {
    const { entry } = decodeCanonical(BackupEntry, encoded)
    if (entry !== undefined) return entry
  } catch (error) {
    throw damaged(offset, error)
  }
  throw damaged(offset)
}
