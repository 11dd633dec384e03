/**
 * How two versions of one content become one (spec/11 section 8). Each part joins by itself, and each join keeps the
 * greater of two: so the order in which versions meet changes nothing.
 */
import type { Stamp, SyncContent, SyncFile, SyncQueued } from '@solo2/proto/sync'
import { FileState, type MessageRecord, MessageState } from '@solo2/proto/vault'
import { compare, equal } from '../../bytes/bytes.js'
import { mergeChanges, withChanges } from '../../content/changes.js'
import { decodeContent, parseContent } from '../../content/parse.js'
import { ensure } from '../../errors.js'
import { PROTOCOL } from '../../limits.js'
import { checkStamp, compareStamps } from './stamp.js'

const NONE = new Uint8Array(0)
const QUEUED_BYTES = PROTOCOL.CONTENT_BODY_BYTES + 56

/** Throws `malformed`, `bad_content`. */
export function checkContent(item: SyncContent, id: Uint8Array): void {
  const { place, content, changes, state, storedAt, gone } = item
  checkStamp(place)
  ensure(state !== MessageState.UNSPECIFIED || content.length === 0, 'malformed', 'a message without a state')
  ensure(!gone || (content.length === 0 && changes === undefined), 'malformed', 'nothing is kept of what is gone')
  ensure(storedAt <= BigInt(Number.MAX_SAFE_INTEGER), 'malformed', 'a time beyond all clocks')
  for (const mark of [changes?.edit, changes?.ownReaction, changes?.theirReaction])
    if (mark !== undefined) checkMark(mark)
  if (content.length === 0) return
  ensure((changes?.edit?.text ?? '') === '', 'malformed', 'the text of an edit is in the content, if there is one')
  const decoded = decodeContent(content)
  ensure(equal(decoded.id, id), 'malformed', 'a content under another ID')
  if (changes?.deleted !== true) parseContent(decoded)
  else ensure(decoded.body.length === 0, 'malformed', 'nothing is kept of a deleted content')
}

function checkMark({ sequence, id }: { readonly sequence: bigint; readonly id: Uint8Array }): void {
  ensure(sequence >= 1n && sequence <= BigInt(Number.MAX_SAFE_INTEGER), 'malformed', 'a sequence number counts from 1')
  ensure(id.length === PROTOCOL.ID_SIZE, 'malformed', 'a content ID has 16 bytes')
}

export function joinContents(a: SyncContent, b: SyncContent): SyncContent {
  if (a.gone || b.gone) return goneContent(a, b)
  const known = [a, b].filter(({ content }) => content.length > 0)
  if (known.length === 2 && a.outgoing !== b.outgoing) return a.outgoing ? a : b
  return {
    outgoing: known[0]?.outgoing ?? false,
    place: earlier(a.place as Stamp, b.place as Stamp),
    ...joinForms(a, b),
    state: Math.max(a.state, b.state) as MessageState,
    gone: false,
    storedAt: a.storedAt === 0n || (b.storedAt > 0n && b.storedAt < a.storedAt) ? b.storedAt : a.storedAt,
  }
}

function goneContent(a: SyncContent, b: SyncContent): SyncContent {
  return {
    outgoing: a.outgoing || b.outgoing,
    place: earlier(a.place as Stamp, b.place as Stamp),
    content: NONE,
    changes: undefined,
    state: MessageState.UNSPECIFIED,
    storedAt: 0n,
    gone: true,
  }
}

/** The form of the later edit, with all that is known of it (10-34); a change that came before its content is put into it. */
function joinForms(a: SyncContent, b: SyncContent): Pick<SyncContent, 'content' | 'changes'> {
  const [here, other] = formOrder(a, b) >= 0 ? [a, b] : [b, a]
  if (here.content.length === 0) {
    const known = here.changes ?? other.changes
    return { content: NONE, changes: known && mergeChanges(here.changes, other.changes) }
  }
  const { content, changes } = withChanges(asRecord(here), other.changes)
  return { content, changes }
}

/** Which of two starts: one with a content, then the later edit, then the greater bytes. */
function formOrder(a: SyncContent, b: SyncContent): number {
  const known = Number(a.content.length > 0) - Number(b.content.length > 0)
  return known || compareMarks(a.changes?.edit, b.changes?.edit) || compare(a.content, b.content)
}

type Mark = { readonly sequence: bigint; readonly id: Uint8Array } | undefined

function compareMarks(a: Mark, b: Mark): number {
  if (a === undefined || b === undefined) return Number(a !== undefined) - Number(b !== undefined)
  if (a.sequence !== b.sequence) return a.sequence < b.sequence ? -1 : 1
  return compare(a.id, b.id)
}

function asRecord({ content, changes, outgoing, storedAt, state }: SyncContent): MessageRecord {
  return { content, changes, outgoing, storedAt, state, position: 0 }
}

function earlier(a: Stamp, b: Stamp): Stamp {
  return compareStamps(a, b) <= 0 ? a : b
}

function greater(a: Uint8Array, b: Uint8Array): Uint8Array {
  return compare(a, b) >= 0 ? a : b
}

export function checkQueued({ content, done }: SyncQueued): void {
  ensure(content.length <= QUEUED_BYTES, 'malformed', 'longer than any content')
  ensure(done === (content.length === 0), 'malformed', 'what is done is kept no longer, what waits is there')
}

/** A receipt that one device got is one that all got. */
export function joinQueued(a: SyncQueued, b: SyncQueued): SyncQueued {
  if (a.done || b.done) return { content: NONE, done: true }
  return { content: greater(a.content, b.content), done: false }
}

/** In ascending order: offered, accepted, then the ends; of two ends the one that says more of where the bytes are. */
const FILE_STATES: readonly FileState[] = [
  FileState.OFFERED,
  FileState.ACCEPTED,
  FileState.FAILED,
  FileState.REFUSED,
  FileState.CANCELLED,
  FileState.COMPLETE,
  FileState.REMOVED,
]

export function checkFile({ offer, state }: SyncFile): void {
  ensure(offer.length <= PROTOCOL.CONTENT_BODY_BYTES, 'malformed', 'longer than any offer')
  ensure(FILE_STATES.includes(state), 'malformed', 'not a state of a file')
}

export function joinFiles(a: SyncFile, b: SyncFile): SyncFile {
  const isFurther = FILE_STATES.indexOf(a.state) >= FILE_STATES.indexOf(b.state)
  const state = isFurther ? a.state : b.state
  const offers = [a, b].filter((file) => file.state === state).map(({ offer }) => offer)
  return { offer: offers.reduce(greater), outgoing: a.outgoing, state }
}

/** What decides the order of a conversation. */
export interface Placed {
  readonly outgoing: boolean
  readonly sequence: bigint
  readonly id: Uint8Array
  readonly place: Stamp
}

/**
 * The order in which all devices show a conversation: each author's contents by sequence number, and their places, sorted,
 * given to them in that order. So neither author's order breaks, whichever device got what first.
 */
export function orderContents<T extends Placed>(contents: readonly T[]): T[] {
  const placed = [true, false].flatMap((outgoing) => {
    const ofAuthor = contents.filter((content) => content.outgoing === outgoing)
    const places = ofAuthor.map(({ place }) => place).sort(compareStamps)
    const inOrder = ofAuthor.toSorted((a, b) =>
      a.sequence === b.sequence ? compare(a.id, b.id) : a.sequence < b.sequence ? -1 : 1,
    )
    return inOrder.map((content, i) => ({ content, place: places[i] as Stamp }))
  })
  return placed.sort((a, b) => compareStamps(a.place, b.place)).map(({ content }) => content)
}
