/**
 * One contact's messages in the vault: written before they are sent, and committed before they are acknowledged
 * (spec/10, spec/11). Positions order what this device shows; lines are deduplicated by (author, content ID).
 *
 * Tables, each named with the conversation's random local ID: `message/<c>` by position; by content ID `seen/<c>` for
 * what came and `written/<c>` for own messages (to the position), and `change/<c>` for changes to messages that did not
 * come yet; by position `unread/<c>` and, for what disappears, `life/<c>`; `outbox/<c>` is the queue.
 */
import type { Content } from '@solo2/proto/content'
import { MessageChanges, MessageRecord, Position, MessageState as Stored } from '@solo2/proto/vault'
import { equal, fromHex, toHex } from '../bytes/bytes.js'
import { encode } from '../bytes/canonical.js'
import { changeOf, mergeChanges, withChanges } from '../content/changes.js'
import { encodeContent } from '../content/compose.js'
import { type Arrival, createDedupeIndex, type DedupeIndex, dedupeKey } from '../content/dedupe.js'
import { decodeContent, type ParsedChange, type ParsedContent, parseContent } from '../content/parse.js'
import { ensure } from '../errors.js'
import type { Host } from '../ports/host.js'
import type { Message, MessageState } from './api.js'
import { isChange, isLine } from './content-roles.js'
import { openLines } from './lines.js'
import { openMessageQueue, type Queued, type VaultTables } from './message-queue.js'
import { shownMessage } from './message-view.js'
import { createSerial } from './serial.js'
import { type Change, put, remove } from './vault-store.js'

export interface Conversation {
  /** Commits what `make` gives, an outgoing content and the changes that belong to it; it waits in the queue from then on. */
  addOutgoing(make: () => Outgoing): Promise<Effect>
  /** Commits an incoming content with the changes that belong to it. Throws `bad_content` for an ID of an own message. */
  addIncoming(content: Content, changes?: () => readonly Change[]): Promise<Effect>
  arrival(contentId: Uint8Array): Arrival
  /** Throws `not_found`. */
  find(id: string): Promise<MessageRecord>
  /** The same, as it is shown. */
  message(id: string): Promise<Message>
  /** The next content for the live tunnel, which takes it: in order, each once a tunnel. */
  takeNext(): { readonly content: Uint8Array; readonly message: Message | undefined } | undefined
  /** The tunnel is gone: what was sent and not acknowledged waits again. */
  tunnelLost(): Message[]
  /** Removes one message as if its life were over. Throws `not_found`. */
  discard(id: string): Promise<void>
  /** Commits receipts; returns the messages that changed. */
  receipt(contentIds: readonly Uint8Array[]): Promise<Message[]>
  messages(options?: { readonly before?: number; readonly limit?: number }): Promise<Message[]>
  /** Positions of what came and was not marked as read. */
  readonly unread: readonly number[]
  /** Marks what came up to a position; returns the highest sequence number of the contact's among them. */
  markRead(position: number): Promise<number>
  /** Own messages with sequence numbers above the first and up to the second, the last 200 at most. */
  between(after: number, upTo: number): Promise<Message[]>
  /** Removes what is over; returns the ids of what went. */
  expire(): Promise<string[]>
  /** Runs a job that changes the tables of the conversation, while nothing else reads or writes them, and reads them anew. */
  rewrite(job: () => Promise<void>): Promise<void>
  close(): Promise<void>
}

export interface ConversationOptions {
  readonly host: Pick<Host, 'now' | 'after'>
  readonly vault: VaultTables
  /** Names the tables. */
  readonly conversation: string
  /** The contact's identity id, 32 bytes. */
  readonly author: Uint8Array
  /** The contact has seen own contents up to this sequence number. */
  readByThem(): bigint
  /** Other own devices have what is written here, and may have given it to the contact. */
  isShared(): boolean
  /** Nobody is at the other end: nothing is queued (11-127). */
  readonly isOwn?: boolean
  /** What goes with the message that offered a file. */
  dropFile(file: Uint8Array): Dropping
  /** Lives are over. */
  onOver(): void
}

/** Changes that are committed with others, and what follows. */
export interface Dropping {
  readonly commit: readonly Change[]
  after(): Promise<void>
}

export interface Outgoing {
  readonly content: Content
  /** Asked at the commit, so that no older form of a record is stored after a newer one. */
  changes(): readonly Change[]
}

/** What a content did to the conversation. */
export interface Effect {
  readonly added?: Message
  readonly changed?: Message
  /** Lines that have another position now, since one that belongs before them came. */
  readonly moved?: readonly Message[]
}

const DEFAULT_LIMIT = 50
const RECENTLY_READ = 200

export async function openConversation(options: ConversationOptions): Promise<Conversation> {
  const { host, vault, author, isOwn = false } = options
  const table = (name: string) => `${name}/${options.conversation}`
  const contact = toHex(author)
  const lines = await openLines(host, vault, table, options.onOver)
  const queue = await openMessageQueue(vault, table('outbox'), lines.at, options.isShared)
  const writing = createSerial()
  let index = await readIndex()

  async function readIndex(): Promise<DedupeIndex> {
    return createDedupeIndex((await vault.ids(table('seen'))).map((id) => dedupeKey(author, fromHex(id))))
  }

  /** `known`: it was here once, at least. */
  async function locate(id: Uint8Array): Promise<{ readonly known: boolean; readonly record?: MessageRecord }> {
    const name = toHex(id)
    const place =
      (await vault.read(table('seen'), name, Position)) ?? (await vault.read(table('written'), name, Position))
    if (place === undefined) return { known: false }
    const { position } = place
    return lines.isHere(position) ? { known: true, record: await lines.at(position) } : { known: true }
  }

  function shown(record: MessageRecord): Message {
    const content = decodeContent(record.content)
    let state: MessageState = 'received'
    if (isOwn) state = 'kept'
    else if (record.outgoing) {
      const isRead = content.sequence <= options.readByThem()
      state = queue.stateOf(toHex(content.id)) ?? (isRead ? 'read' : 'delivered')
    }
    return shownMessage(record, contact, state, lines.expiresAt(record.position))
  }

  /** Only those that are lines of the conversation. */
  function shownLines(entries: readonly Queued[]): Message[] {
    return entries.flatMap(({ record }) => (record === undefined ? [] : [shown(record)]))
  }

  function newRecord(content: Content, outgoing: boolean): MessageRecord {
    return {
      content: encodeContent(content),
      outgoing,
      storedAt: BigInt(host.now()),
      state: isOwn ? Stored.DELIVERED : outgoing ? Stored.WAITING : Stored.RECEIVED,
      position: lines.nextPosition(),
      changes: undefined,
    }
  }

  async function addLine({ content, changes }: Outgoing): Promise<Effect> {
    const record = newRecord(content, true)
    const { position } = record
    const line = lines.adding(record)
    await vault.commit([
      ...line.changes,
      put(table('written'), toHex(content.id), Position, { position }),
      ...(isOwn ? [] : [queue.storing(content, position)]),
      ...changes(),
    ])
    line.done()
    if (!isOwn) queue.add(content, record)
    return { added: shown(record) }
  }

  /** The queue keeps the present form only (10-33). */
  async function addChange({ content, changes }: Outgoing, parsed: ParsedContent): Promise<Effect> {
    const change = isChange(parsed) ? parsed : undefined
    const before = change === undefined ? undefined : (await locate(change.target)).record
    ensure(change === undefined || before !== undefined, 'not_found', 'no such message in this conversation')
    const target = change === undefined ? '' : toHex(change.target)
    const given = queue.given(target)
    const replaced = queue.replacedBy(parsed.kind, target)
    if (change?.kind === 'delete' && given !== undefined) replaced.push(target)
    const isNews = !isOwn && (parsed.kind === 'reaction' || given !== false)
    const after = before && change && withChanges(before, changeOf(content, change, true))
    const files = change?.kind === 'delete' && before !== undefined ? droppingFile(before) : NOTHING
    // What is being changed must not leave in its former form meanwhile.
    await queue.holding([...replaced, target], () =>
      vault.commit([
        ...(after === undefined ? [] : [lines.storing(after)]),
        ...queue.dropping(replaced),
        ...(isNews ? [queue.storing(content, 0)] : []),
        ...files.commit,
        ...changes(),
      ]),
    )
    queue.drop(replaced)
    if (after !== undefined) queue.renew(target, after)
    if (isNews) queue.add(content, undefined)
    await files.after()
    return after === undefined ? {} : { changed: shown(after) }
  }

  async function takeLine(
    content: Content,
    { kind }: ParsedContent,
    changes: () => readonly Change[],
  ): Promise<Effect> {
    const name = toHex(content.id)
    const isOurs = (await vault.read(table('written'), name, Position)) !== undefined
    ensure(!isOurs, 'bad_content', 'the ID of a message of the other side')
    const early = await vault.read(table('change'), name, MessageChanges)
    const isNews = kind !== 'timer' && early?.deleted !== true
    const line = await lines.taking(withChanges(newRecord(content, false), early), isNews)
    await vault.commit([...line.changes, ...(early === undefined ? [] : [remove(table('change'), name)]), ...changes()])
    line.done()
    index.committed(author, content.id)
    const [added, ...moved] = line.placed.map(shown)
    return { ...(added !== undefined && { added }), moved }
  }

  async function takeChange(content: Content, parsed: ParsedChange): Promise<Effect> {
    const change = changeOf(content, parsed, false)
    const { known, record } = await locate(parsed.target)
    if (!known) {
      const name = toHex(parsed.target)
      const merged = mergeChanges(await vault.read(table('change'), name, MessageChanges), change)
      await vault.commit([put(table('change'), name, MessageChanges, merged)])
      return {}
    }
    // Edits and deletions of what is not its author's have no effect (10-35).
    if (record === undefined || (record.outgoing && parsed.kind !== 'reaction')) return {}
    const after = withChanges(record, change)
    if (equal(encode(MessageRecord, record), encode(MessageRecord, after))) return {}
    const isDeletion = parsed.kind === 'delete'
    const files = isDeletion ? droppingFile(record) : NOTHING
    const read = lines.reading(isDeletion ? [record.position] : [])
    await vault.commit([lines.storing(after), ...read.changes, ...files.commit])
    read.done()
    queue.renew(toHex(decodeContent(after.content).id), after)
    await files.after()
    return { changed: shown(after) }
  }

  function droppingFile({ content: bytes, changes }: MessageRecord): Dropping {
    const parsed = changes?.deleted === true ? undefined : parseContent(decodeContent(bytes))
    return parsed?.kind === 'fileOffer' ? options.dropFile(parsed.file) : NOTHING
  }

  /** One message after the other: each goes whole, with its file and what waits of it. */
  async function removeMessage(position: number): Promise<string> {
    const record = await lines.at(position)
    const name = toHex(decodeContent(record.content).id)
    const queued = [...queue.replacedBy('delete', name), ...(queue.queued.has(name) ? [name] : [])]
    const files = droppingFile(record)
    const line = lines.removing(position)
    await vault.commit([...line.changes, ...queue.dropping(queued), ...files.commit])
    line.done()
    queue.drop(queued)
    await files.after()
    return name
  }

  async function find(id: string): Promise<MessageRecord> {
    const record = /^[0-9a-f]{32}$/.test(id) ? (await locate(fromHex(id))).record : undefined
    ensure(record !== undefined, 'not_found', 'no such message in this conversation')
    return record
  }

  return {
    addOutgoing: (make) =>
      writing.run(async () => {
        const outgoing = make()
        const parsed = parseContent(outgoing.content)
        return isLine(parsed) ? addLine(outgoing) : addChange(outgoing, parsed)
      }),
    addIncoming: (content, changes = () => []) =>
      writing.run(async () => {
        const parsed = parseContent(content)
        if (isLine(parsed)) return takeLine(content, parsed, changes)
        if (isChange(parsed)) return takeChange(content, parsed)
        const more = changes()
        if (more.length > 0) await vault.commit(more)
        return {}
      }),
    arrival: (contentId) => index.arrival(author, contentId),
    find: (id) => writing.run(() => find(id)),
    message: (id) => writing.run(async () => shown(await find(id))),
    takeNext() {
      const taken = queue.take(({ record }) => record === undefined || !lines.isOver(record.position))
      return taken && { content: taken.content, message: shownLines([taken.queued])[0] }
    },
    tunnelLost: () => shownLines(queue.tunnelLost()),
    discard: (id) => writing.run(async () => void (await removeMessage((await find(id)).position))),
    receipt: (contentIds) =>
      writing.run(async () => {
        const names = queue.among(contentIds)
        const entries = names.map((name) => queue.queued.get(name) as Queued)
        const delivered = entries.flatMap(({ record }) =>
          record === undefined ? [] : [lines.storing({ ...record, state: Stored.DELIVERED })],
        )
        if (names.length > 0) await vault.commit([...delivered, ...queue.dropping(names)])
        queue.drop(names)
        const changed: Message[] = []
        for (const { record, target, kind } of entries) {
          const revised = target !== undefined && kind !== 'reaction' ? (await locate(fromHex(target))).record : record
          if (revised !== undefined) changed.push(shown(revised))
        }
        return changed
      }),
    messages: ({ before, limit = DEFAULT_LIMIT } = {}) =>
      writing.run(async () => (await lines.last(limit, before)).map(shown)),
    get unread() {
      return lines.unread
    },
    markRead: (position) =>
      writing.run(async () => {
        const read = lines.reading(lines.unread.filter((one) => one <= position))
        await vault.commit(read.changes)
        read.done()
        const sequences = await Promise.all(
          read.positions.map(async (one) => decodeContent((await lines.at(one)).content).sequence),
        )
        return sequences.reduce((most, sequence) => Math.max(most, Number(sequence)), 0)
      }),
    between: (after, upTo) =>
      writing.run(async () => {
        const records = await lines.last(RECENTLY_READ)
        const isBetween = ({ outgoing, content }: MessageRecord) => {
          const { sequence } = decodeContent(content)
          return outgoing && sequence > after && sequence <= upTo
        }
        return records.filter(isBetween).map(shown)
      }),
    expire: () =>
      writing.run(async () => {
        const gone: string[] = []
        for (const position of lines.over()) gone.push(await removeMessage(position))
        return gone
      }),
    rewrite: (job) =>
      writing.run(async () => {
        await lines.rewritten(job)
        await queue.reload()
        index = await readIndex()
      }),
    async close() {
      lines.stop()
      await writing.idle()
    },
  }
}

const NOTHING: Dropping = { commit: [], after: async () => undefined }
