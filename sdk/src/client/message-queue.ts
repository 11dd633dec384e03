/**
 * The queue of one conversation over the vault (spec/10 section 4): what waits for its receipt, in its present form.
 * A content of the queue is a message, which is kept in its own table, or it is kept here.
 */
import type { Content } from '@solo2/proto/content'
import { type MessageRecord, OutboxRecord } from '@solo2/proto/vault'
import { fromHex, toHex } from '../bytes/bytes.js'
import { encodeContent } from '../content/compose.js'
import {
  addContent,
  markSent,
  nextToSend,
  type OutboxEntry,
  outboxContents,
  renewOutbox,
  replaceContent,
  restoreOutbox,
  takeReceipt,
  tunnelLost,
  withdraw,
} from '../content/outbox.js'
import { decodeContent, type ParsedContent, parseContent } from '../content/parse.js'
import { isChange } from './content-roles.js'
import { type Change, put, remove, type Vault } from './vault-store.js'

/** What a conversation needs of the vault. */
export type VaultTables = Pick<Vault, 'read' | 'ids' | 'entries' | 'commit'>

/** A content of the queue, beside what is sent of it. */
export interface Queued {
  readonly sequence: bigint
  readonly kind: ParsedContent['kind']
  /** The message that it changes, in hex. */
  readonly target: string | undefined
  readonly record: MessageRecord | undefined
}

export interface MessageQueue {
  readonly queued: ReadonlyMap<string, Queued>
  /** Whether the other side may have it; undefined if it is not in the queue. */
  given(name: string): boolean | undefined
  /** Of an own message in its present form: an edit that waits makes it wait. Undefined if nothing of it is in the queue. */
  stateOf(name: string): 'waiting' | 'sent' | undefined
  /** What a newer content leaves nothing to say of, by name. */
  replacedBy(kind: ParsedContent['kind'], target: string | undefined): string[]
  /** The changes that store an entry, and that drop some. */
  storing(content: Content, position: number): Change
  dropping(names: readonly string[]): Change[]
  /** After the commit of `storing`. */
  add(content: Content, record: MessageRecord | undefined): void
  /** After the commit of `dropping`. */
  drop(names: readonly string[]): void
  /** A message of the queue has another form. */
  renew(name: string, record: MessageRecord): void
  /** While the job runs these are not given out, nor what is behind them. */
  holding<T>(names: readonly string[], job: () => Promise<T>): Promise<T>
  /** The next for the live tunnel, which takes it; unless `mayGo` says no. */
  take(mayGo: (queued: Queued) => boolean): { readonly content: Uint8Array; readonly queued: Queued } | undefined
  /** Those that were sent and not acknowledged wait again. */
  tunnelLost(): Queued[]
  /** Which of them are in the queue. */
  among(ids: readonly Uint8Array[]): string[]
  /** Reads the table anew, which was changed beside this queue; what the live tunnel has of it stays sent. */
  reload(): Promise<void>
}

const NO_BYTES = new Uint8Array(0)

/** `messageAt` reads the message at a position. `isShared`: other own devices may give out what is in the queue (10-33). */
export async function openMessageQueue(
  vault: VaultTables,
  table: string,
  messageAt: (position: number) => Promise<MessageRecord>,
  isShared: () => boolean,
): Promise<MessageQueue> {
  const queued = new Map<string, Queued>()
  const held = new Set<string>()
  let outbox = restoreOutbox([])
  await reload()

  async function reload(): Promise<void> {
    const read = await Promise.all(
      (await vault.entries(table, OutboxRecord)).map(async ([, { position, content: bytes }]) => {
        const record = position === 0 ? undefined : await messageAt(position)
        return { record, bytes: record?.content ?? bytes }
      }),
    )
    queued.clear()
    const contents = read.map(({ record, bytes }) => {
      const content = decodeContent(bytes)
      queued.set(toHex(content.id), queuedAs(content, record))
      return { id: content.id, content: bytes }
    })
    outbox = renewOutbox(outbox, contents)
  }

  const entry = (name: string) => outboxContents(outbox).find(({ id }) => toHex(id) === name)
  const of = ({ id }: OutboxEntry) => queued.get(toHex(id)) as Queued

  return {
    queued,
    given(name) {
      const found = entry(name)
      return found && (found.given || isShared())
    },
    stateOf(name) {
      const concerns = (one: OutboxEntry) => {
        const { target, kind } = of(one)
        return toHex(one.id) === name || (target === name && kind !== 'reaction')
      }
      if (outbox.waiting.some(concerns)) return 'waiting'
      return outbox.sent.some(concerns) ? 'sent' : undefined
    },
    replacedBy(kind, target) {
      const replaces = (older: Queued) => {
        if (kind === 'read') return older.kind === 'read'
        // A deletion leaves nothing else to say of its target.
        return target !== undefined && older.target === target && (kind === 'delete' || kind === older.kind)
      }
      return [...queued].filter(([, older]) => replaces(older)).map(([name]) => name)
    },
    storing(content, position) {
      const record = { position, content: position === 0 ? encodeContent(content) : NO_BYTES }
      return put(table, outboxId(content), OutboxRecord, record)
    },
    dropping: (names) =>
      names.flatMap((name) => {
        const one = queued.get(name)
        return one === undefined ? [] : [remove(table, outboxId({ sequence: one.sequence, id: fromHex(name) }))]
      }),
    add(content, record) {
      queued.set(toHex(content.id), queuedAs(content, record))
      outbox = addContent(outbox, { id: content.id, content: record?.content ?? encodeContent(content) })
    },
    drop(names) {
      outbox = withdraw(outbox, new Set(names))
      for (const name of names) queued.delete(name)
    },
    renew(name, record) {
      const one = queued.get(name)
      if (one === undefined) return
      queued.set(name, { ...one, record })
      outbox = replaceContent(outbox, name, record.content)
    },
    async holding(names, job) {
      for (const name of names) held.add(name)
      try {
        return await job()
      } finally {
        for (const name of names) held.delete(name)
      }
    },
    take(mayGo) {
      const next = nextToSend(outbox)
      if (next === undefined || held.has(toHex(next.id)) || !mayGo(of(next))) return undefined
      outbox = markSent(outbox)
      return { content: next.content, queued: of(next) }
    },
    tunnelLost() {
      const { sent } = outbox
      outbox = tunnelLost(outbox)
      return sent.map(of)
    },
    among: (ids) => takeReceipt(outbox, ids).delivered.map(({ id }) => toHex(id)),
    reload,
  }
}

function queuedAs(content: Content, record: MessageRecord | undefined): Queued {
  // A deleted message is in no queue, so each content of one parses as what it is.
  const parsed = parseContent(content)
  const target = isChange(parsed) ? toHex(parsed.target) : undefined
  return { sequence: content.sequence, kind: parsed.kind, target, record }
}

/** In the order of writing; own devices that were apart may use one sequence number twice (10-1). */
export function outboxId({ sequence, id }: Pick<Content, 'sequence' | 'id'>): string {
  return `${String(sequence).padStart(20, '0')}.${toHex(id)}`
}

export function outboxSequence(id: string): bigint {
  return BigInt(id.slice(0, 20))
}
