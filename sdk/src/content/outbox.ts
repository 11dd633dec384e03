/**
 * The queue of one conversation: contents that the other side has not acknowledged (spec/10 section 4).
 *
 *   add -> waiting --sent--> sent --receipt--> gone
 *             ^---tunnelLost---'
 *
 * The order is the order of adding, on every tunnel. Persisted form: the contents in that order, without states, since
 * after a restart no tunnel holds any of them.
 */
import { toHex } from '../bytes/bytes.js'

export interface OutboxEntry {
  /** 16 bytes. */
  readonly id: Uint8Array
  /** The encoded Content. */
  readonly content: Uint8Array
}

export interface Outbox {
  /** Given to the live tunnel, not acknowledged. */
  readonly sent: readonly OutboxEntry[]
  /** Not given to the live tunnel, in order, behind all that is in `sent`. */
  readonly waiting: readonly OutboxEntry[]
}

/** From the persisted form; an empty list for a new conversation. */
export function restoreOutbox(contents: readonly OutboxEntry[]): Outbox {
  return { sent: [], waiting: contents }
}

/** The persisted form. */
export function outboxContents(outbox: Outbox): readonly OutboxEntry[] {
  return [...outbox.sent, ...outbox.waiting]
}

/** The caller has committed it before: what is in the queue survives a crash. */
export function addContent(outbox: Outbox, entry: OutboxEntry): Outbox {
  return { ...outbox, waiting: [...outbox.waiting, entry] }
}

/** What to give to the live tunnel next. */
export function nextToSend(outbox: Outbox): OutboxEntry | undefined {
  return outbox.waiting[0]
}

/** `nextToSend` was given to the live tunnel. */
export function markSent(outbox: Outbox): Outbox {
  return { sent: [...outbox.sent, ...outbox.waiting.slice(0, 1)], waiting: outbox.waiting.slice(1) }
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
  const isNamed = ({ id }: OutboxEntry) => names.has(toHex(id))
  const delivered = outboxContents(outbox).filter(isNamed)
  if (delivered.length === 0) return { outbox, delivered }
  const sent = outbox.sent.filter((entry) => !isNamed(entry))
  const waiting = outbox.waiting.filter((entry) => !isNamed(entry))
  return { outbox: { sent, waiting }, delivered }
}

/** The tunnel is gone: what was not acknowledged goes out again on the next one. */
export function tunnelLost(outbox: Outbox): Outbox {
  return restoreOutbox(outboxContents(outbox))
}
