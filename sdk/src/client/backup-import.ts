/**
 * A checked backup into an unlocked vault (spec/11, Backup). What is here already stays; what is missing is added, in an
 * order in which an end at any write leaves a vault that opens and an import that can be done again.
 */
import { FileOffer } from '@solo2/proto/content'
import {
  ContactRecord,
  ContactStage,
  FileRecord,
  FileState,
  Life,
  MessageChanges,
  MessageRecord,
  MessageState,
  OutboxRecord,
  Position,
  type SelfRecord,
} from '@solo2/proto/vault'
import { concat, equal, toHex, wipe } from '../bytes/bytes.js'
import { decodeCanonical } from '../bytes/canonical.js'
import { decodeContent } from '../content/parse.js'
import { ensure } from '../errors.js'
import { PROTOCOL } from '../limits.js'
import type { Platform } from '../ports/platform.js'
import type { Entry } from '../vault/backup-format.js'
import { newStreamKey, type StreamKey } from '../vault/file-stream.js'
import type { Added, BackupCall, OpenImport } from './api/backup.js'
import { type CheckedBackup, checkBackup, isOwn } from './backup.js'
import { removeConversation } from './contact-removal.js'
import { outboxId } from './message-queue.js'
import { type SealedSink, sealedSink } from './sealed-file.js'
import { type Change, numberId, put, type Vault } from './vault-store.js'

/** Changes of one commit. */
const BATCH = 128

const NO_BYTES = new Uint8Array(0)

export interface ImportInto {
  readonly platform: Platform
  readonly vault: Vault
  readonly self: Pick<SelfRecord, 'ed25519Seed'>
}

/** Rejects with `foreign_backup`, before anything is changed; `storage_failed`, `cancelled`. */
export async function importBackup(
  { platform, vault, self }: ImportInto,
  backup: CheckedBackup,
  call: BackupCall,
): Promise<Added> {
  ensure(equal(self.ed25519Seed, backup.self.ed25519Seed), 'foreign_backup', 'The backup is of another identity.')
  const added = { contacts: 0, messages: 0, files: 0 }
  const contacts: ContactRecord[] = []
  for (const [, contact] of await vault.entries('contact', ContactRecord)) {
    // A removal that was interrupted ends first: what came in under its record would be deleted with it (11-90).
    if (contact.stage === ContactStage.REMOVED) await removeConversation(platform, vault, contact.conversation)
    else contacts.push(contact)
  }
  let conversation: Awaited<ReturnType<typeof intoConversation>> | undefined
  for await (const { entry, offset } of backup.entries()) {
    ensure(call.signal?.aborted !== true, 'cancelled', 'the import was not finished')
    call.onProgress?.({ stage: 'merging', bytes: offset })
    if (entry.$case === 'contact') {
      await conversation?.end()
      conversation = await intoConversation(platform, vault, backup.self, contacts, entry.value, added)
    } else {
      await conversation?.take(entry)
    }
  }
  await conversation?.end()
  return added
}

export interface ImportIntoOpen extends ImportInto {
  /** Runs it while no contact is open. */
  alone<T>(job: () => Promise<T>): Promise<T>
}

export async function importIntoOpen(
  { alone, ...into }: ImportIntoOpen,
  { backup, password, ...call }: OpenImport,
): Promise<Added> {
  const checked = await checkBackup(into.platform.host, backup, password, call)
  try {
    return await alone(() => importBackup(into, checked, call))
  } finally {
    wipe(checked.stream.key)
  }
}

async function intoConversation(
  platform: Platform,
  vault: Vault,
  self: CheckedBackup['self'],
  contacts: readonly ContactRecord[],
  theirs: ContactRecord,
  added: { contacts: number; messages: number; files: number },
) {
  const { host } = platform
  const known = contacts.find(({ ed25519 }) => equal(ed25519, theirs.ed25519))
  const isNew = known === undefined
  const isTaken = contacts.some((other) => equal(other.conversation, theirs.conversation))
  const id = known?.conversation ?? (isTaken ? host.random(PROTOCOL.ID_SIZE) : theirs.conversation)
  const conversation = toHex(id)
  const table = (name: string) => `${name}/${conversation}`
  const merged: ContactRecord = isNew ? { ...theirs, conversation: id } : withMissing(known, theirs)
  await vault.commit([put('contact', conversation, ContactRecord, merged)])
  if (isNew && !isOwn(host, self, theirs)) added.contacts++

  let next = Number((await vault.ids(table('message'))).at(-1) ?? 0) + 1
  let batch: Change[] = []
  let file: IncomingFile | undefined

  async function isKnown(content: string): Promise<boolean> {
    return (
      (await vault.read(table('seen'), content, Position)) !== undefined ||
      (await vault.read(table('written'), content, Position)) !== undefined
    )
  }

  async function flush(): Promise<void> {
    const changes = batch
    batch = []
    if (changes.length > 0) await vault.commit(changes)
  }

  async function queue(...changes: Change[]): Promise<void> {
    batch.push(...changes)
    if (batch.length >= BATCH) await flush()
  }

  async function message(record: MessageRecord): Promise<void> {
    const content = decodeContent(record.content)
    const { expirySeconds: seconds } = content
    const name = toHex(content.id)
    if (await isKnown(name)) return
    const { storedAt, outgoing, state } = record
    const side = table(outgoing ? 'written' : 'seen')
    // Its life went on while it was in the backup; a clock that stands before it was set back (10-45).
    const age = host.now() - Number(storedAt)
    if (seconds > 0 && (age < 0 || age >= seconds * 1_000)) return queue(put(side, name, Position, { position: 0 }))
    const position = isNew ? record.position : next++
    const at = numberId(position)
    added.messages++
    const isWaiting = outgoing && state === MessageState.WAITING && record.changes?.deleted !== true
    await queue(
      put(table('message'), at, MessageRecord, { ...record, position }),
      put(side, name, Position, { position }),
      ...(seconds > 0 ? [put(table('life'), at, Life, { storedAt, seconds })] : []),
      // With its line: a message that waits and is in no queue would be taken for delivered.
      ...(isWaiting ? [put(table('outbox'), outboxId(content), OutboxRecord, { position, content: NO_BYTES })] : []),
    )
  }

  /** What is no line: it changes nothing when it comes twice. */
  async function waiting({ position, content }: OutboxRecord): Promise<void> {
    if (position !== 0) return
    const name = outboxId(decodeContent(content))
    if ((await vault.read(table('outbox'), name, OutboxRecord)) !== undefined) return
    await queue(put(table('outbox'), name, OutboxRecord, { position, content }))
  }

  async function takeFile(record: FileRecord): Promise<void> {
    await flush()
    const offer = decodeCanonical(FileOffer, record.offer)
    const name = toHex(offer.file)
    const here = await vault.read(table('file'), name, FileRecord)
    const isWhole = record.offset !== undefined
    file = { left: isWhole ? Number(offer.size) : 0 }
    // Also one that was deleted here, or whose message is gone: that is newer.
    const isOpen = here === undefined || here.state === FileState.OFFERED || here.state === FileState.ACCEPTED
    if (!isOpen || (here !== undefined && !isWhole)) return
    const bare = { ...record, conversation: id, offset: undefined }
    if (!isWhole) return vault.commit([put(table('file'), name, FileRecord, bare)])
    const stream = newStreamKey(host)
    const place = { vault: vault.name, conversation, file: name }
    const sink = await sealedSink(platform.files, host.aead, { place, stream, size: file.left })
    file = { ...file, into: { sink, stream, block: new Uint8Array(0), name, record: bare } }
    if (file.left === 0) await finish(file)
  }

  async function takeData(data: Uint8Array): Promise<void> {
    if (file === undefined) return
    file.left -= data.length
    const { into } = file
    if (into === undefined) return
    into.block = concat(into.block, data)
    while (into.block.length >= PROTOCOL.FILE_BLOCK_BYTES || (file.left === 0 && into.block.length > 0)) {
      const block = into.block.subarray(0, PROTOCOL.FILE_BLOCK_BYTES)
      await into.sink.write(into.sink.durable, block)
      into.block = into.block.slice(block.length)
    }
    if (file.left === 0) await finish(file)
  }

  /** The record last: bytes without one are removed when the vault is opened (11-63). */
  async function finish({ into }: IncomingFile): Promise<void> {
    if (into === undefined) return
    const { sink, stream, name, record } = into
    await sink.close()
    await vault.commit([put(table('file'), name, FileRecord, { ...record, key: stream.key, prefix: stream.prefix })])
    wipe(stream.key)
    added.files++
  }

  return {
    async take(entry: Entry): Promise<void> {
      switch (entry.$case) {
        case 'message':
          return message(entry.value)
        case 'passed': {
          const name = toHex(entry.value.id)
          if (await isKnown(name)) return
          return queue(put(table(entry.value.outgoing ? 'written' : 'seen'), name, Position, { position: 0 }))
        }
        case 'early': {
          const { id: target, changes } = entry.value
          const name = toHex(target)
          const isLate =
            (await isKnown(name)) || (await vault.read(table('change'), name, MessageChanges)) !== undefined
          if (isLate || changes === undefined) return
          return queue(put(table('change'), name, MessageChanges, changes))
        }
        case 'waiting':
          if (entry.value.record === undefined) return
          return waiting(entry.value.record)
        case 'file':
          return takeFile(entry.value)
        case 'data':
          return takeData(entry.value)
        default:
          return
      }
    },
    async end(): Promise<void> {
      await flush()
    },
  }
}

interface IncomingFile {
  /** Bytes still to come. */
  left: number
  /** Absent for a file that is not taken over. */
  readonly into?: {
    readonly sink: SealedSink
    readonly stream: StreamKey
    block: Uint8Array
    readonly name: string
    readonly record: FileRecord
  }
}

/** What is here stays; only what it lacks comes from the backup. */
function withMissing(here: ContactRecord, theirs: ContactRecord): ContactRecord {
  return {
    ...here,
    rendezvous: here.rendezvous ?? theirs.rendezvous,
    wakeToken: here.wakeToken.length > 0 ? here.wakeToken : theirs.wakeToken,
    ...(theirs.nextSequence > here.nextSequence && { nextSequence: theirs.nextSequence }),
  }
}
