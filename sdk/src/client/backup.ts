/** A backup out of an unlocked vault, and the reading that tells whether a file is one (spec/11, Backup). */
import { FileOffer } from '@solo2/proto/content'
import {
  type BackupSelf,
  ContactRecord,
  ContactStage,
  FileRecord,
  FileState,
  MessageChanges,
  MessageRecord,
  OutboxRecord,
  type SelfRecord,
} from '@solo2/proto/vault'
import { preparePassword } from '../account/rules.js'
import { equal, fromHex, toHex, wipe } from '../bytes/bytes.js'
import { decodeCanonical } from '../bytes/canonical.js'
import { decodeContent } from '../content/parse.js'
import { ensure, Solo2Error } from '../errors.js'
import { PASSWORD_PROFILE, passwordProfile, SALT_SIZE } from '../keys/password.js'
import { PROTOCOL } from '../limits.js'
import type { ByteSource } from '../ports/files.js'
import type { Host } from '../ports/host.js'
import type { Platform } from '../ports/platform.js'
import {
  type BackupHead,
  type BackupWriter,
  backupWriter,
  checkEnd,
  damaged,
  HEAD_SIZE,
  makeHead,
  openHead,
  parseHead,
  type ReadEntry,
  readEntries,
} from '../vault/backup-format.js'
import { newStreamKey, type StreamKey, streamKey } from '../vault/file-stream.js'
import type { BackupCall, BackupFacts, ExportBackup } from './api/backup.js'
import { outboxSequence } from './message-queue.js'
import { sealedSource } from './sealed-file.js'
import type { Vault } from './vault-store.js'

export interface BackupOf {
  readonly platform: Platform
  readonly vault: Vault
  readonly self: SelfRecord
}

const PIECE = PROTOCOL.BACKUP_CHUNK_BYTES

/** Writes all, then reads all again. Rejects with `storage_failed`, `storage_full`, `weak_password`, `cancelled`, `closed`. */
export async function exportBackup(of: BackupOf, call: ExportBackup): Promise<BackupFacts> {
  try {
    return await writeBackup(of, call)
  } catch (error) {
    // What failed first is what counts.
    await call.sink.discard().catch(() => undefined)
    throw error
  }
}

async function writeBackup({ platform, vault, self }: BackupOf, call: ExportBackup): Promise<BackupFacts> {
  const { host } = platform
  const header = { profile: PASSWORD_PROFILE, salt: host.random(SALT_SIZE), prefix: newStreamKey(host).prefix }
  const { head, stream } = await withStretched(host, call.password, header, call, async (stretched) =>
    makeHead(host.primitives, stretched, header),
  )
  try {
    let bytes = 0
    const write = async (data: Uint8Array) => {
      ensure(call.signal?.aborted !== true, 'cancelled', 'the backup was not finished')
      await call.sink.write(data)
      bytes += data.length
      call.onProgress?.({ stage: 'writing', bytes })
    }
    await write(head)
    const writer = backupWriter(host, stream, write)
    await writer.add({ $case: 'self', value: selfOf(vault, self) })
    let left = 0
    for (const [, contact] of await vault.entries('contact', ContactRecord)) {
      // A removal that is under way is no contact any more (11-90).
      if (contact.stage === ContactStage.REMOVED) continue
      left += await writeConversation(platform, vault, contact, writer)
    }
    await writer.end()
    const source = await call.sink.finish()
    try {
      return { ...(await readThrough(host, stream, source, call)).facts, left }
    } finally {
      await source.close()
    }
  } finally {
    wipe(stream.key)
  }
}

function selfOf({ header, now }: Vault, self: SelfRecord): BackupSelf {
  const { displayName, alias, ed25519Seed, x25519Secret } = self
  const { username, server } = header
  return { username, server, displayName, alias, ed25519Seed, x25519Secret, madeAt: BigInt(now()) }
}

/** Returns how many files the vault should hold and could not give. */
async function writeConversation(
  platform: Platform,
  vault: Vault,
  contact: ContactRecord,
  writer: BackupWriter,
): Promise<number> {
  const conversation = toHex(contact.conversation)
  const table = (name: string) => `${name}/${conversation}`
  // What only this device shares with the contact's stays here (11-10).
  const own = { ...contact, devices: [], pendingDevices: [], pendingRendezvous: undefined }
  await writer.add({ $case: 'contact', value: own })
  const written = new Set<string>()
  const positions = new Set<number>([0])
  for (const id of await vault.ids(table('message'))) {
    const message = await vault.read(table('message'), id, MessageRecord)
    if (message === undefined) continue
    await writer.add({ $case: 'message', value: message })
    written.add(toHex(decodeContent(message.content).id))
    positions.add(message.position)
  }
  for (const name of ['seen', 'written']) {
    for (const id of await vault.ids(table(name))) {
      if (written.has(id)) continue
      await writer.add({ $case: 'passed', value: { id: fromHex(id), outgoing: name === 'written' } })
    }
  }
  for (const [id, changes] of await vault.entries(table('change'), MessageChanges)) {
    await writer.add({ $case: 'early', value: { id: fromHex(id), changes } })
  }
  for (const [id, record] of await vault.entries(table('outbox'), OutboxRecord)) {
    // A message may have come to the queue after its table was read.
    if (!positions.has(record.position)) continue
    await writer.add({ $case: 'waiting', value: { sequence: outboxSequence(id), record } })
  }
  let left = 0
  for (const [id, record] of await vault.entries(table('file'), FileRecord)) {
    if (!(await writeFile(platform, { vault: vault.name, conversation, file: id }, record, writer))) left++
  }
  return left
}

/** False if the vault should hold its bytes and does not. */
async function writeFile(
  { files, host }: Platform,
  place: { readonly vault: string; readonly conversation: string; readonly file: string },
  { key, prefix, ...record }: FileRecord,
  writer: BackupWriter,
): Promise<boolean> {
  const bare = {
    ...record,
    key: new Uint8Array(0),
    prefix: new Uint8Array(0),
    source: new Uint8Array(0),
    paused: false,
    completedAt: 0n,
    offset: undefined,
  }
  const isStored = record.state === FileState.COMPLETE && !record.outgoing && key.length > 0
  const size = Number(decodeCanonical(FileOffer, record.offer).size ?? 0n)
  const source = isStored
    ? await sealedSource(files, host.aead, { place, stream: streamKey(key, prefix), size }, '').catch(unlessGone)
    : undefined
  if (source === undefined) {
    await writer.add({ $case: 'file', value: bare })
    return !isStored
  }
  try {
    await writer.add({ $case: 'file', value: { ...bare, offset: BigInt(size) } })
    for (let at = 0; at < size; at += PIECE) {
      await writer.add({ $case: 'data', value: await source.read(at, Math.min(PIECE, size - at)) })
    }
    return true
  } finally {
    await source.close()
    wipe(key)
  }
}

/** A file that was deleted under way, or cut: the rest of the backup is none the worse. */
function unlessGone(error: unknown): undefined {
  const isGone = error instanceof Solo2Error && (error.code === 'not_found' || error.code === 'storage_damaged')
  if (!isGone) throw error
}

async function withStretched<T>(
  host: Host,
  typed: string,
  { profile, salt }: Pick<BackupHead, 'profile' | 'salt'>,
  call: BackupCall,
  use: (stretched: Uint8Array) => Promise<T>,
): Promise<T> {
  const password = preparePassword(typed)
  call.onProgress?.({ stage: 'keys', bytes: 0 })
  try {
    const stretched = await host.argon2id(password, salt, passwordProfile(profile), call.signal)
    try {
      return await use(stretched)
    } finally {
      wipe(stretched)
    }
  } finally {
    wipe(password)
  }
}

/** A backup that was read from its beginning to its end. Whoever gets it wipes its key. */
export interface CheckedBackup {
  readonly self: BackupSelf
  readonly stream: StreamKey
  readonly facts: Omit<BackupFacts, 'left'>
  /** Once more from the beginning. */
  entries(): AsyncGenerator<ReadEntry>
}

/**
 * Rejects with `not_backup`, `backup_cut`, `storage_newer`, `backup_damaged`, `wrong_password`, `cancelled`; nothing has
 * been changed then.
 */
export async function checkBackup(
  host: Host,
  source: ByteSource,
  password: string,
  call: BackupCall,
): Promise<CheckedBackup> {
  const head = await source.read(0, Math.min(HEAD_SIZE, source.size))
  const header = parseHead(host.primitives, head)
  await checkEnd(source)
  ensureProfile(header.profile)
  const stream = await withStretched(host, password, header, call, async (stretched) =>
    openHead(host.primitives, stretched, head),
  )
  try {
    const read = await readThrough(host, stream, source, call)
    return { ...read, stream, entries: () => readEntries(host, stream, source) }
  } catch (error) {
    wipe(stream.key)
    throw error
  }
}

/** Profiles get stronger by number: one that this version does not know is of a later one. */
function ensureProfile(profile: number): void {
  try {
    passwordProfile(profile)
  } catch (error) {
    throw new Solo2Error('storage_newer', 'The backup was written by a later version.', { cause: error })
  }
}

/** Reads all and checks that each entry stands where it may. */
async function readThrough(host: Host, stream: StreamKey, source: ByteSource, call: BackupCall) {
  let self: BackupSelf | undefined
  const counts = { contacts: 0, messages: 0, files: 0 }
  let last = -1
  let position = 0
  /** Bytes of the file before that are still to come. */
  let rest = 0
  for await (const { entry, offset } of readEntries(host, stream, source)) {
    ensure(call.signal?.aborted !== true, 'cancelled', 'the backup was not read to its end')
    const order = ORDER[entry.$case]
    const isFirst = entry.$case === 'self'
    const isBound = entry.$case === 'contact' || last >= ORDER.contact
    if (isFirst !== (self === undefined) || (!isFirst && !isBound)) throw damaged(offset)
    if (entry.$case !== 'contact' && order < last) throw damaged(offset)
    if ((entry.$case === 'data') !== rest > 0) throw damaged(offset)
    last = order
    try {
      switch (entry.$case) {
        case 'self':
          self = entry.value
          ensure(self.ed25519Seed.length === 32 && self.x25519Secret.length === 32, 'malformed', 'keys of 32 bytes')
          break
        case 'contact':
          if (self !== undefined && !isOwn(host, self, entry.value)) counts.contacts++
          position = 0
          checkContact(entry.value)
          break
        case 'message':
          counts.messages++
          ensure(entry.value.position > position, 'malformed', 'positions ascend')
          position = entry.value.position
          decodeContent(entry.value.content)
          break
        case 'passed':
        case 'early':
          ensure(entry.value.id.length === PROTOCOL.ID_SIZE, 'malformed', 'a content ID has 16 bytes')
          break
        case 'waiting':
          ensure(entry.value.record !== undefined, 'malformed', 'what waits is something')
          if (entry.value.record.position === 0) decodeContent(entry.value.record.content)
          break
        case 'file': {
          counts.files++
          const { file, size = 0n } = decodeCanonical(FileOffer, entry.value.offer)
          ensure(file.length === PROTOCOL.ID_SIZE && size < 2n ** 53n, 'malformed', 'no offer of a file')
          ensure(
            [undefined, size].includes(entry.value.offset),
            'malformed',
            'a file is there as a whole or not at all',
          )
          rest = Number(entry.value.offset ?? 0n)
          break
        }
        case 'data':
          rest -= entry.value.length
          ensure(rest >= 0 && entry.value.length > 0, 'malformed', 'bytes beyond the file')
          if (rest === 0) last = ORDER.file
          break
        default:
          throw damaged(offset)
      }
    } catch (error) {
      throw damaged(offset, error)
    }
    call.onProgress?.({ stage: 'checking', bytes: offset })
  }
  if (self === undefined || rest > 0) throw damaged(HEAD_SIZE)
  return { self, facts: { ...counts, bytes: source.size, madeAt: Number(self.madeAt) } }
}

/** Notes to oneself are in a record like a contact's, and nobody counts them as one (11-129). */
export function isOwn({ primitives }: Host, self: BackupSelf, contact: ContactRecord): boolean {
  return equal(contact.ed25519, primitives.ed25519PublicKey(self.ed25519Seed))
}

/** Entries of one conversation stand in this order; `data` behind its file. */
const ORDER = { self: 0, contact: 1, message: 2, passed: 3, early: 4, waiting: 5, file: 6, data: 6, end: 7 } as const

function checkContact({ ed25519, x25519, conversation, devices, pendingDevices }: ContactRecord): void {
  ensure(ed25519.length === 32 && x25519.length === 32, 'malformed', 'keys of 32 bytes')
  ensure(conversation.length === PROTOCOL.ID_SIZE, 'malformed', 'a conversation has 16 bytes')
  ensure(devices.length === 0 && pendingDevices.length === 0, 'malformed', 'devices are in no backup')
}
