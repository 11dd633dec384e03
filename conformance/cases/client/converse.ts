/** Texts through a tunnel that stands: written, cut, packed and sealed by one, and back to a text by the other. */
import type { ContentPart } from '@solo2/proto/tunnel'
import { join, same } from '../../literal/bytes.js'
import { decodeBody, decodeContent, encodeContent } from '../../literal/content.js'
import { encodeBlock, type LiteralRecord, packBlock, takePart, unpackBlock } from '../../literal/frame.js'
import { write } from '../../literal/protobuf.js'
import { ROOM, TURN_ROOM } from '../../literal/ratchet.js'
import { ensureKept } from '../../src/case.js'
import { answerOf, ensureSame, hex } from '../vectors/judge.js'
import { wireRecord } from './frame.js'
import { otherOf, type Story } from './meeting.js'
import { hear, type Side, say, type Talk } from './talk.js'

const TEXT = 1
const STREAM = 1
const PART_MOST = 4_050
const PART_MOST_IN_TURN = 1_732

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

async function written({ testee, draw }: Story, side: Side, text: string, sequence: number): Promise<Uint8Array> {
  const envelope = { id: draw(16), sequence, writtenAt: 1_700_000_000_000, expirySeconds: 0 }
  const literal = encodeContent({ ...envelope, kind: TEXT, body: write([[1, utf8(text)]]) })
  if (side === 'peer') return literal
  const wide = { sequence: BigInt(sequence), writtenAt: BigInt(envelope.writtenAt) }
  const body = { $case: 'text', value: { text, replyTo: new Uint8Array(0) } } as const
  const content = { envelope: { ...envelope, ...wide, kind: TEXT, body: new Uint8Array(0) }, body }
  const encoded = await answerOf(testee, { $case: 'encodeContent', value: { content } }, 'bytes')
  ensureSame('the content', hex(encoded), hex(literal))
  return encoded
}

/** Says one text at `side` and hears it at the other. */
export async function converse(story: Story, talk: Talk, side: Side, text: string, sequence: number): Promise<void> {
  const parts: ContentPart[] = []
  for (let rest = await written(story, side, text, sequence); rest.length > 0; ) {
    const turn = talk.ratchets[side].due
    const data = rest.slice(0, turn ? PART_MOST_IN_TURN : PART_MOST)
    rest = rest.slice(data.length)
    const record: LiteralRecord = { kind: 'content_part', stream: STREAM, last: rest.length === 0, data }
    await packed(story, side, record, turn)
    const { padded } = await say(talk, side, turn, encodeBlock([record]))
    await hear(talk, otherOf(side))
    parts.push(...(await unpacked(story, otherOf(side), padded)))
  }
  const heard = await joined(story, otherOf(side), parts)
  ensureKept(heard === text, `a text of ${text.length} characters comes as another at the ${otherOf(side)}`)
}

async function packed({ testee }: Story, side: Side, record: LiteralRecord, turn: boolean): Promise<void> {
  if (side === 'peer') return
  const value = { records: [wireRecord(record)], turn }
  const got = await answerOf(testee, { $case: 'packBlock', value }, 'bytes')
  ensureKept(same(got, packBlock([record], turn ? TURN_ROOM : ROOM)), 'its block is another')
}

async function unpacked({ testee }: Story, side: Side, padded: Uint8Array): Promise<ContentPart[]> {
  if (side === 'peer') return unpackBlock(padded).flatMap((one) => (one.kind === 'content_part' ? [one] : []))
  const { records } = await answerOf(testee, { $case: 'unpackBlock', value: { padded } }, 'records')
  return records.flatMap(({ body }) => (body?.$case === 'content' ? [body.value] : []))
}

async function joined({ testee }: Story, side: Side, parts: readonly ContentPart[]): Promise<string | undefined> {
  if (side === 'peer') {
    const open = new Map<number, Uint8Array>()
    const content = decodeContent(join(...parts.map((part) => takePart(open, part) ?? new Uint8Array(0))))
    const body = decodeBody(content.kind, content.body)
    return body?.kind === 'text' ? String(body.fields['text']) : undefined
  }
  const { contents } = await answerOf(testee, { $case: 'reassemble', value: { parts: [...parts] } }, 'reassembled')
  const [whole] = contents
  if (whole === undefined) return undefined
  const got = await answerOf(testee, { $case: 'decodeContent', value: { content: whole.content } }, 'content')
  return got.body?.$case === 'text' ? got.body.value.text : undefined
}
