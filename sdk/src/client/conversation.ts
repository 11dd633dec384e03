/**
 * One contact's messages in the vault: written before they are sent, and committed before they are acknowledged
 * (spec/10, spec/11). Positions order what this device shows; contents are deduplicated by (author, content ID).
 *
 * Tables, each named with the conversation's random local ID: `message/<c>` by position; by content ID `seen/<c>` for
 * what came and `written/<c>` for own messages (to the position), and `change/<c>` for changes to messages that did not
 * come yet; `outbox/<c>` by sequence number for what was not acknowledged.
 */
import type { Content } from '@solo2/proto/content'
import { MessageChanges, MessageRecord, OutboxRecord, Position, MessageState as Stored } from '@solo2/proto/vault'
import { equal, fromHex, toHex } from '../bytes/bytes.js'
import { encode } from '../bytes/canonical.js'
import { changeOf, mergeChanges, withChanges } from '../content/changes.js'
import { encodeContent } from '../content/compose.js'
import { type Arrival, createDedupeIndex, dedupeKey } from '../content/dedupe.js'
import {
  addContent,
  markSent,
  nextToSend,
  type Outbox,
  type OutboxEntry,
  outboxContents,
  replaceContent,
  restoreOutbox,
  takeReceipt,
  tunnelLost,
  withdraw,
} from '../content/outbox.js'
import { decodeContent, type ParsedChange, type ParsedContent, parseContent } from '../content/parse.js'
import { ensure, Solo2Error } from '../errors.js'
import type { Message, MessageState } from './api.js'
import { shownMessage } from './message-view.js'
import { createSerial } from './serial.js'
import { type Change, put, remove, type Vault } from './vault-store.js'

/** What a conversation needs of the vault. */
export type VaultTables = Pick<Vault, 'read' | 'ids' | 'entries' | 'commit' | 'now'>

export interface Conversation {
  /** Commits what `make` gives, an outgoing content and the changes that belong to it; it waits in the queue from then on. */
  addOutgoing(make: () => Outgoing): Promise<Effect>
  /** Commits an incoming content with the changes that belong to it. Throws `bad_content` for an ID of an own message. */
  addIncoming(content: Content, changes?: readonly Change[]): Promise<Effect>
  arrival(contentId: Uint8Array): Arrival
  /** Throws `not_found`. */
  find(id: string): Promise<MessageRecord>
  /** The next content for the live tunnel, which takes it: in order, each once a tunnel. */
  takeNext(): { readonly content: Uint8Array; readonly message: Message | undefined } | undefined
  /** The tunnel is gone: what was sent and not acknowledged waits again. */
  tunnelLost(): Message[]
  /** Commits receipts; returns the messages that changed. */
  receipt(contentIds: readonly Uint8Array[]): Promise<Message[]>
  messages(options?: { readonly before?: number; readonly limit?: number }): Promise<Message[]>
  idle(): Promise<void>
}

export interface Outgoing {
  readonly content: Content
  readonly changes: readonly Change[]
}

/** What a content did to the conversation. */
export interface Effect {
  readonly added?: Message
  readonly changed?: Message
}

/** A content of the queue, beside what is sent of it. */
interface Queued {
  readonly sequence: bigint
  readonly kind: ParsedContent['kind']
  /** The message that it changes, in hex. */
  readonly target: string | undefined
  readonly record: MessageRecord | undefined
}

const DEFAULT_LIMIT = 50

/** `author`: the contact's identity id, 32 bytes. */
export async function openConversation(
  vault: VaultTables,
  conversation: string,
  author: Uint8Array,
): Promise<Conversation> {
  const table = (name: string) => `${name}/${conversation}`
  const contact = toHex(author)
  const positions = (await vault.ids(table('message'))).map(Number)
  const index = createDedupeIndex((await vault.ids(table('seen'))).map((id) => dedupeKey(author, fromHex(id))))
  const queued = new Map<string, Queued>()
  /** Of the queue, while a commit decides what becomes of them: nothing overtakes them. */
  const held = new Set<string>()
  const writing = createSerial()
  let next = (positions.at(-1) ?? 0) + 1

  const restored: Omit<OutboxEntry, 'given'>[] = []
  for (const [, { position, content: bytes }] of await vault.entries(table('outbox'), OutboxRecord)) {
    const record = position === 0 ? undefined : await recordAt(position)
    const content = decodeContent(record?.content ?? bytes)
    restored.push({ id: content.id, content: record?.content ?? bytes })
    queued.set(toHex(content.id), queuedAs(content, record))
  }
  let outbox: Outbox = restoreOutbox(restored)

  async function recordAt(position: number): Promise<MessageRecord> {
    const record = await vault.read(table('message'), positionId(position), MessageRecord)
    if (record === undefined) throw new Solo2Error('storage_damaged', 'a message is missing')
    return record
  }

  function stored(record: MessageRecord): Change {
    return put(table('message'), positionId(record.position), MessageRecord, record)
  }

  /** `known`: it was here once, at least. */
  async function locate(id: Uint8Array): Promise<{ readonly known: boolean; readonly record?: MessageRecord }> {
    const name = toHex(id)
    const place =
      (await vault.read(table('seen'), name, Position)) ?? (await vault.read(table('written'), name, Position))
    if (place === undefined) return { known: false }
    return positions.includes(place.position)
      ? { known: true, record: await recordAt(place.position) }
      : { known: true }
  }

  function shown(record: MessageRecord): Message {
    const state = record.outgoing ? stateOf(toHex(decodeContent(record.content).id)) : 'received'
    return shownMessage(record, contact, state)
  }

  /** Of an own message in its present form: an edit that waits makes it wait. */
  function stateOf(name: string): MessageState {
    const concerns = ({ id }: OutboxEntry) => {
      const own = toHex(id)
      const change = queued.get(own)
      return own === name || (change?.target === name && change.kind !== 'reaction')
    }
    if (outbox.waiting.some(concerns)) return 'waiting'
    return outbox.sent.some(concerns) ? 'sent' : 'delivered'
  }

  /** Only those that are lines of the conversation. */
  function lines(entries: readonly OutboxEntry[]): Message[] {
    return entries.flatMap(({ id }) => {
      const record = queued.get(toHex(id))?.record
      return record === undefined ? [] : [shown(record)]
    })
  }

  function newRecord(content: Content, outgoing: boolean): MessageRecord {
    return {
      content: encodeContent(content),
      outgoing,
      storedAt: BigInt(vault.now()),
      state: outgoing ? Stored.WAITING : Stored.RECEIVED,
      position: next++,
      changes: undefined,
    }
  }

  function enqueue(content: Content, record: MessageRecord | undefined): void {
    queued.set(toHex(content.id), queuedAs(content, record))
    outbox = addContent(outbox, { id: content.id, content: record?.content ?? encodeContent(content) })
  }

  async function addLine({ content, changes }: Outgoing): Promise<Effect> {
    const record = newRecord(content, true)
    const { position } = record
    await vault.commit([
      stored(record),
      put(table('written'), toHex(content.id), Position, { position }),
      put(table('outbox'), sequenceId(content.sequence), OutboxRecord, { position, content: new Uint8Array(0) }),
      ...changes,
    ])
    positions.push(position)
    enqueue(content, record)
    return { added: shown(record) }
  }

  /** What changes no message, or one that is at the other side, goes there; the queue keeps only the present form (10-33). */
  async function addChange({ content, changes }: Outgoing, parsed: ParsedContent): Promise<Effect> {
    const change = isChange(parsed) ? parsed : undefined
    const before = change === undefined ? undefined : (await locate(change.target)).record
    ensure(change === undefined || before !== undefined, 'not_found', 'no such message in this conversation')
    const target = change === undefined ? undefined : toHex(change.target)
    const waits = target === undefined ? undefined : outboxContents(outbox).find(({ id }) => toHex(id) === target)
    const withdrawn = [...queued].filter(([, other]) => replaces(parsed.kind, target, other)).map(([name]) => name)
    if (change?.kind === 'delete' && target !== undefined && waits !== undefined) withdrawn.push(target)
    for (const name of withdrawn) held.add(name)
    if (target !== undefined && waits !== undefined) held.add(target)
    const isNews = parsed.kind === 'reaction' || waits?.given !== false
    const after = before && change && withChanges(before, changeOf(content, change, true))
    try {
      await vault.commit([
        ...(after === undefined ? [] : [stored(after)]),
        ...withdrawn.map((name) => remove(table('outbox'), sequenceId(queued.get(name)?.sequence ?? 0n))),
        ...(isNews ? [outboxChange(content)] : []),
        ...changes,
      ])
    } finally {
      held.clear()
    }
    outbox = withdraw(outbox, new Set(withdrawn))
    for (const name of withdrawn) queued.delete(name)
    const line = target === undefined ? undefined : queued.get(target)
    if (after !== undefined && target !== undefined && line !== undefined) {
      queued.set(target, { ...line, record: after })
      outbox = replaceContent(outbox, target, after.content)
    }
    if (isNews) enqueue(content, undefined)
    return after === undefined ? {} : { changed: shown(after) }
  }

  function outboxChange(content: Content): Change {
    const record = { position: 0, content: encodeContent(content) }
    return put(table('outbox'), sequenceId(content.sequence), OutboxRecord, record)
  }

  async function takeLine(content: Content, changes: readonly Change[]): Promise<Effect> {
    const name = toHex(content.id)
    const isOwn = (await vault.read(table('written'), name, Position)) !== undefined
    ensure(!isOwn, 'bad_content', 'the ID of a message of the other side')
    const early = await vault.read(table('change'), name, MessageChanges)
    const record = withChanges(newRecord(content, false), early)
    const { position } = record
    await vault.commit([
      stored(record),
      put(table('seen'), name, Position, { position }),
      ...(early === undefined ? [] : [remove(table('change'), name)]),
      ...changes,
    ])
    positions.push(position)
    index.committed(author, content.id)
    return { added: shown(record) }
  }

  async function takeChange(content: Content, parsed: ParsedChange, changes: readonly Change[]): Promise<Effect> {
    const change = changeOf(content, parsed, false)
    const { known, record } = await locate(parsed.target)
    if (!known) {
      const name = toHex(parsed.target)
      const merged = mergeChanges(await vault.read(table('change'), name, MessageChanges), change)
      await vault.commit([put(table('change'), name, MessageChanges, merged), ...changes])
      return {}
    }
    // Edits and deletions of what is not its author's have no effect (10-35).
    const after =
      record === undefined || (record.outgoing && parsed.kind !== 'reaction') ? record : withChanges(record, change)
    if (after === undefined || record === undefined || isSame(record, after)) return {}
    await vault.commit([stored(after), ...changes])
    const name = toHex(decodeContent(after.content).id)
    const line = queued.get(name)
    if (line !== undefined) queued.set(name, { ...line, record: after })
    return { changed: shown(after) }
  }

  return {
    addOutgoing: (make) =>
      writing.run(async () => {
        const outgoing = make()
        const parsed = parseContent(outgoing.content)
        return isLine(parsed) ? addLine(outgoing) : addChange(outgoing, parsed)
      }),
    addIncoming: (content, changes = []) =>
      writing.run(async () => {
        const parsed = parseContent(content)
        if (isLine(parsed)) return takeLine(content, changes)
        if (isChange(parsed)) return takeChange(content, parsed, changes)
        if (changes.length > 0) await vault.commit(changes)
        return {}
      }),
    arrival: (contentId) => index.arrival(author, contentId),
    async find(id) {
      const record = /^[0-9a-f]{32}$/.test(id) ? (await locate(fromHex(id))).record : undefined
      ensure(record !== undefined, 'not_found', 'no such message in this conversation')
      return record
    },
    takeNext() {
      const entry = nextToSend(outbox)
      if (entry === undefined || held.has(toHex(entry.id))) return undefined
      outbox = markSent(outbox)
      return { content: entry.content, message: lines([entry])[0] }
    },
    tunnelLost() {
      const { sent } = outbox
      outbox = tunnelLost(outbox)
      return lines(sent)
    },
    receipt: (contentIds) =>
      writing.run(async () => {
        const { delivered } = takeReceipt(outbox, contentIds)
        const changes: Change[] = []
        for (const { id } of delivered) {
          const { record, sequence } = queued.get(toHex(id)) as Queued
          if (record !== undefined) changes.push(stored({ ...record, state: Stored.DELIVERED }))
          changes.push(remove(table('outbox'), sequenceId(sequence)))
        }
        if (changes.length > 0) await vault.commit(changes)
        // A tunnel may have taken or left some while this was committed: the receipt is applied to what the queue is now.
        outbox = takeReceipt(outbox, contentIds).outbox
        const changed: Message[] = []
        for (const { id } of delivered) {
          const { record, target, kind } = queued.get(toHex(id)) as Queued
          queued.delete(toHex(id))
          const revised = target !== undefined && kind !== 'reaction' ? (await locate(fromHex(target))).record : record
          if (revised !== undefined) changed.push(shown(revised))
        }
        return changed
      }),
    async messages({ before = Number.POSITIVE_INFINITY, limit = DEFAULT_LIMIT } = {}) {
      const wanted = positions.filter((position) => position < before).slice(-limit)
      return (await Promise.all(wanted.map(recordAt))).map(shown)
    },
    idle: () => writing.idle(),
  }
}

function queuedAs(content: Content, record: MessageRecord | undefined): Queued {
  const { sequence } = content
  // A deleted message is in no queue, so each content of one parses as what it is.
  const parsed = parseContent(content)
  return { sequence, kind: parsed.kind, target: isChange(parsed) ? toHex(parsed.target) : undefined, record }
}

/** What the queue need not send any more beside a newer content: a deletion leaves nothing else to say of its target. */
function replaces(kind: ParsedContent['kind'], target: string | undefined, older: Queued): boolean {
  if (target === undefined || older.target !== target) return false
  return kind === older.kind || kind === 'delete'
}

function isSame(a: MessageRecord, b: MessageRecord): boolean {
  return equal(encode(MessageRecord, a), encode(MessageRecord, b))
}

function positionId(position: number): string {
  return String(position).padStart(10, '0')
}

function sequenceId(sequence: bigint): string {
  return String(sequence).padStart(20, '0')
}

function isChange(parsed: ParsedContent): parsed is ParsedChange {
  return parsed.kind === 'edit' || parsed.kind === 'delete' || parsed.kind === 'reaction'
}

/** Whether it is a line of the conversation; the others change something (spec/10 section 3). */
function isLine({ kind }: ParsedContent): boolean {
  switch (kind) {
    case 'text':
    case 'fileOffer':
    case 'timer':
    case 'place':
    case 'unknown':
      return true
    case 'fileRefusal':
    case 'fileCancel':
    case 'edit':
    case 'delete':
    case 'reaction':
    case 'read':
      return false
    default:
      return kind satisfies never
  }
}
