/**
 * What two contacts write each other: what a person writes is stored first and sent when a tunnel stands; what arrives is
 * stored first and acknowledged then (spec/10). Not its concern: tunnels, and the bytes of files.
 */
import type { Content } from '@solo2/proto/content'
import type { ContactRecord } from '@solo2/proto/vault'
import { fromHex } from '../bytes/bytes.js'
import {
  composeDelete,
  composeEdit,
  composePlace,
  composeReaction,
  composeRead,
  composeText,
  composeTimer,
  withExpiry,
} from '../content/compose.js'
import { decodeContent, type ParsedContent, parseContent } from '../content/parse.js'
import { ensure } from '../errors.js'
import type { Host } from '../ports/host.js'
import type { Contact, MeEvents, Message } from './api.js'
import { disappears } from './content-roles.js'
import type { Conversation, Dropping, Effect } from './conversation.js'
import type { Emitter } from './emitter.js'
import { createSerial } from './serial.js'
import type { Change } from './vault-store.js'

/** What an application does with the messages of a contact. */
export type Writing = Pick<
  Contact,
  'send' | 'edit' | 'delete' | 'react' | 'sendPlace' | 'setTimer' | 'markRead' | 'messages' | 'message'
>

export interface Correspondence {
  readonly writing: Writing
  /** Commits an outgoing content of any kind; it leaves now if a tunnel stands. */
  queue(make: (sequence: number) => Content, changes?: readonly Change[]): Promise<Message | undefined>
  /** Commits what came; whoever gave it acknowledges it then. Throws `bad_content`. */
  receive(bytes: Uint8Array): Promise<{ readonly id: Uint8Array; readonly added: Message | undefined }>
  /** Returns the messages that changed. */
  receipt(contents: readonly Uint8Array[]): Promise<readonly Message[]>
  /** All that waits, in order: a content that is queued meanwhile is not overtaken. */
  drain(give: (content: Uint8Array) => void): void
  tunnelLost(): void
  /** Removes what is over. What cannot be removed now is not shown, and removed with a later try. */
  expire(): Promise<void>
  close(): Promise<void>
}

export interface CorrespondenceOptions {
  readonly host: Host
  /** The contact's id. */
  readonly contact: string
  readonly conversation: Conversation
  readonly events: Emitter<MeEvents>
  record(): ContactRecord
  /** Takes the change at once; it is durable with the commit that it is given to. */
  changed(change: Partial<ContactRecord>): Change
  /** What an incoming content of a file changes. */
  filesFor(content: ParsedContent): Dropping
  /** Something was written. Only a new message is worth a notification. */
  onWritten(isMessage: boolean): void
}

export function createCorrespondence(options: CorrespondenceOptions): Correspondence {
  const { host, conversation, events, record, changed, contact } = options
  /** One after the other, also when two tunnels bring the same content. */
  const incoming = createSerial()

  function tell({ added, changed: message, moved = [] }: Effect): void {
    for (const line of moved) events.emit('change', line)
    if (added !== undefined) events.emit('message', added)
    if (message !== undefined) events.emit('change', message)
  }

  async function write(
    make: (sequence: number) => Content,
    changes: () => readonly Change[] = () => [],
  ): Promise<Effect> {
    const effect = await conversation.addOutgoing(() => {
      const { nextSequence, expirySeconds } = record()
      const content = make(Number(nextSequence))
      changed({ nextSequence: nextSequence + 1n })
      return {
        content: disappears(content) ? withExpiry(content, expirySeconds) : content,
        // The last form of a record counts: what else changes it stands behind.
        changes: () => [changed({}), ...changes()],
      }
    })
    tell(effect)
    options.onWritten(effect.added !== undefined)
    return effect
  }

  async function line(make: (sequence: number) => Content, changes?: () => readonly Change[]): Promise<Message> {
    const { added } = await write(make, changes)
    ensure(added !== undefined, 'internal', 'a line without a message')
    return added
  }

  async function change(make: (sequence: number) => Content): Promise<Message> {
    const effect = await write(make)
    ensure(effect.changed !== undefined, 'internal', 'a change without a message')
    return effect.changed
  }

  /** Throws `not_found`, and `invalid_argument` for what somebody else wrote or what was deleted. */
  async function ownMessage(id: string): Promise<Content> {
    const { outgoing, changes, content } = await conversation.find(id)
    ensure(outgoing, 'invalid_argument', 'only its author changes a message')
    ensure(changes?.deleted !== true, 'wrong_state', 'this message was deleted')
    return decodeContent(content)
  }

  /** What a content says of the conversation as a whole (spec/10 sections 11 and 12). */
  function settingsFor(content: ParsedContent): Change[] {
    const { readByThem, nextSequence, timerRevision, expirySeconds } = record()
    if (content.kind === 'read') {
      // What was never written can't have been read.
      const upTo = BigInt(Math.min(content.sequence, Number(nextSequence) - 1))
      return upTo > readByThem ? [changed({ readByThem: upTo })] : []
    }
    if (content.kind === 'timer') {
      const { seconds, revision } = content
      const isLatest = revision > timerRevision || (revision === timerRevision && isStricter(seconds, expirySeconds))
      return isLatest ? [changed({ expirySeconds: seconds, timerRevision: revision })] : []
    }
    return []
  }

  /** By the clock too, since a conversation that begins anew does not know what the other side remembers. */
  const nextRevision = () => Math.max(record().timerRevision + 1, Math.floor(host.now() / 1_000))

  const writing: Writing = {
    async send(text, { replyTo } = {}) {
      if (replyTo !== undefined) await conversation.find(replyTo)
      const answered = replyTo === undefined ? undefined : fromHex(replyTo)
      return line((sequence) => composeText(host, sequence, text, answered))
    },
    async edit(id, text) {
      const target = await ownMessage(id)
      ensure(parseContent(target).kind === 'text', 'invalid_argument', 'only a text can be edited')
      return change((sequence) => composeEdit(host, sequence, target.id, text))
    },
    async delete(id) {
      const target = await ownMessage(id)
      return change((sequence) => composeDelete(host, sequence, target.id))
    },
    async react(id, emoji) {
      const { changes } = await conversation.find(id)
      ensure(changes?.deleted !== true, 'wrong_state', 'this message was deleted')
      return change((sequence) => composeReaction(host, sequence, fromHex(id), emoji))
    },
    sendPlace: (place) => line((sequence) => composePlace(host, sequence, place)),
    setTimer: (seconds) =>
      line(
        (sequence) => composeTimer(host, sequence, seconds, nextRevision()),
        () => [changed({ expirySeconds: seconds, timerRevision: nextRevision() })],
      ),
    async markRead(id) {
      const { position } = await conversation.find(id)
      const upTo = await conversation.markRead(position)
      const { readByUs, settings } = record()
      if (upTo <= Number(readByUs) || settings?.hidesReading === true) return
      await write(
        (sequence) => composeRead(host, sequence, upTo),
        () => [changed({ readByUs: BigInt(upTo) })],
      )
    },
    messages: (range) => conversation.messages(range),
    message: (id) => conversation.message(id),
  }

  return {
    writing,
    queue: async (make, changes = []) => (await write(make, () => changes)).added,
    receive: (bytes) =>
      incoming.run(async () => {
        const content = decodeContent(bytes)
        const parsed = parseContent(content)
        // A repeated content is acknowledged again, and changes nothing.
        if (conversation.arrival(content.id) !== 'new') return { id: content.id, added: undefined }
        const files = options.filesFor(parsed)
        const before = Number(record().readByThem)
        const effect = await conversation.addIncoming(content, () => [...files.commit, ...settingsFor(parsed)])
        await files.after()
        tell(effect)
        const after = Number(record().readByThem)
        if (after > before) for (const read of await conversation.between(before, after)) events.emit('receipt', read)
        return { id: content.id, added: effect.added }
      }),
    async receipt(contents) {
      const messages = await incoming.run(() => conversation.receipt(contents))
      for (const message of messages) events.emit('receipt', message)
      return messages
    },
    drain(give) {
      for (let taken = conversation.takeNext(); taken !== undefined; taken = conversation.takeNext()) {
        give(taken.content)
        if (taken.message !== undefined) events.emit('receipt', taken.message)
      }
    },
    tunnelLost() {
      for (const message of conversation.tunnelLost()) events.emit('receipt', message)
    },
    async expire() {
      const ids = await conversation.expire().catch(() => [])
      if (ids.length > 0) events.emit('gone', { contact, ids })
      // What was over kept the rest of the queue waiting.
      options.onWritten(false)
    },
    async close() {
      await incoming.idle()
      await conversation.close()
    },
  }
}

/** Of two timers of one revision the one holds that keeps for a shorter time. */
function isStricter(seconds: number, other: number): boolean {
  return seconds !== 0 && (other === 0 || seconds < other)
}
