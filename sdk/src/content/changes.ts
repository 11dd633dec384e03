/**
 * What edits, deletions and reactions make of a message (spec/10 section 10). The latest wins, by sequence number and
 * then by ID, and a deletion wins over all: whatever the order in which changes come, and however often, they end in the
 * same. Not its concern: who may change what.
 */
import { type Content, ContentKind, Text } from '@solo2/proto/content'
import type { EditMark, MessageChanges, MessageRecord, ReactionMark } from '@solo2/proto/vault'
import { compare } from '../bytes/bytes.js'
import { encode } from '../bytes/canonical.js'
import { encodeContent } from './compose.js'
import { decodeContent, type ParsedChange, parseContent } from './parse.js'

const NONE: MessageChanges = { edit: undefined, deleted: false, ownReaction: undefined, theirReaction: undefined }

const DELETED: MessageChanges = { ...NONE, deleted: true }

/** One change, as what is known of its target by it alone. `own`: this vault's person made it. */
export function changeOf({ sequence, id }: Content, change: ParsedChange, own: boolean): MessageChanges {
  switch (change.kind) {
    case 'edit':
      return { ...NONE, edit: { sequence, id, text: change.text } }
    case 'delete':
      return DELETED
    case 'reaction':
      return { ...NONE, [own ? 'ownReaction' : 'theirReaction']: { sequence, id, emoji: change.emoji } }
    default:
      return change satisfies never
  }
}

/** What is known by both. */
export function mergeChanges(a: MessageChanges | undefined, b: MessageChanges | undefined): MessageChanges {
  if (a === undefined || b === undefined) return a ?? b ?? NONE
  if (a.deleted || b.deleted) return DELETED
  return {
    edit: later<EditMark>(a.edit, b.edit),
    deleted: false,
    ownReaction: later<ReactionMark>(a.ownReaction, b.ownReaction),
    theirReaction: later<ReactionMark>(a.theirReaction, b.theirReaction),
  }
}

/** The same content keeps the form in which it is here already. */
function later<Mark extends { readonly sequence: bigint; readonly id: Uint8Array }>(
  here: Mark | undefined,
  other: Mark | undefined,
): Mark | undefined {
  if (here === undefined || other === undefined) return here ?? other
  if (here.sequence !== other.sequence) return here.sequence > other.sequence ? here : other
  return compare(here.id, other.id) >= 0 ? here : other
}

/** The message in its present form. Nothing of an earlier one stays in it. */
export function withChanges(record: MessageRecord, more: MessageChanges | undefined): MessageRecord {
  const changes = mergeChanges(record.changes, more)
  if (changes === NONE) return record
  const content = decodeContent(record.content)
  if (changes.deleted) {
    return { ...record, content: encodeContent({ ...content, body: new Uint8Array(0) }), changes }
  }
  const { edit } = changes
  if (edit === undefined || edit === record.changes?.edit) return { ...record, changes }
  const parsed = content.kind === ContentKind.TEXT ? parseContent(content) : undefined
  if (parsed?.kind !== 'text') return { ...record, changes: { ...changes, edit: undefined } }
  const body = encode(Text, { text: edit.text, replyTo: parsed.replyTo ?? new Uint8Array(0) })
  return {
    ...record,
    content: encodeContent({ ...content, body }),
    changes: { ...changes, edit: { ...edit, text: '' } },
  }
}
