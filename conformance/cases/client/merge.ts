/** Two versions of items of every kind, and what was changed of them: spec/11 sections 7 and 8. */
import {
  type Register,
  type Stamp,
  type SyncContent,
  type SyncFile,
  SyncItem,
  type SyncQueued,
} from '@solo2/proto/sync'
import { FileState, type MessageChanges, MessageState } from '@solo2/proto/vault'
import fc from 'fast-check'
import { encodeContent } from '../../literal/content.js'
import { decodeItem, encodeItem, joinItems } from '../../literal/merge.js'
import { write } from '../../literal/protobuf.js'
import type { Testee } from '../../src/testee/testee.js'
import { bytesOf, ensureSame, hex } from '../vectors/judge.js'
import { type ClientCase, propertyCase } from './client.js'
import { damage, damaged, judged, judgedAlike } from './damage.js'

const features = ['merge']
const subject = 'merge'

const NONE = new Uint8Array(0)
const CONTACT = new Uint8Array(32).fill(7)
const ID = new Uint8Array(16).fill(8)
const NEXT: Stamp = { counter: 99n, replica: new Uint8Array(16).fill(9) }

/** Few of each, so that two versions often meet in one of them. */
const stamp: fc.Arbitrary<Stamp> = fc.record({
  counter: fc.integer({ min: 1, max: 5 }).map(BigInt),
  replica: fc.constantFrom(1, 2).map((name) => new Uint8Array(16).fill(name)),
})
const dot = stamp.map((one) => ({ ...one, counter: one.counter + 10n }))
const field = fc.constantFrom(1, 2, 3, 9, 10, 11, 12, 15, 16, 17, 900)
const register: fc.Arbitrary<Register> = fc.record({ field, stamp, value: fc.uint8Array({ maxLength: 2 }) })
const registers = fc
  .uniqueArray(register, { selector: (one) => one.field, maxLength: 6 })
  .map((all) => ({ registers: all.sort((a, b) => a.field - b.field) }))

const utf8 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text))

/** A line, whose text is that of its last edit; empty once it was deleted. */
function lineOf(text: string | undefined): Uint8Array {
  const body = text === undefined ? NONE : write([[1, utf8(text)]])
  return encodeContent({ id: ID, sequence: 7, writtenAt: 1_000, kind: 1, expirySeconds: 0, body })
}

/** The change of that number by that person, the same wherever it came. */
const mark = fc.record({
  sequence: fc.integer({ min: 8, max: 10 }).map(BigInt),
  id: fc.constantFrom(3, 4).map((name) => new Uint8Array(16).fill(name)),
})
const maybe = <T>(one: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> => fc.option(one, { nil: undefined })
const reaction = mark.map((one) => ({ ...one, emoji: one.sequence === 9n ? '' : '👍' }))

const content: fc.Arbitrary<SyncContent> = fc
  .record({
    outgoing: fc.boolean(),
    place: stamp,
    form: fc.constantFrom('line', 'line', 'line', 'early', 'deleted', 'gone'),
    edit: maybe(mark),
    ownReaction: maybe(reaction),
    theirReaction: maybe(reaction),
    state: fc.constantFrom(MessageState.WAITING, MessageState.DELIVERED, MessageState.RECEIVED),
    storedAt: fc.integer({ min: 1, max: 3 }).map(BigInt),
  })
  .map(({ form, edit, ownReaction, theirReaction, ...line }): SyncContent => {
    const none = { content: NONE, changes: undefined, state: MessageState.UNSPECIFIED, storedAt: 0n }
    if (form === 'gone') return { ...line, ...none, gone: true }
    const text = edit && `edit ${edit.sequence} of ${edit.id[0]}`
    const changes = (marked: string): MessageChanges | undefined =>
      edit || ownReaction || theirReaction
        ? { edit: edit && { ...edit, text: marked }, deleted: form === 'deleted', ownReaction, theirReaction }
        : undefined
    if (form === 'early') return { ...line, ...none, outgoing: false, changes: changes(text ?? ''), gone: false }
    if (form === 'line') return { ...line, content: lineOf(text ?? 'first'), changes: changes(''), gone: false }
    const deleted = { edit: undefined, deleted: true, ownReaction: undefined, theirReaction: undefined }
    return { ...line, content: lineOf(undefined), changes: deleted, gone: false }
  })

const queued: fc.Arbitrary<SyncQueued> = fc.boolean().map((done) => ({ content: done ? NONE : lineOf('first'), done }))
const FILE_STATES = [
  FileState.OFFERED,
  FileState.ACCEPTED,
  FileState.COMPLETE,
  FileState.REFUSED,
  FileState.CANCELLED,
  FileState.FAILED,
  FileState.REMOVED,
]
const file: fc.Arbitrary<SyncFile> = fc.record({
  offer: fc.uint8Array({ minLength: 1, maxLength: 2 }),
  outgoing: fc.constant(false),
  state: fc.constantFrom(...FILE_STATES),
})

type Value = NonNullable<SyncItem['value']>

function kind<K extends Value['$case']>(
  $case: K,
  value: fc.Arbitrary<Extract<Value, { readonly $case: K }>['value']>,
  contact = CONTACT,
  id = ID,
): fc.Arbitrary<readonly [Uint8Array, Uint8Array]> {
  const version = fc.record({ dot, value }).map((one) => {
    const item = { dot: one.dot, contact, id, value: { $case, value: one.value } as Value }
    return SyncItem.encode(item).finish()
  })
  return fc.tuple(version, version)
}

/** Two versions of one item, encoded. */
const pair = fc.oneof(
  kind('account', registers, NONE, NONE),
  kind('device', registers, NONE),
  kind('person', registers, CONTACT, NONE),
  kind('root', registers),
  { arbitrary: kind('content', content), weight: 4 },
  kind('queued', queued),
  kind('file', file),
)

function encodedStamp({ counter, replica }: Stamp): Uint8Array {
  return write([
    [1, Number(counter)],
    [2, replica],
  ])
}

async function ensureJoined(testee: Testee, mine: Uint8Array, theirs: Uint8Array): Promise<void> {
  const [a, b] = [decodeItem(mine), decodeItem(theirs)]
  const { value, verdict } = joinItems(a, b)
  const [own, other] = [SyncItem.decode(mine).dot as Stamp, SyncItem.decode(theirs).dot as Stamp]
  const order = Number(own.counter - other.counter) || Buffer.compare(own.replica, other.replica)
  const kept = { mine: a.dot, theirs: b.dot, both: order > 0 ? a.dot : b.dot, new: encodedStamp(NEXT) }[verdict]
  const call = { $case: 'joinItems', value: { mine, theirs, next: NEXT } } as const
  ensureSame('joined', await bytesOf(testee, call), hex(encodeItem({ ...a, dot: kept, value })))
}

export const mergeCases: readonly ClientCase[] = [
  propertyCase({
    subject,
    name: 'join',
    title: 'joins two versions of items of every kind, in either order',
    promises: ['V15'],
    rules: ['11-64', '11-67', '11-68', '11-69', '11-70'],
    explain: 'What two own devices did to one thing while they were apart becomes one, and the same on both.',
    features,
    runs: 150,
    arbitrary: pair,
    async holds(testee, [mine, theirs]) {
      await ensureJoined(testee, mine, theirs)
      await ensureJoined(testee, theirs, mine)
    },
  }),
  propertyCase({
    subject,
    name: 'refused',
    title: 'refuses items that were changed',
    promises: [],
    rules: ['00-1', '11-61', '11-75'],
    explain: 'Bytes as another device with a fault would send them: taken or refused as spec/11 section 7 says.',
    features,
    runs: 150,
    arbitrary: fc.record({ pair, hows: fc.array(damage, { minLength: 1, maxLength: 2 }) }),
    async holds(testee, { pair: [one], hows }) {
      const item = hows.reduce(damaged, one)
      await judgedAlike(
        testee,
        { $case: 'checkItem', value: { item } },
        judged(() => decodeItem(item)),
      )
    },
  }),
]
