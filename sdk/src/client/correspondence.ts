/**
 * What two contacts write each other: what a person writes is stored first and sent when a tunnel stands; what arrives is
 * stored first and acknowledged then (spec/10). Not its concern: tunnels, and the bytes of files.
 */
import type { Content } from '@solo2/proto/content'
import { fromHex } from '../bytes/bytes.js'
import { composeDelete, composeEdit, composeReaction, composeText } from '../content/compose.js'
import { decodeContent, type ParsedContent, parseContent } from '../content/parse.js'
import { ensure } from '../errors.js'
import type { Host } from '../ports/host.js'
import type { Contact, MeEvents, Message } from './api.js'
import type { Conversation, Effect } from './conversation.js'
import type { Emitter } from './emitter.js'
import { createSerial } from './serial.js'
import type { Change } from './vault-store.js'

/** What an application does with the messages of a contact. */
export type Writing = Pick<Contact, 'send' | 'edit' | 'delete' | 'react' | 'messages'>

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
  idle(): Promise<void>
}

export interface CorrespondenceOptions {
  readonly host: Host
  readonly conversation: Conversation
  readonly events: Emitter<MeEvents>
  /** Takes the next sequence number: the change is committed with the content that has it. */
  takeSequence(): { readonly sequence: number; readonly change: Change }
  /** What an incoming content of a file changes. */
  filesFor(content: ParsedContent): { readonly commit: readonly Change[]; after(): Promise<void> }
  /** Something was written. Only a new message is worth a notification. */
  onWritten(isMessage: boolean): void
}

export function createCorrespondence(options: CorrespondenceOptions): Correspondence {
  const { host, conversation, events } = options
  /** One after the other, also when two tunnels bring the same content. */
  const incoming = createSerial()

  function tell({ added, changed }: Effect): void {
    if (added !== undefined) events.emit('message', added)
    if (changed !== undefined) events.emit('change', changed)
  }

  async function write(make: (sequence: number) => Content, changes: readonly Change[] = []): Promise<Effect> {
    const effect = await conversation.addOutgoing(() => {
      const { sequence, change } = options.takeSequence()
      return { content: make(sequence), changes: [change, ...changes] }
    })
    tell(effect)
    options.onWritten(effect.added !== undefined)
    return effect
  }

  async function queue(make: (sequence: number) => Content, changes?: readonly Change[]) {
    return (await write(make, changes)).added
  }

  async function change(make: (sequence: number) => Content): Promise<Message> {
    const { changed } = await write(make)
    ensure(changed !== undefined, 'internal', 'a change without a message')
    return changed
  }

  /** Throws `not_found`, and `invalid_argument` for what somebody else wrote or what was deleted. */
  async function ownMessage(id: string): Promise<Uint8Array> {
    const { outgoing, changes } = await conversation.find(id)
    ensure(outgoing, 'invalid_argument', 'only its author changes a message')
    ensure(changes?.deleted !== true, 'wrong_state', 'this message was deleted')
    return fromHex(id)
  }

  const writing: Writing = {
    async send(text, { replyTo } = {}) {
      if (replyTo !== undefined) await conversation.find(replyTo)
      const answer = replyTo === undefined ? {} : { replyTo: fromHex(replyTo) }
      const message = await queue((sequence) => composeText(host, sequence, text, answer))
      ensure(message !== undefined, 'internal', 'a text without a message')
      return message
    },
    async edit(id, text) {
      const target = await ownMessage(id)
      const { kind } = parseContent(decodeContent((await conversation.find(id)).content))
      ensure(kind === 'text', 'invalid_argument', 'only a text can be edited')
      return change((sequence) => composeEdit(host, sequence, target, text))
    },
    async delete(id) {
      const target = await ownMessage(id)
      return change((sequence) => composeDelete(host, sequence, target))
    },
    async react(id, emoji) {
      const { changes } = await conversation.find(id)
      ensure(changes?.deleted !== true, 'wrong_state', 'this message was deleted')
      return change((sequence) => composeReaction(host, sequence, fromHex(id), emoji))
    },
    messages: (range) => conversation.messages(range),
  }

  return {
    writing,
    queue,
    receive: (bytes) =>
      incoming.run(async () => {
        const content = decodeContent(bytes)
        const parsed = parseContent(content)
        // A repeated content is acknowledged again, and changes nothing.
        if (conversation.arrival(content.id) !== 'new') return { id: content.id, added: undefined }
        const files = options.filesFor(parsed)
        const effect = await conversation.addIncoming(content, files.commit)
        await files.after()
        tell(effect)
        return { id: content.id, added: effect.added }
      }),
    async receipt(contents) {
      const changed = await incoming.run(() => conversation.receipt(contents))
      for (const message of changed) events.emit('receipt', message)
      return changed
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
    async idle() {
      await incoming.idle()
      await conversation.idle()
    },
  }
}
