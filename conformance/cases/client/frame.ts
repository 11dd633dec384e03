/** Padding, blocks of records and contents in parts, of any size and form: spec/00 section 6 and spec/09. */
import { Record as WireRecord } from '@solo2/proto/tunnel'
import fc from 'fast-check'
import { pad, Refused, unpad } from '../../literal/bytes.js'
import { decodeBlock, encodeBlock, type LiteralRecord, packBlock, takePart, unpackBlock } from '../../literal/frame.js'
import { ROOM, TURN_ROOM } from '../../literal/ratchet.js'
import { Broken, ensureKept } from '../../src/case.js'
import type { Testee } from '../../src/testee/testee.js'
import { answerOf, bytesOf, ensureSame, hex } from '../vectors/judge.js'
import { type ClientCase, drawOf, draws, propertyCase } from './client.js'
import { damage, damaged, judged, judgedAlike } from './damage.js'

const features = ['frame']
const subject = 'frame'

const CASES = {
  content_part: 'content',
  file_chunk: 'fileChunk',
  receipt: 'receipt',
  file_request: 'fileRequest',
  file_proof: 'fileProof',
  file_progress: 'fileProgress',
  rendezvous_hash: 'rendezvousHash',
  rendezvous_root: 'rendezvousRoot',
  move_request: 'moveRequest',
  move_signal: 'moveSignal',
  last: 'last',
  wake_token: 'wakeToken',
  frame_ack: 'frameAck',
  build: 'build',
} as const satisfies Record<LiteralRecord['kind'], NonNullable<WireRecord['body']>['$case']>

export function wireRecord({ kind, ...value }: LiteralRecord): WireRecord {
  return { body: { $case: CASES[kind], value } } as WireRecord
}

const bytes = (minLength: number, maxLength = minLength): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength, maxLength })
const id = bytes(16)
const wide = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })
const offset = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }).map(BigInt)
const word = fc.nat(2 ** 32 - 1)
const kind = <K extends LiteralRecord['kind']>(name: K): fc.Arbitrary<K> => fc.constant(name)

const record: fc.Arbitrary<LiteralRecord> = fc.oneof(
  fc.record({
    kind: kind('content_part'),
    stream: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
    last: fc.boolean(),
    data: bytes(1, 600),
  }),
  fc.record({ kind: kind('file_chunk'), file: id, offset, data: bytes(1, 600) }),
  fc.record({ kind: kind('receipt'), contents: fc.array(id, { minLength: 1, maxLength: 64 }) }),
  fc.record({ kind: kind('file_request'), file: id, offset: fc.nat(2 ** 20).map((block) => BigInt(block) << 20n) }),
  fc.record({ kind: kind('file_proof'), file: id, block: word, path: fc.array(bytes(32), { maxLength: 40 }) }),
  fc.record({ kind: kind('file_progress'), file: id, offset }),
  fc.record({ kind: kind('rendezvous_hash'), epoch: word, hash: bytes(32) }),
  fc.record({ kind: kind('rendezvous_root'), epoch: word, root: bytes(32) }),
  fc.record({ kind: kind('move_request') }),
  fc.record({ kind: kind('move_signal'), signal: bytes(1, 4041) }),
  fc.record({ kind: kind('last'), frames: wide }),
  fc.record({ kind: kind('wake_token'), token: bytes(32) }),
  fc.record({ kind: kind('frame_ack'), frames: wide }),
  fc.record({ kind: kind('build'), hash: bytes(32) }),
)

/** Also of a length that does not fit, or with something behind: what damage to the bytes themselves seldom makes. */
const strain = fc.record({ length: fc.integer({ min: -3, max: 3 }), trailing: fc.constantFrom(0, 0, 0, 1) })

function strained(block: Uint8Array, { length, trailing }: { length: number; trailing: number }): Uint8Array {
  const padded = pad(block, ROOM)
  new DataView(padded.buffer).setUint16(0, Math.max(0, block.length + length))
  padded[ROOM - 1] = trailing
  return padded
}

interface Part {
  readonly stream: number
  readonly last: boolean
  readonly data: Uint8Array
}

/** What the transcription joins, and the code that ended it. */
function joined(parts: readonly Part[]): { contents: { stream: number; content: Uint8Array }[]; refused: string } {
  const open = new Map<number, Uint8Array>()
  const contents: { stream: number; content: Uint8Array }[] = []
  for (const part of parts) {
    try {
      const content = takePart(open, part)
      if (content) contents.push({ stream: part.stream, content })
    } catch (error) {
      if (error instanceof Refused) return { contents, refused: error.code }
      throw error
    }
  }
  return { contents, refused: '' }
}

async function ensureJoined(testee: Testee, parts: readonly Part[]): Promise<void> {
  const got = await answerOf(testee, { $case: 'reassemble', value: { parts: [...parts] } }, 'reassembled')
  const { contents, refused } = joined(parts)
  if (got.refused !== refused) throw new Broken(`the parts end with "${got.refused}", not "${refused}"`)
  ensureKept(
    got.contents.length === contents.length,
    `${got.contents.length} contents are whole, not ${contents.length}`,
  )
  contents.forEach(({ stream, content }, i) => {
    ensureKept(
      got.contents[i]?.stream === stream,
      `content ${i} is of stream ${got.contents[i]?.stream}, not ${stream}`,
    )
    ensureSame(`content ${i}`, hex(got.contents[i]?.content ?? new Uint8Array(0)), hex(content))
  })
}

const fill = (parts: number, stream: (i: number) => number, size: number): { seed: number; parts: Piece[] } => ({
  seed: 1,
  parts: Array.from({ length: parts }, (_, i) => ({ stream: stream(i), last: false, size })),
})

interface Piece {
  readonly stream: number
  readonly last: boolean
  readonly size: number
}

export const frameCases: readonly ClientCase[] = [
  propertyCase({
    subject,
    name: 'padding',
    title: 'pads bytes of any length, and takes the padding off again',
    promises: ['T9'],
    rules: ['00-13'],
    explain: 'Padding makes everything that is sealed one size. What does not fit is refused, never cut off.',
    features,
    runs: 30,
    arbitrary: fc.record({ seed: draws, length: fc.nat(4_100), size: fc.integer({ min: 2, max: 4_100 }) }),
    async holds(testee, { seed, length, size }) {
      const value = { bytes: drawOf(seed)(length), size }
      const literal = judged(() => pad(value.bytes, size))
      const outcome = await judgedAlike(testee, { $case: 'pad', value }, literal)
      if (!('value' in literal)) return
      ensureKept(outcome?.$case === 'bytes', `pad gave ${outcome?.$case}`)
      ensureSame('padded', hex(outcome.value), hex(literal.value))
      const back = await bytesOf(testee, { $case: 'unpad', value: { padded: literal.value } })
      ensureSame('unpadded', back, hex(value.bytes))
    },
  }),
  propertyCase({
    subject,
    name: 'padding-refused',
    title: 'refuses padding that was changed',
    promises: [],
    rules: ['00-13'],
    explain: 'Padding that may say anything is a channel for what nobody looks at.',
    features,
    runs: 30,
    arbitrary: fc.record({
      seed: draws,
      length: fc.nat(40),
      size: fc.nat(40),
      hows: fc.array(damage, { maxLength: 3 }),
    }),
    async holds(testee, { seed, length, size, hows }) {
      const padded = hows.reduce(damaged, pad(drawOf(seed)(length), length + 2 + size))
      const literal = judged(() => unpad(padded))
      const outcome = await judgedAlike(testee, { $case: 'unpad', value: { padded } }, literal)
      if (outcome?.$case === 'bytes' && 'value' in literal)
        ensureSame('unpadded', hex(outcome.value), hex(literal.value))
    },
  }),
  propertyCase({
    subject,
    name: 'block',
    title: 'packs records of every kind into one frame, and unpacks them again',
    promises: ['T9'],
    rules: ['09-1', '09-2', '09-4'],
    explain: 'All that a frame carries, in any order and number. What does not fit the frame is refused.',
    features,
    runs: 60,
    arbitrary: fc.record({ records: fc.array(record, { maxLength: 6 }), turn: fc.boolean() }),
    async holds(testee, { records, turn }) {
      const literal = judged(() => packBlock(records, turn ? TURN_ROOM : ROOM))
      const call = { $case: 'packBlock', value: { records: records.map(wireRecord), turn } } as const
      const outcome = await judgedAlike(testee, call, literal)
      if (!('value' in literal)) return
      ensureKept(outcome?.$case === 'bytes', `packBlock gave ${outcome?.$case}`)
      ensureSame('the block', hex(outcome.value), hex(literal.value))
      const unpack = { $case: 'unpackBlock', value: { padded: literal.value } } as const
      ensureRecords(await answerOf(testee, unpack, 'records'), records)
    },
  }),
  propertyCase({
    subject,
    name: 'block-refused',
    title: 'refuses a block that was changed, all of it, before it takes a record',
    promises: [],
    rules: ['00-1', '09-2'],
    explain: 'The one canonical encoding and the limits of each record, against bytes as an attacker would send them.',
    features,
    runs: 120,
    arbitrary: fc.record({
      records: fc.array(record, { maxLength: 4 }),
      hows: fc.array(damage, { maxLength: 3 }),
      strain,
    }),
    async holds(testee, { records, hows, strain: how }) {
      const block = hows.reduce((now, one) => damaged(now, { ...one, at: one.at % 300 }), encodeBlock(records))
      if (block.length > ROOM - 2) return
      const padded = strained(block, how)
      const literal = judged(() => unpackBlock(padded))
      const outcome = await judgedAlike(testee, { $case: 'unpackBlock', value: { padded } }, literal)
      if (!('value' in literal)) return
      ensureKept(outcome?.$case === 'records', `unpackBlock gave ${outcome?.$case}`)
      ensureRecords(outcome.value, decodeBlock(unpad(padded)))
    },
  }),
  propertyCase<{ seed: number; parts: Piece[] }>({
    subject,
    name: 'parts',
    title: 'joins the parts of contents as they come mixed, and refuses too many and too much',
    promises: [],
    rules: ['09-6', '09-7'],
    explain: 'Contents travel in pieces of several streams at once. What is kept of them is bounded.',
    features,
    runs: 30,
    arbitrary: fc.record({
      seed: draws,
      parts: fc.array(
        fc.record({
          stream: fc.integer({ min: 1, max: 5 }),
          last: fc.boolean(),
          size: fc.integer({ min: 1, max: 4_050 }),
        }),
        { maxLength: 40 },
      ),
    }),
    examples: [fill(66, (i) => i + 1, 3), fill(17, () => 1, 4_096)],
    async holds(testee, { seed, parts }) {
      const draw = drawOf(seed)
      await ensureJoined(
        testee,
        parts.map(({ size, ...part }) => ({ ...part, data: draw(size) })),
      )
    },
  }),
]

function ensureRecords(got: { records: WireRecord[] }, expected: readonly LiteralRecord[]): void {
  ensureKept(got.records.length === expected.length, `it reads ${got.records.length} records, not ${expected.length}`)
  expected.forEach((one, i) => {
    ensureSame(`record ${i}`, encoded(got.records[i]), encoded(wireRecord(one)))
  })
}

function encoded(one: WireRecord | undefined): string {
  return one === undefined ? '' : hex(WireRecord.encode(one).finish())
}
