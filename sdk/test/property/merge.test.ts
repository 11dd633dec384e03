/** Random histories of own devices that are apart, meet in pairs and are cut off: spec/11 sections 7 to 9. */
import type { Stamp, SyncContent, SyncItem } from '@solo2/proto/sync'
import { type EditMark, FileState, type ReactionMark } from '@solo2/proto/vault'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '../../../tools/cases.js'
import { toHex } from '../../src/bytes/bytes.js'
import { joinContents, joinFiles, joinQueued, orderContents } from '../../src/vault/merge/content.js'
import type { ItemValue } from '../../src/vault/merge/item.js'
import { FIELDS } from '../../src/vault/merge/registers.js'
import { compareStamps } from '../../src/vault/merge/stamp.js'
import {
  bytesOf,
  CONTACT,
  type Device,
  device,
  NONE,
  send,
  stateOf,
  textContent,
  unknownContent,
  word,
  write,
  writeField,
} from '../fixtures/replicas.js'

const DEVICES = 3
const CONTENTS = 6

type ContentAct =
  | { readonly do: 'put' | 'delete' | 'deliver'; readonly at: number; readonly content: number }
  | { readonly do: 'edit' | 'own' | 'their'; readonly at: number; readonly content: number; readonly text: number }

type Act =
  | ContentAct
  | { readonly do: 'field'; readonly at: number; readonly field: number; readonly value: number }
  | { readonly do: 'queue' | 'receipt'; readonly at: number; readonly content: number }
  | { readonly do: 'file'; readonly at: number; readonly content: number; readonly state: FileState }
  | { readonly do: 'gone'; readonly at: number; readonly content: number }
  | { readonly do: 'remove'; readonly at: number }
  | { readonly do: 'import'; readonly at: number; readonly copy: number }
  | { readonly do: 'meet'; readonly from: number; readonly to: number; readonly size: number; readonly cut: number }

const STATES = [
  FileState.OFFERED,
  FileState.ACCEPTED,
  FileState.COMPLETE,
  FileState.REFUSED,
  FileState.CANCELLED,
  FileState.FAILED,
] as const
const at = fc.nat(DEVICES - 1)
const content = fc.nat(CONTENTS - 1)
const small = fc.integer({ min: 1, max: 9 })
const { NICKNAME, NEXT_SEQUENCE, READ, SETTINGS, STAGE } = FIELDS.person
const act: fc.Arbitrary<Act> = fc.oneof(
  fc.record({ do: fc.constantFrom('put' as const, 'delete' as const, 'deliver' as const), at, content }),
  fc.record({ do: fc.constantFrom('edit' as const, 'own' as const, 'their' as const), at, content, text: small }),
  fc.record({
    do: fc.constant('field' as const),
    at,
    field: fc.constantFrom(NICKNAME, NEXT_SEQUENCE, READ, SETTINGS),
    value: small,
  }),
  fc.record({ do: fc.constantFrom('queue' as const, 'receipt' as const), at, content }),
  fc.record({ do: fc.constant('file' as const), at, content, state: fc.constantFrom(...STATES) }),
  fc.record({ do: fc.constant('gone' as const), at, content }),
  fc.record({ do: fc.constant('import' as const), at, copy: small }),
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('meet' as const), from: at, to: at, size: small, cut: fc.nat(4) }),
  },
)
/** Seldom, since it ends most of what the others do. */
const removal = fc.option(fc.record({ do: fc.constant('remove' as const), at }), { freq: 3, nil: undefined })
const history = fc
  .tuple(fc.array(act, { minLength: 1, maxLength: 30 }), removal, fc.array(act, { maxLength: 10 }))
  .map(([before, one, after]): Act[] => [...before, ...(one === undefined ? [] : [one]), ...after])

/** What the acts of a history must lead to, however they travelled. */
interface Expected {
  readonly put: Set<number>
  readonly deleted: Set<number>
  readonly edits: Map<number, EditMark>
  readonly reactions: Map<string, ReactionMark>
  readonly delivered: Set<number>
  readonly growing: Map<number, number>
  /** Shown for their life on one device, or removed with the contact. */
  readonly gone: Set<number>
  /** What devices had when they met: backups of then. */
  readonly copies: (readonly SyncItem[])[]
}

/** No clock of a device decides anything: each is wrong by another day. */
const DAY_MS = 86_400_000

/** The number of an act is the sequence number of what it wrote: no author uses one twice here. */
function play(acts: readonly Act[]): { devices: Device[]; expected: Expected } {
  const devices = Array.from({ length: DEVICES }, (_, number) => device(number))
  const expected: Expected = {
    put: new Set(),
    deleted: new Set(),
    edits: new Map(),
    reactions: new Map(),
    delivered: new Set(),
    growing: new Map(),
    gone: new Set(),
    copies: [[]],
  }
  for (const [number, one] of acts.entries()) perform(devices, one, number + 1, expected)
  return { devices, expected }
}

function perform(devices: Device[], one: Act, number: number, expected: Expected): void {
  if (one.do === 'meet') {
    expected.copies.push([...(devices[one.from] as Device).items.values()])
    if (one.from !== one.to) send(devices[one.from] as Device, devices[one.to] as Device, one.from, one.size, one.cut)
    return
  }
  const here = devices[one.at] as Device
  switch (one.do) {
    case 'field': {
      const growing = one.field === NEXT_SEQUENCE || one.field === READ
      if (growing) expected.growing.set(one.field, Math.max(one.value, expected.growing.get(one.field) ?? 0))
      writeField(here, one.field, growing ? bytesOf(one.value, 8) : word(one.value))
      break
    }
    case 'file':
      file(here, one.content, one.state)
      break
    case 'queue':
    case 'receipt':
      queue(here, one.content, one.do === 'receipt')
      break
    case 'gone':
      expire(here, one.content, expected)
      break
    case 'remove':
      writeField(here, STAGE, Uint8Array.of(0))
      for (let content = 0; content < CONTENTS; content++) expire(here, content, expected)
      break
    case 'import':
      restore(here, expected.copies[one.copy % expected.copies.length] ?? [])
      break
    default:
      writeContent(here, one, number, expected)
  }
}

/** Only what is here goes. */
function expire(here: Device, number: number, expected: Expected): void {
  const held = contentOf(here, number)
  if (held === undefined || held.content.length === 0) return
  expected.gone.add(number)
  joinContent(here, number, (place) => ({ ...unknownContent(place), outgoing: held.outgoing, gone: true }))
}

/** A backup of what some device had once: everything in it is written as if it came now. */
function restore(here: Device, copy: readonly SyncItem[]): void {
  for (const { id, value } of copy) {
    if (value?.$case !== 'content' || value.value.content.length === 0) continue
    const { value: content } = value
    joinContent(here, Number(`0x${toHex(id)}`), (place) => ({ ...content, place }))
  }
}

function joinContent(here: Device, number: number, make: (place: Stamp) => SyncContent): void {
  const kind: ItemValue = { $case: 'content', value: unknownContent({ counter: 1n, replica: bytesOf(1) }) }
  write(here, { contact: CONTACT, id: bytesOf(number), kind }, (held, stamp) => {
    const before = held?.$case === 'content' ? held.value : unknownContent(stamp)
    return { $case: 'content', value: joinContents(before, make(stamp)) }
  })
}

function writeContent(here: Device, one: ContentAct, number: number, expected: Expected): void {
  const mark = { sequence: BigInt(number), id: bytesOf(1_000 + number) }
  const text = 'text' in one ? `t${one.text}` : ''
  switch (one.do) {
    case 'put':
      expected.put.add(one.content)
      break
    case 'delete':
      expected.deleted.add(one.content)
      break
    case 'deliver':
      expected.delivered.add(one.content)
      break
    case 'edit':
      expected.edits.set(one.content, { ...mark, text })
      break
    default:
      expected.reactions.set(`${one.do}${one.content}`, { ...mark, emoji: text })
  }
  joinContent(here, one.content, (place) => changed(one, mark, text, place))
}

function changed(one: ContentAct, mark: Omit<EditMark, 'text'>, text: string, place: Stamp): SyncContent {
  const unknown = unknownContent(place)
  const none = { edit: undefined, deleted: false, ownReaction: undefined, theirReaction: undefined }
  switch (one.do) {
    case 'put':
      return {
        ...unknown,
        outgoing: true,
        content: textContent(one.content, `first ${one.content}`),
        state: 1,
        storedAt: BigInt(10 * DAY_MS - one.at * DAY_MS),
      }
    case 'delete':
      return { ...unknown, changes: { ...none, deleted: true } }
    case 'deliver':
      return { ...unknown, state: 2 }
    case 'edit':
      return { ...unknown, changes: { ...none, edit: { ...mark, text } } }
    default:
      return { ...unknown, changes: { ...none, [`${one.do}Reaction`]: { ...mark, emoji: text } } }
  }
}

function queue(here: Device, number: number, done: boolean): void {
  const kind: ItemValue = { $case: 'queued', value: { content: word(number), done: false } }
  write(here, { contact: CONTACT, id: bytesOf(number), kind }, (held) => {
    const next = { content: done ? NONE : word(number), done }
    return { $case: 'queued', value: held?.$case === 'queued' ? joinQueued(held.value, next) : next }
  })
}

function file(here: Device, number: number, state: FileState): void {
  const next = { offer: word(number), outgoing: false, state }
  write(here, { contact: CONTACT, id: bytesOf(number), kind: { $case: 'file', value: next } }, (held) => ({
    $case: 'file',
    value: held?.$case === 'file' ? joinFiles(held.value, next) : next,
  }))
}

/** Everybody meets everybody, twice: what the first round joined anew travels in the second. */
function gather(devices: readonly Device[]): void {
  for (let round = 0; round < 3; round++) {
    for (const [i, from] of devices.entries()) for (const to of devices) if (from !== to) send(from, to, i)
  }
}

function contentOf(here: Device, number: number): SyncContent | undefined {
  const item = here.items.get(`content/${toHex(CONTACT)}/${toHex(bytesOf(number))}/`)
  return item?.value?.$case === 'content' ? item.value.value : undefined
}

describe('own devices that were apart', () => {
  it('come to one state, whatever was written where and however they met, and lose nothing of it', () => {
    fc.assert(
      fc.property(history, (acts) => {
        const { devices, expected } = play(acts)
        gather(devices)
        const [first, ...others] = devices as [Device, ...Device[]]
        for (const other of others) expect(stateOf(other)).toEqual(stateOf(first))
        for (const [i, from] of devices.entries()) {
          for (const to of devices) if (from !== to) expect(send(from, to, i)).toBe(0)
        }
        for (let number = 0; number < CONTENTS; number++) {
          const held = contentOf(first, number)
          const edit = expected.edits.get(number)
          const isDeleted = expected.deleted.has(number)
          expect(held?.gone ?? false).toBe(expected.gone.has(number))
          if (held?.gone === true) {
            expect(held).toMatchObject({ content: NONE, changes: undefined })
            continue
          }
          if (expected.delivered.has(number)) expect(held?.state).toBe(2)
          expect(held?.changes?.deleted ?? false).toBe(isDeleted)
          if (isDeleted) continue
          expect(held?.changes?.ownReaction).toEqual(expected.reactions.get(`own${number}`))
          expect(held?.changes?.theirReaction).toEqual(expected.reactions.get(`their${number}`))
          expect(held?.changes?.edit?.id).toEqual(edit?.id)
          if (expected.put.has(number)) {
            expect(held?.content).toEqual(textContent(number, edit?.text ?? `first ${number}`))
          }
        }
        const person = first.items.get(`person/${toHex(CONTACT)}//`)?.value
        for (const [field, value] of expected.growing) {
          const register = person?.$case === 'person' && person.value.registers.find((one) => one.field === field)
          expect(register ? register.value : undefined).toEqual(bytesOf(value, 8))
        }
      }),
      { numRuns: cases(1_000, 10_000) },
    )
  })

  it('show a conversation in one order that keeps each author’s', () => {
    const placed = fc
      .array(fc.record({ outgoing: fc.boolean(), sequence: fc.bigInt({ min: 1n, max: 9n }), at: fc.nat(9) }), {
        maxLength: 12,
      })
      .map((drawn) =>
        drawn.map(({ outgoing, sequence, at: counter }, i) => {
          return { outgoing, sequence, id: bytesOf(i), place: { counter: BigInt(counter + 1), replica: bytesOf(i) } }
        }),
      )
    fc.assert(
      fc.property(placed, fc.infiniteStream(fc.nat()), (contents, shuffle) => {
        const shuffled = contents
          .map((one) => ({ one, by: shuffle.next().value as number }))
          .sort((a, b) => a.by - b.by)
          .map(({ one }) => one)
        const inOrder = orderContents(contents)
        expect(orderContents(shuffled)).toEqual(inOrder)
        for (const outgoing of [true, false]) {
          const sequences = inOrder.filter((one) => one.outgoing === outgoing).map(({ sequence }) => sequence)
          expect(sequences).toEqual(sequences.toSorted((a, b) => Number(a - b)))
        }
        expect(inOrder).toHaveLength(contents.length)
      }),
      { numRuns: cases('property.bytes') },
    )
  })

  it('send again only what a cut round had not brought', () => {
    const [a, b] = [device(0), device(1)]
    for (let number = 0; number < 40; number++) queue(a, number, false)
    expect(send(a, b, 0, 4, 6)).toBe(24)
    expect(b.items.size).toBe(24)
    expect(send(a, b, 0, 4)).toBe(16)
    expect(send(a, b, 0)).toBe(0)
    expect(stateOf(b)).toEqual(stateOf(a))
  })

  it('count a cut round only as far as its sender knew all', () => {
    const [t, u, v, q, s, r] = [0, 1, 2, 3, 4, 5].map(device) as [Device, Device, Device, Device, Device, Device]
    queue(t, 1, false)
    send(t, v, 0)
    send(t, u, 0)
    queue(u, 1, true)
    send(u, t, 1)
    queue(t, 2, false)
    // Of the first the newer form is behind the second: who is cut off in between has the second only.
    expect(send(t, q, 0, 1, 1)).toBe(1)
    expect(send(q, s, 3)).toBe(1)
    queue(s, 3, false)
    expect(send(s, r, 4, 1, 1)).toBe(1)
    send(v, s, 2)
    send(s, r, 4)
    expect(stateOf(r)).toEqual(stateOf(s))
    expect(r.items.size).toBe(3)
  })

  it('name no two changes alike', () => {
    fc.assert(
      fc.property(history, (acts) => {
        const { devices } = play(acts)
        const dots = devices.flatMap(({ items }) => [...items].map(([key, { dot, value }]) => ({ key, dot, value })))
        for (const one of dots) {
          for (const other of dots) {
            const isSame = compareStamps(one.dot as Stamp, other.dot as Stamp) === 0
            if (isSame) expect([other.key, other.value]).toEqual([one.key, one.value])
          }
        }
      }),
      { numRuns: cases('property.run') * 5 },
    )
  })
})
