/** From the vault's tables to items: what a commit touches, and what it means (spec/11 sections 4 and 8). */
import {
  ContactRecord,
  ContactStage,
  FileRecord,
  MessageChanges,
  MessageRecord,
  OutboxRecord,
  SelfRecord,
} from '@solo2/proto/vault'
import { equal, fromHex } from '../bytes/bytes.js'
import { type Codec, decodeCanonical, encode } from '../bytes/canonical.js'
import { decodeContent } from '../content/parse.js'
import { identityId } from '../identity/id.js'
import type { Host } from '../ports/host.js'
import {
  accountChange,
  earlyChange,
  fileChange,
  goneChange,
  type ItemChange,
  messageChange,
  personChange,
  queuedChange,
  readChange,
  removedPersonChange,
  rootChange,
} from './own-items.js'
import { type Change, SELF, type Vault } from './vault-store.js'

export interface TableReader {
  /** `slot`: this replica. */
  read(changes: readonly Change[], slot: Uint8Array): Promise<ItemChange[]>
  entries(table: string): Promise<Change[]>
  /** How far each conversation was read, of a vault that becomes a replica. */
  readMarks(): Promise<ItemChange[]>
  /** Conversations that changes bring. */
  learn(changes: readonly Change[]): void
}

const NONE = new Uint8Array(0)
const CODECS: { readonly [table: string]: Codec<never> } = {
  self: SelfRecord,
  contact: ContactRecord,
  message: MessageRecord,
  change: MessageChanges,
  outbox: OutboxRecord,
  file: FileRecord,
} as unknown as { readonly [table: string]: Codec<never> }

/** Tables of which items are made, contacts first: the others name their conversations. */
export async function scannedTables(vault: Vault): Promise<string[]> {
  const conversations = await vault.ids('contact')
  const each = conversations.flatMap((name) =>
    ['message', 'change', 'outbox', 'file'].map((table) => `${table}/${name}`),
  )
  return ['contact', 'self', ...each]
}

export async function createTableReader(vault: Vault, host: Host): Promise<TableReader> {
  /** Identities by conversation, in hex. */
  const people = new Map<string, Uint8Array>()
  for (const [name, record] of await vault.entries('contact', ContactRecord)) people.set(name, idOf(record))

  function idOf({ ed25519, x25519 }: ContactRecord): Uint8Array {
    return identityId(host.primitives, { ed25519, x25519 })
  }

  async function ofChange({ table, id, value }: Change, slot: Uint8Array): Promise<ItemChange[]> {
    const [kind, conversation = ''] = table.split('/')
    switch (kind) {
      case 'self':
        if (id !== SELF.id || value === undefined) return []
        return [accountChange(decodeCanonical(SelfRecord, value).wakeToken)]
      case 'contact': {
        if (value === undefined) return []
        const record = decodeCanonical(ContactRecord, value)
        const contact = idOf(record)
        if (record.stage === ContactStage.REMOVED) return [removedPersonChange(contact)]
        const { rendezvous, siblingRoots } = record
        const isOwn = rendezvous !== undefined && !siblingRoots.some(({ root }) => equal(root, rendezvous.root))
        const before = await vault.read(table, id, ContactRecord)
        return [personChange(contact, record, before), ...(isOwn ? [rootChange(contact, slot, rendezvous)] : [])]
      }
      default: {
        const contact = people.get(conversation)
        return contact === undefined ? [] : ofConversation(kind, contact, { table, id, value })
      }
    }
  }

  async function ofConversation(kind: string | undefined, contact: Uint8Array, change: Change): Promise<ItemChange[]> {
    const { table, id, value } = change
    if (kind === 'message') {
      const record =
        value === undefined ? await vault.read(table, id, MessageRecord) : decodeCanonical(MessageRecord, value)
      if (record === undefined) return []
      const content = decodeContent(record.content).id
      return [
        value === undefined ? goneChange(contact, content, record.outgoing) : messageChange(contact, content, record),
      ]
    }
    if (kind === 'file' && value !== undefined) {
      return [fileChange(contact, fromHex(id), decodeCanonical(FileRecord, value))]
    }
    if (kind === 'unread' && value === undefined) {
      const record = await vault.read(table.replace(/^unread/, 'message'), id, MessageRecord)
      return record === undefined ? [] : [readChange(contact, decodeContent(record.content).sequence)]
    }
    if (kind === 'change' && value !== undefined) {
      return [earlyChange(contact, fromHex(id), decodeCanonical(MessageChanges, value))]
    }
    if (kind === 'outbox') {
      const record =
        value === undefined ? await vault.read(table, id, OutboxRecord) : decodeCanonical(OutboxRecord, value)
      if (record === undefined || record.content.length === 0) return []
      return [queuedChange(contact, decodeContent(record.content).id, value === undefined ? NONE : record.content)]
    }
    return []
  }

  function learn(changes: readonly Change[]): void {
    for (const { table, id, value } of changes) {
      if (table === 'contact' && value !== undefined) people.set(id, idOf(decodeCanonical(ContactRecord, value)))
    }
  }

  return {
    async read(changes, slot) {
      // The first commit of a conversation may name its lines before its record.
      learn(changes)
      const touched: ItemChange[] = []
      const lines = new Set(changes.map(({ table, id }) => `${table}/${id}`))
      for (const change of changes) {
        // A line that moves, is deleted or goes loses its mark without anybody having read up to it.
        const isLine = lines.has(`${change.table.replace(/^unread/, 'message')}/${change.id}`)
        if (change.table.startsWith('unread/') && isLine) continue
        touched.push(...(await ofChange(change, slot)))
      }
      return touched
    },
    async entries(table) {
      const codec = CODECS[table.split('/')[0] ?? ''] as Codec<never>
      const ids = table === SELF.table ? [SELF.id] : await vault.ids(table)
      const changes: Change[] = []
      for (const id of ids) {
        const record = await vault.read(table, id, codec)
        if (record !== undefined) changes.push({ table, id, value: encode(codec, record) })
      }
      return changes
    },
    async readMarks() {
      const marks: ItemChange[] = []
      for (const [conversation, contact] of people) {
        const unread = new Set(await vault.ids(`unread/${conversation}`))
        let read = 0n
        let firstUnread: bigint | undefined
        for (const [id, { content, outgoing }] of await vault.entries(`message/${conversation}`, MessageRecord)) {
          if (outgoing) continue
          const { sequence } = decodeContent(content)
          if (!unread.has(id)) read = sequence > read ? sequence : read
          else if (firstUnread === undefined || sequence < firstUnread) firstUnread = sequence
        }
        // A mark says that everything before it was read: what was not stays so.
        if (firstUnread !== undefined && read >= firstUnread) read = firstUnread - 1n
        if (read > 0n) marks.push(readChange(contact, read))
      }
      return marks
    },
    learn,
  }
}
