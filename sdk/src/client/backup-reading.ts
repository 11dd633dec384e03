/** A backup read by a person, into no vault (spec/11 sections 4.2 and 10). Not its concern: files, and what restoring needs. */
import { type ContactRecord, type MessageRecord, MessageState } from '@solo2/proto/vault'
import { toHex, wipe } from '../bytes/bytes.js'
import { decodeContent } from '../content/parse.js'
import { identityId } from '../identity/id.js'
import type { Host } from '../ports/host.js'
import type { BackupItem, ReadBackup } from './api/backup.js'
import type { Message } from './api.js'
import { type CheckedBackup, checkBackup, isOwn } from './backup.js'
import { shownMessage } from './message-view.js'

interface Opened {
  readonly record: ContactRecord
  readonly id: string
  readonly isOwn: boolean
}

export async function* readBackup(host: Host, { backup, password, ...call }: ReadBackup): AsyncGenerator<BackupItem> {
  const checked = await checkBackup(host, backup, password, call)
  const { self, stream } = checked
  try {
    const { username, server, displayName, alias } = self
    yield { kind: 'account', username, server, displayName, alias, madeAt: checked.facts.madeAt }
    let opened: Opened | undefined
    for await (const { entry } of checked.entries()) {
      if (entry.$case === 'contact') {
        opened = conversationOf(host, self, entry.value)
        const { record, id } = opened
        yield { kind: 'conversation', id, displayName: record.displayName, alias: record.alias, isOwn: opened.isOwn }
      } else if (entry.$case === 'message' && opened !== undefined) {
        const message = messageOf(host, opened, entry.value)
        if (message !== undefined) yield { kind: 'message', message }
      }
    }
  } finally {
    wipe(self.ed25519Seed, self.x25519Secret, stream.key)
  }
}

function conversationOf(host: Host, self: CheckedBackup['self'], record: ContactRecord): Opened {
  return { record, id: toHex(identityId(host.primitives, record)), isOwn: isOwn(host, self, record) }
}

/** Undefined when its life is over, or nobody knows how much of it is left (11-122). */
function messageOf(host: Host, { record, id, isOwn }: Opened, message: MessageRecord): Message | undefined {
  const { sequence, expirySeconds } = decodeContent(message.content)
  const age = host.now() - Number(message.storedAt)
  if (expirySeconds > 0 && (age < 0 || age >= expirySeconds * 1_000)) return undefined
  const endsAt = expirySeconds > 0 ? Number(message.storedAt) + expirySeconds * 1_000 : undefined
  const state = isOwn ? 'kept' : message.outgoing ? sentState(message, sequence <= record.readByThem) : 'received'
  return shownMessage(message, id, state, endsAt)
}

function sentState({ state }: MessageRecord, isRead: boolean): Message['state'] {
  if (state === MessageState.WAITING) return 'waiting'
  return isRead ? 'read' : 'delivered'
}
