/**
 * The lines of one conversation in the vault: at which position each stands, which came and were not read, how long they
 * live. An author's lines stand in the order in which it wrote them, whatever came first (10-3). Not its concern: what a
 * line says, and the queue.
 */
import type { Content } from '@solo2/proto/content'
import { Life, MessageRecord, Position } from '@solo2/proto/vault'
import { compare, toHex } from '../bytes/bytes.js'
import { decodeContent } from '../content/parse.js'
import { Solo2Error } from '../errors.js'
import { CHOSEN } from '../limits.js'
import type { Host } from '../ports/host.js'
import { createLifetimes } from './lifetimes.js'
import type { VaultTables } from './message-queue.js'
import { type Change, numberId, put, remove } from './vault-store.js'

export interface Lines {
  /** Ascending, of those that are not over. */
  readonly unread: readonly number[]
  /** The last `limit` lines before a position, as far as they are not over. */
  last(limit: number, before?: number): Promise<MessageRecord[]>
  /** Rejects with `storage_damaged`. */
  at(position: number): Promise<MessageRecord>
  /** There is a line, and it is not over. */
  isHere(position: number): boolean
  isOver(position: number): boolean
  expiresAt(position: number): number | undefined
  /** For a line that is new. */
  nextPosition(): number
  storing(record: MessageRecord): Change
  /** An own line, behind all others. */
  adding(record: MessageRecord): LineChange
  /** A line of the contact's, with those that it comes before. */
  taking(record: MessageRecord, isUnread: boolean): Promise<Placing>
  /** Lines that are no more unread, or one that is no more at all. */
  reading(positions: readonly number[]): LineChange & { readonly positions: readonly number[] }
  removing(position: number): LineChange
  over(): number[]
  /** Runs a job that stores other lines, and reads them anew. */
  rewritten(job: () => Promise<void>): Promise<void>
  stop(): void
}

/** Changes to be committed, and what follows the commit. */
export interface LineChange {
  readonly changes: readonly Change[]
  done(): void
}

export interface Placing extends LineChange {
  /** The line first, then those that it moved, at their positions now. */
  readonly placed: readonly MessageRecord[]
}

type Written = Pick<Content, 'sequence' | 'id'>

export async function openLines(
  host: Pick<Host, 'now' | 'after'>,
  vault: VaultTables,
  table: (name: string) => string,
  onOver: () => void,
): Promise<Lines> {
  const lifetimes = createLifetimes(host, onOver)
  let positions: number[] = []
  let unread = new Set<number>()
  let next = 1
  /** The last of the contact's lines, once it was looked for. */
  let latest: Written | undefined
  await load(new Map())

  /** `lives`: positions of what disappears as they were before, by content ID. */
  async function load(lives: ReadonlyMap<string, number>): Promise<void> {
    positions = (await vault.ids(table('message'))).map(Number)
    unread = new Set((await vault.ids(table('unread'))).map(Number))
    next = (positions.at(-1) ?? 0) + 1
    latest = undefined
    const here = new Map<number, number>()
    for (const [id, { storedAt, seconds }] of await vault.entries(table('life'), Life)) {
      const position = Number(id)
      const before = lives.size === 0 ? undefined : lives.get(await nameAt(position))
      if (before === undefined) lifetimes.restore(position, { storedAt: Number(storedAt), seconds })
      else here.set(before, position)
    }
    for (const before of lives.values()) if (!here.has(before)) lifetimes.end(before)
    lifetimes.move(here)
  }

  async function nameAt(position: number): Promise<string> {
    return toHex(decodeContent((await at(position)).content).id)
  }

  async function at(position: number): Promise<MessageRecord> {
    const record = await vault.read(table('message'), numberId(position), MessageRecord)
    if (record === undefined) throw new Solo2Error('storage_damaged', 'a message is missing')
    return record
  }

  const storing = (record: MessageRecord) => put(table('message'), numberId(record.position), MessageRecord, record)

  /** A line at its position, which may have been another one's, with its mark and its life. */
  function placing(record: MessageRecord, isUnread: boolean): Change[] {
    const { position, storedAt } = record
    const id = numberId(position)
    const { expirySeconds: seconds } = decodeContent(record.content)
    const changes = [storing(record)]
    if (seconds > 0) changes.push(put(table('life'), id, Life, { storedAt, seconds }))
    else if (lifetimes.expiresAt(position) !== undefined) changes.push(remove(table('life'), id))
    if (isUnread) changes.push(put(table('unread'), id, Position, { position }))
    else if (unread.has(position)) changes.push(remove(table('unread'), id))
    return changes
  }

  function begin({ position, storedAt, content }: MessageRecord): void {
    const { expirySeconds: seconds } = decodeContent(content)
    if (seconds > 0) lifetimes.begin(position, { storedAt: Number(storedAt), seconds })
  }

  /** The contact's lines that belong behind a content of it, ascending. */
  async function linesBehind(content: Written): Promise<MessageRecord[]> {
    if (latest !== undefined && compareWritten(latest, content) < 0) return []
    const behind: MessageRecord[] = []
    for (const position of positions.slice(-CHOSEN.LATE_LINES).reverse()) {
      const record = await at(position)
      if (record.outgoing) continue
      if (compareWritten(decodeContent(record.content), content) < 0) break
      behind.unshift(record)
    }
    return behind
  }

  return {
    get unread() {
      return [...unread].filter((position) => !lifetimes.isOver(position)).sort((a, b) => a - b)
    },
    async last(limit, before = Number.POSITIVE_INFINITY) {
      const here = positions.filter((position) => position < before && !lifetimes.isOver(position))
      return Promise.all(here.slice(-limit).map(at))
    },
    at,
    isHere: (position) => positions.includes(position) && !lifetimes.isOver(position),
    isOver: (position) => lifetimes.isOver(position),
    expiresAt: (position) => lifetimes.expiresAt(position),
    nextPosition: () => next++,
    storing,
    adding(record) {
      return {
        changes: placing(record, false),
        done() {
          positions.push(record.position)
          begin(record)
        },
      }
    },
    async taking(line, isUnread) {
      const content = decodeContent(line.content)
      const behind = await linesBehind(content)
      // The places of all these are given to them in their order, so that nobody else's line moves (11-71).
      const places = [...behind, line].map(({ position }) => position)
      const placed = [line, ...behind].map((record, i) => ({ ...record, position: places[i] as number }))
      const marked = places.filter((_, i) => (i === 0 ? isUnread : unread.has(places[i - 1] as number)))
      return {
        changes: placed.flatMap((record) => [
          ...placing(record, marked.includes(record.position)),
          put(table('seen'), toHex(decodeContent(record.content).id), Position, { position: record.position }),
        ]),
        placed,
        done() {
          for (const position of places) unread.delete(position)
          for (const position of marked) unread.add(position)
          positions.push(line.position)
          lifetimes.move(new Map(behind.map(({ position }, i) => [position, places[i + 1] as number])))
          begin(placed[0] as MessageRecord)
          const { content: last } = placed.at(-1) as MessageRecord
          if (latest === undefined || behind.length === 0) latest = decodeContent(last)
        },
      }
    },
    reading(read) {
      return {
        positions: read,
        changes: read.map((position) => remove(table('unread'), numberId(position))),
        done() {
          for (const position of read) unread.delete(position)
        },
      }
    },
    removing(position) {
      return {
        changes: ['message', 'life', 'unread'].map((name) => remove(table(name), numberId(position))),
        done() {
          positions.splice(positions.indexOf(position), 1)
          unread.delete(position)
          lifetimes.end(position)
        },
      }
    },
    over: () => lifetimes.over(),
    async rewritten(job) {
      const lives = await Promise.all(
        lifetimes.positions.map(async (position) => [await nameAt(position), position] as const),
      )
      await job()
      await load(new Map(lives))
    },
    stop: () => lifetimes.stop(),
  }
}

/** Negative if `a` stands before `b` among the contents of their author. */
function compareWritten(a: Written, b: Written): number {
  if (a.sequence !== b.sequence) return a.sequence < b.sequence ? -1 : 1
  return compare(a.id, b.id)
}
