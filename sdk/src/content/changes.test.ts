import type { Content } from '@solo2/proto/content'
import { MessageRecord } from '@solo2/proto/vault'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cases } from '../../../tools/cases.js'
import { toHex } from '../bytes/bytes.js'
import { encode } from '../bytes/canonical.js'
import { changeOf, mergeChanges, withChanges } from './changes.js'
import { composeFileOffer, composeText, encodeContent, withExpiry } from './compose.js'
import { decodeContent, type ParsedChange, parseContent } from './parse.js'

const id = (n: number) => new Uint8Array(16).fill(n)
const env = { random: () => id(1), now: () => 1_750_000_000_000 }

function record(content: Content): MessageRecord {
  return { content: encodeContent(content), outgoing: false, storedAt: 1n, state: 3, position: 1, changes: undefined }
}

const text = record(withExpiry(composeText(env, 1, 'pelican42', id(9)), 60))
const offer = { file: id(2), name: 'n', size: 1, root: new Uint8Array(32) }

function made(sequence: number, change: ParsedChange, own = false, by = 3) {
  return changeOf({ ...decodeContent(text.content), sequence: BigInt(sequence), id: id(by) }, change, own)
}

const edit = (sequence: number, to: string, by = 3) =>
  made(sequence, { kind: 'edit', target: id(1), text: to }, false, by)
const deletion = made(9, { kind: 'delete', target: id(1) })
const reaction = (sequence: number, emoji: string, own: boolean) =>
  made(sequence, { kind: 'reaction', target: id(1), emoji }, own)

const textOf = ({ content }: MessageRecord) => parseContent(decodeContent(content))
const bytesOf = (message: MessageRecord) => toHex(encode(MessageRecord, message))

describe('changes of a message', () => {
  it('the last edit by sequence holds, in whatever order they come, and the rest of the content stays', () => {
    const present = withChanges(withChanges(text, edit(7, 'heron42')), edit(5, 'egret42'))
    expect(textOf(present)).toEqual({ kind: 'text', text: 'heron42', replyTo: id(9) })
    expect(decodeContent(present.content)).toMatchObject({ id: id(1), sequence: 1n, expirySeconds: 60 })
    expect(textOf(withChanges(present, edit(7, 'tie', 2)))).toMatchObject({ text: 'heron42' })
    expect(textOf(withChanges(present, edit(7, 'tie', 4)))).toMatchObject({ text: 'tie' })
  })

  it('nothing of a former text stays in the record, and nothing at all of a deleted one', () => {
    const hex = (word: string) => toHex(new TextEncoder().encode(word))
    const edited = withChanges(text, edit(7, 'heron42'))
    expect(bytesOf(text)).toContain(hex('pelican42'))
    expect(bytesOf(edited)).not.toContain(hex('pelican42'))
    const deleted = withChanges(withChanges(edited, reaction(8, '👍', true)), deletion)
    expect(bytesOf(deleted)).not.toContain(hex('heron42'))
    expect(bytesOf(deleted)).not.toContain(hex('👍'))
    expect(decodeContent(deleted.content)).toMatchObject({ id: id(1), kind: 1, body: new Uint8Array(0) })
    expect(bytesOf(withChanges(deleted, edit(99, 'back')))).toBe(bytesOf(deleted))
  })

  it('only a text is edited; each person has one reaction', () => {
    const file = record(composeFileOffer(env, 1, offer))
    expect(withChanges(file, edit(2, 'x')).content).toEqual(file.content)
    expect(withChanges(file, edit(2, 'x')).changes?.edit).toBeUndefined()
    const both = [reaction(3, '👍', true), reaction(4, '❤️', false), reaction(5, '', true)].reduce(withChanges, file)
    expect(both.changes).toMatchObject({ ownReaction: { emoji: '' }, theirReaction: { emoji: '❤️' } })
  })

  it('come to the same in any order, any number of times, gathered before the message or applied after it', () => {
    const change = fc.oneof(
      { weight: 1, arbitrary: fc.constant(deletion) },
      { weight: 6, arbitrary: fc.tuple(fc.nat(5), fc.nat(3)).map(([n, by]) => edit(n, `text ${n} ${by}`, by)) },
      {
        weight: 6,
        arbitrary: fc.tuple(fc.nat(5), fc.boolean()).map(([n, own]) => reaction(n, n % 2 === 0 ? '👍' : '', own)),
      },
    )
    const scene = fc
      .array(change, { minLength: 1, maxLength: 8 })
      .chain((list) =>
        fc.tuple(fc.constant(list), fc.shuffledSubarray([...list, ...list], { minLength: list.length }), fc.nat(16)),
      )
    fc.assert(
      fc.property(scene, ([list, shuffled, cut]) => {
        const missing = list.filter((one) => !shuffled.includes(one))
        const order = [...shuffled, ...missing]
        const early = order.slice(0, cut).reduce(mergeChanges, undefined as never)
        const late = order.slice(cut).reduce(withChanges, withChanges(text, early))
        expect(bytesOf(late)).toBe(bytesOf(list.reduce(withChanges, text)))
      }),
      { numRuns: cases('property.bytes') },
    )
  })
})
