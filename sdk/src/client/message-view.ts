/** A message as an application sees it, from its record and its place in the queue. */
import type { MessageRecord, ReactionMark } from '@solo2/proto/vault'
import { toHex } from '../bytes/bytes.js'
import { isEmoji } from '../content/emoji.js'
import { decodeContent, type ParsedContent, parseContent } from '../content/parse.js'
import type { Message, MessageState } from './api.js'

const DELETED = { kind: 'deleted' } as const

/** `contact`: the contact's id. `state`: how far its present form has come. `expiresAt`: when it disappears. */
export function shownMessage(
  record: MessageRecord,
  contact: string,
  state: MessageState,
  expiresAt: number | undefined,
): Message {
  const { outgoing, position, changes } = record
  const content = decodeContent(record.content)
  const parsed = changes?.deleted === true ? DELETED : parseContent(content)
  return {
    id: toHex(content.id),
    contact,
    outgoing,
    state,
    writtenAt: Number(content.writtenAt),
    position,
    body: shownBody(parsed),
    ...(parsed.kind === 'text' && parsed.replyTo !== undefined && { replyTo: toHex(parsed.replyTo) }),
    ...(expiresAt !== undefined && { expiresAt }),
    edited: changes?.edit !== undefined,
    reactions: {
      ...shownReaction('own', changes?.ownReaction),
      ...shownReaction('theirs', changes?.theirReaction),
    },
  }
}

/** What is no emoji is kept and not shown: it could be any text, at a place that looks like the application's own. */
function shownReaction(whose: 'own' | 'theirs', mark: ReactionMark | undefined): { own?: string; theirs?: string } {
  return mark !== undefined && isEmoji(mark.emoji) ? { [whose]: mark.emoji } : {}
}

function shownBody(parsed: ParsedContent | typeof DELETED): Message['body'] {
  switch (parsed.kind) {
    case 'text':
      return { kind: 'text', text: parsed.text }
    case 'fileOffer':
      return {
        kind: 'file',
        file: toHex(parsed.file),
        name: parsed.name,
        size: parsed.size,
        ...(parsed.media !== undefined && { media: parsed.media }),
      }
    case 'timer':
      return { kind: 'timer', seconds: parsed.seconds }
    case 'place':
    case 'deleted':
      return parsed
    case 'unknown':
    // What is no line of the conversation has no message.
    case 'fileRefusal':
    case 'fileCancel':
    case 'edit':
    case 'delete':
    case 'reaction':
    case 'read':
      return { kind: 'unknown' }
    default:
      return parsed satisfies never
  }
}
