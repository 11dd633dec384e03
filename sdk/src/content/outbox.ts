/**
 * The queue of one conversation: contents that the other side has not acknowledged (spec/10 section 4).
 *
 *   add -> waiting --sent--> sent --receipt--> gone
 *             ^---tunnelLost---'       withdraw --^
 *
 * The order is the order of adding, on every tunnel. Persisted form: the contents in that order, without states, since
 * after a restart no tunnel holds any of them.
 */
import { toHex } from '../bytes/bytes.js'

/** One content that waits for its receipt. */
export interface OutboxEntry {
  /** 16 bytes. */
  readonly id: Uint8Array
  /** The encoded Content. */
  readonly content: Uint8Array
  /** Whether the other side may have it: a tunnel had it, or one before this run of the program could have. */
  readonly given: boolean
}

/** The queue of one conversation (spec/10 section 4): what goes out, in order, until it is acknowledged. */
export interface Outbox {
  /** Given to the live tunnel, not acknowledged. */
  readonly sent: readonly OutboxEntry[]
  /** Not given to the live tunnel, in order, behind all that is in `sent`. */
  readonly waiting: readonly OutboxEntry[]
}

/** From the persisted form; an empty list for a new conversation. */
export function restoreOutbox(contents: readonly Omit<OutboxEntry, 'given'>[]): Outbox {
  return { sent: [], waiting: contents.map(({ id, content }) => ({ id, content, given: true })) }
}

/** The persisted form. */
export function outboxContents(outbox: Outbox): readonly OutboxEntry[] {
  return [...outbox.sent, ...outbox.waiting]
}

/** The caller has committed it before: what is in the queue survives a crash. */
export function addContent(outbox: Outbox, { id, content }: Omit<OutboxEntry, 'given'>): Outbox {
  return { ...outbox, waiting: [...outbox.waiting, { id, content, given: false }] }
}

/** What to give to the live tunnel next. */
export function nextToSend(outbox: Outbox): OutboxEntry | undefined {
  return outbox.waiting[0]
}

/** `nextToSend` was given to the live tunnel. */
export function markSent(outbox: Outbox): Outbox {
  const [first, ...waiting] = outbox.waiting
  return first === undefined ? outbox : { sent: [...outbox.sent, { ...first, given: true }], waiting }
}

/**
 * A receipt names contents that are in the recipient's vault. Names that are not in the queue have no effect: they were
 * delivered before. Contents that were never sent on this tunnel count too: an earlier tunnel brought them.
 */
export function takeReceipt(
  outbox: Outbox,
  ids: readonly Uint8Array[],
): { readonly outbox: Outbox; readonly delivered: readonly OutboxEntry[] } {
  const names = new Set(ids.map(toHex))
  const delivered = outboxContents(outbox).filter(({ id }) => names.has(toHex(id)))
  return delivered.length === 0 ? { outbox, delivered } : { outbox: withdraw(outbox, names), delivered }
}

/** They are not sent any more. `names`: content IDs in hex. */
export function withdraw(outbox: Outbox, names: ReadonlySet<string>): Outbox {
  const stays = ({ id }: OutboxEntry) => !names.has(toHex(id))
  return { sent: outbox.sent.filter(stays), waiting: outbox.waiting.filter(stays) }
}

/** The next tunnel gets this form of it. `name`: its ID in hex. */
export function replaceContent(outbox: Outbox, name: string, content: Uint8Array): Outbox {
  const replaced = (entry: OutboxEntry) => (toHex(entry.id) === name ? { ...entry, content } : entry)
  return { sent: outbox.sent.map(replaced), waiting: outbox.waiting.map(replaced) }
}

/** The tunnel is gone: what was not acknowledged goes out again on the next one. */
export function tunnelLost(outbox: Outbox): Outbox {
  return { sent: [], waiting: outboxContents(outbox) }
}

/** Another own device changed the persisted form: what the live tunnel has stays sent, all else waits in its order. */
export function renewOutbox(outbox: Outbox, contents: readonly Omit<OutboxEntry, 'given'>[]): Outbox {
  const before = new Map(outboxContents(outbox).map((entry) => [toHex(entry.id), entry]))
  const now = new Map(contents.map((entry) => [toHex(entry.id), entry]))
  const sent = outbox.sent.flatMap((entry) => {
    const content = now.get(toHex(entry.id))?.content
    return content === undefined ? [] : [{ ...entry, content }]
  })
  const isSent = new Set(sent.map(({ id }) => toHex(id)))
  const waiting = contents
    .filter(({ id }) => !isSent.has(toHex(id)))
    .map(({ id, content }) => ({ id, content, given: before.get(toHex(id))?.given ?? true }))
  return { sent, waiting }
}
