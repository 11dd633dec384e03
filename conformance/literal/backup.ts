/** spec/11, Backup and Files: the head, chunks, structures and end of a backup's file. */
import * as node from 'node:crypto'
import { ascii, join, must, Refused, same, u32be, zeros } from './bytes.js'
import { hkdf, sha256 } from './primitives.js'
import { type Field, fixed64, read, write } from './protobuf.js'

const CHUNK = 65_536
const ENTRY = 131_072
const HEAD = 80
const MAGIC = ascii('Solo2 backup')
const END = ascii('Solo2 backup end')

export interface LiteralHead {
  readonly profile: number
  readonly salt: Uint8Array
  readonly prefix: Uint8Array
}

function nonce(prefix: Uint8Array, chunk: number, last: boolean): Uint8Array {
  return join(prefix, u32be(chunk), Uint8Array.of(last ? 1 : 0))
}

function sealChunk(key: Uint8Array, iv: Uint8Array, plain: Uint8Array): Uint8Array {
  const cipher = node.createCipheriv('aes-256-gcm', key, iv)
  return join(cipher.update(plain), cipher.final(), cipher.getAuthTag())
}

function openChunk(key: Uint8Array, iv: Uint8Array, sealed: Uint8Array): Uint8Array {
  must(sealed.length >= 16, 'backup_damaged', 'shorter than its tag')
  const decipher = node.createDecipheriv('aes-256-gcm', key, iv)
  decipher.setAuthTag(sealed.slice(-16))
  try {
    return join(decipher.update(sealed.slice(0, -16)), decipher.final())
  } catch {
    throw new Refused('backup_damaged', 'a chunk does not open')
  }
}

export function head(stretched: Uint8Array, { profile, salt, prefix }: LiteralHead) {
  const named = join(MAGIC, Uint8Array.of(1, profile, 0, 0), salt, prefix, zeros(1))
  const both = hkdf(zeros(32), stretched, join(ascii('Solo2 v1 backup'), named), 64)
  return { key: both.slice(0, 32), head: join(named, sha256(named).slice(0, 8), both.slice(32)) }
}

/** Entries as they are encoded, the end left out. */
export function endOf(entries: readonly Uint8Array[]): Uint8Array {
  const kinds = entries.map((entry) => read(entry)[0]?.[0])
  const count = (kind: number) => kinds.filter((one) => one === kind).length
  const hash = entries.reduce((before, entry) => sha256(join(before, entry)), zeros(32))
  const counts = [count(2), count(3), count(7)].flatMap((many, n): Field[] => (many === 0 ? [] : [[n + 1, many]]))
  return write([[9, write([...counts, [4, hash]])]])
}

/** All structures, whatever they are: a cheating writer's too. */
export function sealed(stretched: Uint8Array, header: LiteralHead, structures: Uint8Array): Uint8Array {
  const { key, head: first } = head(stretched, header)
  const count = Math.max(1, Math.ceil(structures.length / CHUNK))
  const chunks = Array.from({ length: count }, (_, n) =>
    sealChunk(key, nonce(header.prefix, n, n === count - 1), structures.slice(n * CHUNK, (n + 1) * CHUNK)),
  )
  return join(first, ...chunks, END)
}

export function structure(entry: Uint8Array): Uint8Array {
  return join(u32be(entry.length), entry)
}

export function backup(stretched: Uint8Array, header: LiteralHead, entries: readonly Uint8Array[]): Uint8Array {
  return sealed(stretched, header, join(...[...entries, endOf(entries)].map(structure)))
}

/** The entries before the end, in the order of checks of 11-26; order and content of entries are not its concern. */
export function readBackup(stretched: Uint8Array, file: Uint8Array): Uint8Array[] {
  must(same(file.slice(0, 12), MAGIC), 'not_backup', 'other first bytes')
  must(file.length > 12, 'backup_cut', 'no version')
  must((file[12] ?? 0) <= 1, 'storage_newer', 'a later version')
  must(file.length >= HEAD, 'backup_cut', 'less than a head')
  const named = file.slice(0, 40)
  must(same(sha256(named).slice(0, 8), file.slice(40, 48)), 'backup_damaged', 'not the sum')
  must(file[12] === 1 && file[14] === 0 && file[15] === 0 && file[39] === 0, 'backup_damaged', 'a fixed byte')
  must((file[13] ?? 0) > 0, 'backup_damaged', 'profiles count from 1')
  must(file.length >= HEAD + 32 && same(file.slice(-16), END), 'backup_cut', 'no end')
  must(file[13] === 1, 'storage_newer', 'an unknown profile')
  const header = { profile: 1, salt: file.slice(16, 32), prefix: file.slice(32, 39) }
  const { key, head: expected } = head(stretched, header)
  must(same(expected, file.slice(0, HEAD)), 'wrong_password', 'another tag')
  const chunks = file.slice(HEAD, -16)
  const count = Math.max(1, Math.ceil(chunks.length / (CHUNK + 16)))
  const plain = join(
    ...Array.from({ length: count }, (_, n) => {
      const chunk = chunks.slice(n * (CHUNK + 16), (n + 1) * (CHUNK + 16))
      return openChunk(key, nonce(header.prefix, n, n === count - 1), chunk)
    }),
  )
  const entries: Uint8Array[] = []
  for (let at = 0; at < plain.length; ) {
    must(at + 4 <= plain.length, 'backup_damaged', 'half a length')
    const length = new DataView(plain.buffer, plain.byteOffset + at).getUint32(0)
    must(length > 0 && length <= ENTRY && at + 4 + length <= plain.length, 'backup_damaged', 'a length')
    entries.push(plain.slice(at + 4, at + 4 + length))
    at += 4 + length
  }
  const end = entries.pop()
  must(end !== undefined && same(end, endOf(entries)), 'backup_damaged', 'not the end of these')
  return entries
}

/** FileRecord of a file whose bytes follow. */
export function wholeFile(offer: Uint8Array, size: number, conversation: Uint8Array): Uint8Array {
  return write([
    [1, offer],
    [3, 3],
    [4, fixed64(BigInt(size))],
    [5, conversation],
  ])
}
