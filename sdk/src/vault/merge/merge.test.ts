import { type SyncContent, type SyncItem, SyncMessage } from '@solo2/proto/sync'
import { FileState, MessageState } from '@solo2/proto/vault'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '../../../../tools/cases.js'
import { bytesOf, CONTACT, NONE, textContent, unknownContent } from '../../../test/fixtures/replicas.js'
import { codeOf } from '../../../test/vectors/published.js'
import { toHex } from '../../bytes/bytes.js'
import { encode } from '../../bytes/canonical.js'
import { Solo2Error } from '../../errors.js'
import { decodeSyncMessage } from './exchange.js'
import { checkItem } from './item.js'
import { FIELDS, isVerified, joinRegisters, verifiedField, withFields } from './registers.js'
import { createReplica, isRolledBack, knownTo, nextStamp, roundTaken } from './replica.js'
import { compareStamps, fromVersionVector, toVersionVector } from './stamp.js'

const { VERIFIED, WITHDRAWN, NICKNAME } = FIELDS.person
const stamp = (counter: number, replica = 1) => ({ counter: BigInt(counter), replica: bytesOf(replica) })
const content = {
  ...unknownContent(stamp(1)),
  content: textContent(5, 'hello'),
  state: MessageState.RECEIVED,
  storedAt: 1n,
}
const item: SyncItem = { dot: stamp(1), contact: CONTACT, id: bytesOf(5), value: { $case: 'content', value: content } }

describe('items', () => {
  const changes = { edit: undefined, deleted: false, ownReaction: undefined, theirReaction: undefined }
  const of = (value: NonNullable<SyncItem['value']>, rest: Partial<SyncItem> = {}): SyncItem => ({
    ...item,
    ...rest,
    value,
  })
  const withContent = (change: Partial<SyncContent>) => of({ $case: 'content', value: { ...content, ...change } })
  const registers = (...fields: number[]) => ({
    registers: fields.map((field) => ({ field, stamp: stamp(1), value: NONE })),
  })

  it('are refused by a typed code for each deviation', () => {
    checkItem(item)
    const refused: [string, SyncItem, string][] = [
      ['no dot', { ...item, dot: undefined }, 'malformed'],
      ['counter zero', { ...item, dot: stamp(0) }, 'malformed'],
      ['counter above 2^48', { ...item, dot: stamp(2 ** 48 + 1) }, 'malformed'],
      ['a short replica', { ...item, dot: { counter: 1n, replica: new Uint8Array(15) } }, 'malformed'],
      ['no value', { ...item, value: undefined }, 'malformed'],
      ['a short contact', { ...item, contact: bytesOf(1, 31) }, 'malformed'],
      ['no ID', { ...item, id: NONE }, 'malformed'],
      ['a content under another ID', { ...item, id: bytesOf(6) }, 'malformed'],
      ['no place', withContent({ place: undefined }), 'malformed'],
      ['a content that is none', withContent({ content: Uint8Array.of(1) }), 'bad_content'],
      ['no state', withContent({ state: 0 }), 'malformed'],
      ['deleted, with its body', withContent({ changes: { ...changes, deleted: true } }), 'malformed'],
      [
        'a mark without an ID',
        withContent({ changes: { ...changes, edit: { sequence: 1n, id: NONE, text: '' } } }),
        'malformed',
      ],
      [
        'a text beside its content',
        withContent({ changes: { ...changes, edit: { sequence: 1n, id: bytesOf(1), text: 'x' } } }),
        'malformed',
      ],
      ['queued and empty', of({ $case: 'queued', value: { content: NONE, done: false } }), 'malformed'],
      ['done and kept', of({ $case: 'queued', value: { content: bytesOf(1), done: true } }), 'malformed'],
      ['a file without a state', of({ $case: 'file', value: { offer: NONE, outgoing: false, state: 0 } }), 'malformed'],
      ['a person with an ID', of({ $case: 'person', value: registers(1) }), 'malformed'],
      ['fields in another order', of({ $case: 'person', value: registers(2, 1) }, { id: NONE }), 'malformed'],
      ['a field twice', of({ $case: 'person', value: registers(2, 2) }, { id: NONE }), 'malformed'],
      ['field 1,024', of({ $case: 'person', value: registers(1_024) }, { id: NONE }), 'malformed'],
      [
        '65 fields',
        of({ $case: 'person', value: registers(...Array.from({ length: 65 }, (_, i) => i + 1)) }, { id: NONE }),
        'malformed',
      ],
    ]
    for (const [name, bad, code] of refused) expect([name, codeOf(() => checkItem(bad))]).toEqual([name, code])
    checkItem(of({ $case: 'file', value: { offer: bytesOf(1), outgoing: true, state: FileState.COMPLETE } }))
  })

  it('in any bytes are read or refused by a typed code', () => {
    const good = encode(SyncMessage, { message: { $case: 'batch', value: batch([item]) } })
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.nat(255), fc.nat(good.length), (at, value, length) => {
        const bytes = good.slice(0, length)
        if (at < length) bytes[at] = value
        try {
          decodeSyncMessage(bytes)
        } catch (error) {
          expect(error).toBeInstanceOf(Solo2Error)
          expect(['malformed', 'not_canonical', 'bad_content']).toContain((error as Solo2Error).code)
        }
      }),
      { numRuns: cases('hostile.decoder') / 4 },
    )
    expect(codeOf(() => decodeSyncMessage(new Uint8Array(131_073)))).toBe('too_long')
    expect(codeOf(() => decodeSyncMessage(NONE))).toBe('malformed')
  })
})

function batch(items: SyncItem[]) {
  return { number: 1, items, remaining: 0, known: undefined }
}

describe('verification', () => {
  it('is lost to a withdrawal that its verifier had not seen, and holds over one that it had', () => {
    const verify = (held: { registers: never[] } | ReturnType<typeof joinRegisters>, at: number, replica: number) =>
      withFields(held, new Map([[VERIFIED, verifiedField(held, true)]]), stamp(at, replica), 'person')
    const start = verify({ registers: [] }, 1, 1)
    expect(isVerified(start)).toBe(true)
    expect(isVerified({ registers: [] })).toBe(false)
    const withdrawn = withFields(start, new Map([[WITHDRAWN, NONE]]), stamp(2, 1), 'person')
    // The other device, ahead by days of counting, verifies again without having seen it.
    const named = withFields(start, new Map([[NICKNAME, bytesOf(1)]]), stamp(900, 2), 'person')
    expect(isVerified(joinRegisters('person', withdrawn, verify(named, 901, 2)))).toBe(false)
    const seen = joinRegisters('person', withdrawn, named)
    expect(isVerified(verify(seen, 902, 2))).toBe(true)
    const taken = withFields(start, new Map([[VERIFIED, verifiedField(start, false)]]), stamp(3, 1), 'person')
    expect(isVerified(taken)).toBe(false)
  })
})

describe('a replica', () => {
  it('counts its own changes, and knows when others know more of them than itself', () => {
    const first = nextStamp(createReplica(bytesOf(1)))
    expect(first.stamp).toEqual(stamp(1))
    expect(isRolledBack(first.state, knownTo(first.state))).toBe(false)
    const later = nextStamp(first.state).state
    expect(isRolledBack(first.state, knownTo(later))).toBe(true)
    const other = roundTaken(createReplica(bytesOf(2)), knownTo(later))
    expect(isRolledBack(other, knownTo(later))).toBe(false)
    expect(fromVersionVector(toVersionVector(knownTo(other)))).toEqual(new Map([[toHex(bytesOf(1)), 2n]]))
    const full = { ...later, clock: 2n ** 48n }
    expect(codeOf(() => nextStamp(full))).toBe('wrong_state')
  })

  it('refuses a version vector in another order, and one of 257 replicas', () => {
    const many = Array.from({ length: 257 }, (_, i) => stamp(1, i + 1))
    expect(codeOf(() => fromVersionVector({ highest: many }))).toBe('malformed')
    expect(fromVersionVector({ highest: many.slice(0, 256) }).size).toBe(256)
    expect(codeOf(() => fromVersionVector({ highest: [stamp(1, 2), stamp(1, 1)] }))).toBe('malformed')
    expect(compareStamps(stamp(1, 2), stamp(2, 1))).toBeLessThan(0)
  })
})
