/**
 * One contact's messages in the vault: written before they are sent, and committed before they are acknowledged
 * (spec/10, spec/11). Positions order what this device shows; contents are deduplicated by (author, content ID).
 *
 * Tables, each named with the conversation's random local ID: `message/<c>` by position, `seen/<c>` by the content ID of
 * what came (to the position), `outbox/<c>` by sequence number (to the position) for what was not acknowledged.
 */
import { type Content, ContentKind } from '@solo2/proto/content'
import { MessageRecord, Position, MessageState as Stored } from '@solo2/proto/vault'
import { equal, fromHex, toHex } from '../bytes/bytes.js'
import { encodeContent } from '../content/compose.js'
import { type Arrival, createDedupeIndex, dedupeKey } from '../content/dedupe.js'
import {
  addContent,
  markSent,
  nextToSend,
  type Outbox,
  type OutboxEntry,
  restoreOutbox,
  takeReceipt,
  tunnelLost,
} from '../content/outbox.js'
import { decodeContent, parseContent } from '../content/parse.js'
import { Solo2Error } from '../errors.js'
import type { Message, MessageState } from './api.js'
import { type Change, put, remove, type Vault } from './vault-store.js'

export interface Conversation {
  /** Commits an outgoing content with the changes that belong to it; it waits in the queue from then on. */
  addOutgoing(content: Content, changes?: readonly Change[]): Promise<Message>
  /** Commits an incoming content with the changes that belong to it. */
  addIncoming(content: Content, changes?: readonly Change[]): Promise<Message>
  arrival(contentId: Uint8Array): Arrival
  /** The next content for the live tunnel, which takes it: in order, each once a tunnel. */
  takeNext(): { readonly content: Uint8Array; readonly message: Message | undefined } | undefined
  /** The tunnel is gone: what was sent and not acknowledged waits again. */
  tunnelLost(): Message[]
  /** Commits receipts; returns the messages that changed. */
  receipt(contentIds: readonly Uint8Array[]): Promise<Message[]>
  messages(options?: { readonly before?: number; readonly limit?: number }): Promise<Message[]>
}

const DEFAULT_LIMIT = 50

/** `author`: the contact's identity id, 32 bytes. */
export async function openConversation(vault: Vault, conversation: string, author: Uint8Array): Promise<Conversation> {
  const tables = { message: `message/${conversation}`, seen: `seen/${conversation}`, outbox: `outbox/${conversation}` }
  const contact = toHex(author)
  const positions = (await vault.ids(tables.message)).map(Number)
  const index = createDedupeIndex((await vault.ids(tables.seen)).map((id) => dedupeKey(author, fromHex(id))))
  /** Where the contents of the queue are, by content ID. */
  const queued = new Map<string, number>()
  let outbox: Outbox
  let next = (positions.at(-1) ?? 0) + 1

  const restored: OutboxEntry[] = []
  for (const [, { position }] of await vault.entries(tables.outbox, Position)) {
    const { content } = await recordAt(position)
    const { id } = decodeContent(content)
    restored.push({ id, content })
    queued.set(toHex(id), position)
  }
  outbox = restoreOutbox(restored)

  async function recordAt(position: number): Promise<MessageRecord> {
    const record = await vault.read(tables.message, positionId(position), MessageRecord)
    if (record === undefined) throw new Solo2Error('storage_damaged', 'a message is missing')
    return record
  }

  function shown(content: Content, outgoing: boolean, position: number): Message {
    const isSame = ({ id }: OutboxEntry) => equal(id, content.id)
    let state: MessageState = outgoing ? 'delivered' : 'received'
    if (outbox.waiting.some(isSame)) state = 'waiting'
    if (outbox.sent.some(isSame)) state = 'sent'
    const writtenAt = Number(content.writtenAt)
    return { id: toHex(content.id), contact, outgoing, state, writtenAt, position, body: shownBody(content) }
  }

  function shownQueued({ id, content }: OutboxEntry): Message {
    return shown(decodeContent(content), true, queued.get(toHex(id)) ?? 0)
  }

  /** Only those that are lines of the conversation. */
  function visible(entries: readonly OutboxEntry[]): Message[] {
    return entries.filter(({ content }) => isShown(decodeContent(content))).map(shownQueued)
  }

  function newRecord(content: Uint8Array, outgoing: boolean, position: number): MessageRecord {
    const state = outgoing ? Stored.WAITING : Stored.RECEIVED
    return { content, outgoing, storedAt: BigInt(vault.now()), state, position }
  }

  return {
    async addOutgoing(content, changes = []) {
      const position = next++
      const bytes = encodeContent(content)
      await vault.commit([
        put(tables.message, positionId(position), MessageRecord, newRecord(bytes, true, position)),
        put(tables.outbox, sequenceId(content.sequence), Position, { position }),
        ...changes,
      ])
      positions.push(position)
      queued.set(toHex(content.id), position)
      outbox = addContent(outbox, { id: content.id, content: bytes })
      return shown(content, true, position)
    },
    async addIncoming(content, changes = []) {
      const position = next++
      await vault.commit([
        put(tables.message, positionId(position), MessageRecord, newRecord(encodeContent(content), false, position)),
        put(tables.seen, toHex(content.id), Position, { position }),
        ...changes,
      ])
      positions.push(position)
      index.committed(author, content.id)
      return shown(content, false, position)
    },
    arrival: (contentId) => index.arrival(author, contentId),
    takeNext() {
      const entry = nextToSend(outbox)
      if (entry === undefined) return undefined
      outbox = markSent(outbox)
      return { content: entry.content, message: visible([entry])[0] }
    },
    tunnelLost() {
      const { sent } = outbox
      outbox = tunnelLost(outbox)
      return visible(sent)
    },
    async receipt(contentIds) {
      const { delivered } = takeReceipt(outbox, contentIds)
      const changes: Change[] = []
      for (const { id, content } of delivered) {
        const record = await recordAt(queued.get(toHex(id)) ?? 0)
        const done = { ...record, state: Stored.DELIVERED }
        changes.push(put(tables.message, positionId(record.position), MessageRecord, done))
        changes.push(remove(tables.outbox, sequenceId(decodeContent(content).sequence)))
      }
      if (changes.length > 0) await vault.commit(changes)
      // The queue may have changed while this was committed: the receipt is applied to what it is now.
      outbox = takeReceipt(outbox, contentIds).outbox
      const changed = visible(delivered)
      for (const { id } of delivered) queued.delete(toHex(id))
      return changed
    },
    async messages({ before = Number.POSITIVE_INFINITY, limit = DEFAULT_LIMIT } = {}) {
      const wanted = positions.filter((position) => position < before).slice(-limit)
      const out: Message[] = []
      for (const { content: bytes, outgoing, position } of await Promise.all(wanted.map(recordAt))) {
        const content = decodeContent(bytes)
        if (isShown(content)) out.push(shown(content, outgoing, position))
      }
      return out
    },
  }
}

function positionId(position: number): string {
  return String(position).padStart(10, '0')
}

function sequenceId(sequence: bigint): string {
  return String(sequence).padStart(20, '0')
}

/** Refusals and cancels change a transfer; they are no line of the conversation. */
export function isShown({ kind }: Content): boolean {
  return kind !== ContentKind.FILE_REFUSAL && kind !== ContentKind.FILE_CANCEL
}

function shownBody(content: Content): Message['body'] {
  const parsed = parseContent(content)
  switch (parsed.kind) {
    case 'text':
      return { kind: 'text', text: parsed.text }
    case 'fileOffer':
      return { kind: 'file', file: toHex(parsed.file), name: parsed.name, size: parsed.size }
    default:
      return { kind: 'unknown' }
  }
}
