/** spec/11: the folder of a vault, its header, its records and its files, given the master key and what lies in the folder. */
import * as node from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join as path } from 'node:path'
import { ascii, hex, join, must, Refused, same, u32be, zeros } from './bytes.js'
import { decodeContent } from './content.js'
import { decodeItem } from './merge.js'
import { hkdf } from './primitives.js'
import { bytesOf, numberOf, read, readCanonical, type Shape, type Value } from './protobuf.js'

type Fields = Map<number, Value[]>

const SHAPES: Readonly<Record<string, Shape>> = {
  header: { 1: 'varint', 2: 'bytes', 3: 'bytes', 4: 'bytes', 5: 'bytes' },
  sealed: { 1: 'bytes', 2: 'bytes' },
  self: {
    1: 'bytes',
    2: 'bytes',
    3: 'bytes',
    4: 'bytes',
    5: 'bytes',
    6: 'bytes',
    7: 'bytes',
    8: 'bytes',
    9: 'wide',
    10: 'bool',
    11: 'bytes',
    12: 'bool',
    13: 'bytes',
    14: 'bool',
    15: 'bool',
    16: 'varint',
    17: 'varint',
    18: 'varint',
    20: 'wide',
  },
  contact: {
    1: 'bytes',
    2: 'bytes',
    3: 'bytes',
    4: 'bytes',
    5: 'varint',
    6: 'wide',
    7: 'bytes',
    8: 'bool',
    9: 'message',
    10: 'many',
    11: 'wide',
    12: 'many',
    13: 'bytes',
    14: 'message',
    15: 'bytes',
    16: 'varint',
    17: 'varint',
    18: 'wide',
    19: 'wide',
    20: 'message',
    21: 'many',
    22: 'bool',
    23: 'bool',
    24: 'bytes',
  },
  invitation: { 1: 'bytes', 2: 'wide' },
  message: { 1: 'bytes', 2: 'bool', 3: 'wide', 4: 'varint', 5: 'varint', 6: 'message' },
  changes: { 1: 'message', 2: 'bool', 3: 'message', 4: 'message' },
  position: { 1: 'varint' },
  life: { 1: 'wide', 2: 'varint' },
  outbox: { 1: 'varint', 2: 'bytes' },
  file: {
    1: 'bytes',
    2: 'bool',
    3: 'varint',
    4: 'fixed64',
    5: 'bytes',
    6: 'bytes',
    7: 'bytes',
    8: 'bytes',
    9: 'bool',
    10: 'wide',
  },
  replica: { 1: 'bytes', 2: 'wide', 3: 'message', 4: 'many', 5: 'bytes', 6: 'bytes', 7: 'many' },
  index: { 1: 'varint', 2: 'bool', 3: 'many', 4: 'many', 5: 'varint' },
  entry: { 1: 'bytes', 2: 'varint', 3: 'bytes', 4: 'bytes' },
  directory: { 1: 'bytes' },
  page: { 1: 'bytes', 2: 'bytes', 3: 'bytes', 4: 'bytes' },
  documents: { 1: 'bytes', 2: 'bytes', 3: 'bytes' },
}

/** Section 4: the message of each table; of those named with a conversation, what stands before the slash. */
const TABLES: Readonly<Record<string, string>> = {
  self: 'self',
  contact: 'contact',
  invitation: 'invitation',
  message: 'message',
  seen: 'position',
  written: 'position',
  change: 'changes',
  unread: 'position',
  life: 'life',
  outbox: 'outbox',
  file: 'file',
  search: 'index',
  'search/entry': 'entry',
  'search/directory': 'directory',
  'search/page': 'page',
  'search/document': 'documents',
}

const CIPHER = 'aes-256-gcm'

export function sealGcm(key: Uint8Array, nonce: Uint8Array, data: Uint8Array, plain: Uint8Array): Uint8Array {
  const cipher = node.createCipheriv(CIPHER, key, nonce).setAAD(data)
  return join(cipher.update(plain), cipher.final(), cipher.getAuthTag())
}

function openGcm(key: Uint8Array, nonce: Uint8Array, data: Uint8Array, sealed: Uint8Array, code: string): Uint8Array {
  must(sealed.length >= 16, code, 'shorter than its tag')
  const decipher = node.createDecipheriv(CIPHER, key, nonce).setAAD(data)
  decipher.setAuthTag(sealed.slice(-16))
  try {
    return join(decipher.update(sealed.slice(0, -16)), decipher.final())
  } catch {
    throw new Refused(code, 'does not open')
  }
}

/** What spec/00 refuses in any message is damage here. */
function damage<T>(run: () => T): T {
  try {
    return run()
  } catch (error) {
    if (error instanceof Refused) throw new Refused('storage_damaged', error.message)
    throw error
  }
}

function shaped(bytes: Uint8Array, shape: string): Fields {
  return damage(() => readCanonical(bytes, SHAPES[shape] ?? {}))
}

export interface LiteralHeader {
  readonly username: Uint8Array
  readonly server: Uint8Array
  readonly wrappedMasterKey: Uint8Array
  readonly wrappedVaultKey: Uint8Array
}

/** 11-4. */
export function decodeHeader(bytes: Uint8Array): LiteralHeader {
  must(bytes.length <= 1_024, 'storage_damaged', 'longer than any header')
  must(bytes[0] !== 8 || (bytes[1] ?? 0) <= 1, 'storage_newer', 'a later version')
  const fields = shaped(bytes, 'header')
  const header = {
    username: bytesOf(fields, 2),
    server: bytesOf(fields, 3),
    wrappedMasterKey: bytesOf(fields, 4),
    wrappedVaultKey: bytesOf(fields, 5),
  }
  must(numberOf(fields, 1) === 1, 'storage_damaged', 'version')
  must(header.username.length >= 3 && header.username.length <= 32, 'storage_damaged', 'user name')
  must(header.server.length >= 1 && header.server.length <= 512, 'storage_damaged', 'server')
  must(header.wrappedMasterKey.length === 80, 'storage_damaged', 'wrapped master key')
  const [version, profile, ...zero] = header.wrappedMasterKey.slice(0, 4)
  must(
    version === 1 && profile !== 0 && zero.every((byte) => byte === 0),
    'storage_damaged',
    'form of the wrapped master key',
  )
  must(header.wrappedVaultKey.length === 88, 'storage_damaged', 'wrapped vault key')
  return header
}

function placeOf({ username, server }: Pick<LiteralHeader, 'username' | 'server'>): Uint8Array {
  const named = [username, server].flatMap((part) => [u32be(part.length), part])
  return join(ascii('Solo2 v1 vault key'), u32be(1), ...named)
}

const vaultWrapKey = (masterKey: Uint8Array) => hkdf(zeros(32), masterKey, ascii('Solo2 v1 vault wrap'), 32)

export function openVaultKey(header: LiteralHeader, masterKey: Uint8Array, deviceKey: Uint8Array): Uint8Array {
  const place = placeOf(header)
  const { wrappedVaultKey: wrapped } = header
  const outer = join(place, Uint8Array.of(2))
  const inner = openGcm(deviceKey, wrapped.slice(0, 12), outer, wrapped.slice(12), 'storage_damaged')
  const data = join(place, Uint8Array.of(1))
  return openGcm(vaultWrapKey(masterKey), inner.slice(0, 12), data, inner.slice(12), 'wrong_words')
}

export function wrapVaultKey(
  named: Pick<LiteralHeader, 'username' | 'server'>,
  keys: Readonly<Record<'vaultKey' | 'masterKey' | 'deviceKey' | 'innerNonce' | 'outerNonce', Uint8Array>>,
): Uint8Array {
  const place = placeOf(named)
  const { innerNonce, outerNonce } = keys
  const inner = sealGcm(vaultWrapKey(keys.masterKey), innerNonce, join(place, Uint8Array.of(1)), keys.vaultKey)
  const outer = join(innerNonce, inner)
  return join(outerNonce, sealGcm(keys.deviceKey, outerNonce, join(place, Uint8Array.of(2)), outer))
}

export interface LiteralPlace {
  readonly table: string
  readonly id: string
  readonly version: number
}

export function recordData({ table, id, version }: LiteralPlace): Uint8Array {
  const named = [table, id].flatMap((name) => [u32be(name.length), ascii(name)])
  return join(...named, u32be(version))
}

export function tableKey(vaultKey: Uint8Array, table: string): Uint8Array {
  return hkdf(zeros(32), vaultKey, ascii(`Solo2 v1 records ${table}`), 32)
}

export function openRecord(vaultKey: Uint8Array, place: LiteralPlace, sealed: Uint8Array): Uint8Array {
  const fields = shaped(sealed, 'sealed')
  const nonce = bytesOf(fields, 1)
  must(nonce.length === 12, 'storage_damaged', 'nonce')
  const key = tableKey(vaultKey, place.table)
  return openGcm(key, nonce, recordData(place), bytesOf(fields, 2), 'storage_damaged')
}

/** 11-9: the plaintext as its table's message. */
export function decodeRecord(table: string, id: string, plaintext: Uint8Array): Fields {
  if (table === 'self' && id === 'replica') return shaped(plaintext, 'replica')
  if (table === 'sync') {
    damage(() => decodeItem(plaintext))
    return new Map(read(plaintext).map(([number, value]) => [number, [value]]))
  }
  const shape = TABLES[table] ?? TABLES[table.split('/')[0] ?? ''] ?? ''
  must(shape !== '', 'storage_damaged', `no table ${table}`)
  return shaped(plaintext, shape)
}

const LOG_HEAD = ascii('Solo2 log 1\n')
const MARK = ascii('S2LR')

export type Tables = Map<string, Map<string, Uint8Array>>

function u32At(bytes: Uint8Array, at: number): number {
  return Buffer.from(bytes).readUInt32BE(at)
}

/** The payload of the record at that byte, if there is a whole one. */
function payloadAt(log: Uint8Array, at: number, sequence?: number): Uint8Array | undefined {
  if (log.length < at + 12 || !same(log.slice(at, at + 4), MARK)) return undefined
  const head = log.slice(at + 4, at + 12)
  const length = u32At(head, 4)
  if (log.length < at + 12 + length + 16) return undefined
  if (sequence !== undefined && u32At(head, 0) !== sequence) return undefined
  const payload = log.slice(at + 12, at + 12 + length)
  const sum = new Uint8Array(node.createHash('sha256').update(head).update(payload).digest()).slice(0, 16)
  return same(sum, log.slice(at + 12 + length, at + 28 + length)) ? payload : undefined
}

export function logRecord(
  sequence: number,
  writes: readonly { readonly table: string; readonly id: string; readonly value: Uint8Array | undefined }[],
): Uint8Array {
  const payload = join(
    ...writes.map(({ table, id, value }) =>
      join(
        Uint8Array.of(value === undefined ? 0 : 1, table.length),
        ascii(table),
        Uint8Array.of(id.length),
        ascii(id),
        ...(value === undefined ? [] : [u32be(value.length), value]),
      ),
    ),
  )
  const head = join(u32be(sequence), u32be(payload.length))
  const sum = new Uint8Array(node.createHash('sha256').update(head).update(payload).digest()).slice(0, 16)
  return join(MARK, head, payload, sum)
}

export function logOf(...records: readonly Uint8Array[]): Uint8Array {
  return join(LOG_HEAD, ...records)
}

export function readLog(log: Uint8Array): Tables {
  const isLog = same(log.slice(0, 10), LOG_HEAD.slice(0, 10))
  must(same(log.slice(0, 12), LOG_HEAD), isLog ? 'storage_newer' : 'storage_damaged', 'not a log of this version')
  const tables: Tables = new Map()
  let at = 12
  for (let sequence = 1; ; sequence++) {
    const payload = payloadAt(log, at, sequence)
    if (payload === undefined) break
    applyPayload(tables, payload)
    at += 28 + payload.length
  }
  for (let next = at; next < log.length; next++) {
    must(payloadAt(log, next) === undefined, 'storage_damaged', 'a record in the middle is broken')
  }
  return tables
}

function applyPayload(tables: Tables, payload: Uint8Array): void {
  let at = 0
  const take = (length: number): Uint8Array => {
    must(at + length <= payload.length, 'storage_damaged', 'a change is cut off')
    at += length
    return payload.slice(at - length, at)
  }
  const text = () => Buffer.from(take(take(1)[0] ?? 0)).toString('latin1')
  while (at < payload.length) {
    const kind = take(1)[0] ?? 0
    must(kind <= 1, 'storage_damaged', 'kind of a change')
    const table = text()
    const id = text()
    const entries = tables.get(table) ?? new Map<string, Uint8Array>()
    tables.set(table, entries)
    if (kind === 1) entries.set(id, take(u32At(take(4), 0)))
    else entries.delete(id)
  }
}

const BLOCK = 1_048_576

function chunkNonce(prefix: Uint8Array, chunk: number, count: number): Uint8Array {
  return join(prefix, u32be(chunk), Uint8Array.of(chunk === count - 1 ? 1 : 0))
}

export function sealFile(key: Uint8Array, prefix: Uint8Array, plain: Uint8Array): Uint8Array {
  const count = Math.max(1, Math.ceil(plain.length / BLOCK))
  const chunks = Array.from({ length: count }, (_, n) =>
    sealGcm(key, chunkNonce(prefix, n, count), zeros(0), plain.slice(n * BLOCK, (n + 1) * BLOCK)),
  )
  return join(...chunks)
}

/** Section Files: all chunks of one file. */
export function openFile(key: Uint8Array, prefix: Uint8Array, size: number, sealed: Uint8Array): Uint8Array {
  const count = Math.max(1, Math.ceil(size / BLOCK))
  must(sealed.length === size + 16 * count, 'storage_damaged', 'size')
  const chunks = Array.from({ length: count }, (_, n) => {
    const chunk = sealed.slice(n * (BLOCK + 16), (n + 1) * (BLOCK + 16))
    return openGcm(key, chunkNonce(prefix, n, count), zeros(0), chunk, 'storage_damaged')
  })
  return join(...chunks)
}

export interface LiteralVault {
  readonly header: LiteralHeader
  /** By table and ID. */
  readonly records: ReadonlyMap<string, ReadonlyMap<string, Fields>>
  /** The plain bytes of the file with this ID, if the vault holds them. */
  file(conversation: string, id: string): Uint8Array | undefined
}

/** The folder of one vault, with the account's master key. */
export function openFolder(folder: string, masterKey: Uint8Array): LiteralVault {
  const bytesIn = (...names: string[]) => new Uint8Array(readFileSync(path(folder, ...names)))
  const tables = readLog(bytesIn('log'))
  const header = decodeHeader(tables.get('header')?.get('header') ?? zeros(0))
  const vaultKey = openVaultKey(header, masterKey, bytesIn('device.key'))
  const records = new Map<string, Map<string, Fields>>()
  for (const [table, entries] of tables) {
    if (table === 'header') continue
    const opened = new Map<string, Fields>()
    for (const [id, sealed] of entries) {
      opened.set(id, decodeRecord(table, id, openRecord(vaultKey, { table, id, version: 1 }, sealed)))
    }
    records.set(table, opened)
  }
  return {
    header,
    records,
    file(conversation, id) {
      const record = records.get(`file/${conversation}`)?.get(id)
      const key = record === undefined ? zeros(0) : bytesOf(record, 6)
      if (record === undefined || key.length === 0) return undefined
      if (!readdirSync(path(folder, 'files', conversation)).includes(id)) return undefined
      const size = read(bytesOf(record, 1)).find(([number]) => number === 3)?.[1] as { readonly value: bigint }
      return openFile(key, bytesOf(record, 7), Number(size.value), bytesIn('files', conversation, id))
    },
  }
}

/** What a person would see of a conversation, by position: kind and body of each content. */
export function conversationOf(vault: LiteralVault, conversation: string) {
  const messages = [...(vault.records.get(`message/${conversation}`) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1))
  return messages.map(([at, record]) => {
    const { id, kind, body } = decodeContent(bytesOf(record, 1))
    must(Number(at) === numberOf(record, 5), 'storage_damaged', 'position')
    return { id: hex(id), kind, body, outgoing: numberOf(record, 2) === 1 }
  })
}
