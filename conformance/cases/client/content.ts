/** Contents of every kind, of any size, and what was changed of them: spec/10 sections 2 and 3. */
import type { ContentFields } from '@solo2/proto/conformance'
import {
  type Content,
  Delete,
  Edit,
  FileCancel,
  FileOffer,
  FileRefusal,
  Place,
  Reaction,
  Read,
  Text,
  Timer,
} from '@solo2/proto/content'
import fc from 'fast-check'
import { decodeBody, decodeContent, encodeContent } from '../../literal/content.js'
import { ensureKept } from '../../src/case.js'
import type { Testee } from '../../src/testee/testee.js'
import { bytesOf, ensureSame, hex } from '../vectors/judge.js'
import { type ClientCase, propertyCase } from './client.js'
import { damage, damaged, judged, judgedAlike } from './damage.js'

const features = ['content']
const subject = 'content'

type Body = NonNullable<ContentFields['body']>

interface Codec {
  encode(message: never): { finish(): Uint8Array }
}

const KINDS: Readonly<Record<Body['$case'], readonly [kind: number, codec: Codec]>> = {
  text: [1, Text],
  fileOffer: [2, FileOffer],
  fileRefusal: [3, FileRefusal],
  fileCancel: [4, FileCancel],
  edit: [5, Edit],
  delete: [6, Delete],
  reaction: [7, Reaction],
  timer: [8, Timer],
  place: [9, Place],
  read: [10, Read],
}

function encodedBody(body: Body): Uint8Array {
  const [, codec] = KINDS[body.$case]
  return codec.encode(body.value as never).finish()
}

const NONE = new Uint8Array(0)
const SAFE = Number.MAX_SAFE_INTEGER
const bytes = (length: number): fc.Arbitrary<Uint8Array> => fc.uint8Array({ minLength: length, maxLength: length })
const id = bytes(16)
const whole = (min: number, max: number): fc.Arbitrary<bigint> => fc.integer({ min, max }).map(BigInt)
const expiry = fc.oneof(fc.constant(0), fc.integer({ min: 5, max: 2_419_200 }))

/** Short ones of all scripts, and long ones to the limit of 65,536 bytes. */
const text = fc.oneof(
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }),
  fc.integer({ min: 1, max: 16_384 }).map((length) => '👋'.repeat(length)),
)
const name = fc.string({ unit: 'grapheme-ascii', minLength: 1, maxLength: 60 })

const media: fc.Arbitrary<FileOffer['media']> = fc.oneof(
  fc.constant(undefined),
  fc.integer({ min: 1, max: 86_400_000 }).map((durationMs) => ({ $case: 'voice' as const, value: { durationMs } })),
  fc
    .tuple(fc.integer({ min: 1, max: 64 }), fc.integer({ min: 1, max: 64 }))
    .chain(([width, height]) => bytes(2 * width * height).map((pixels) => ({ width, height, pixels })))
    .map((value) => ({ $case: 'picture' as const, value })),
)

const kind = <K extends Body['$case']>(
  $case: K,
  value: fc.Arbitrary<Extract<Body, { readonly $case: K }>['value']>,
): fc.Arbitrary<Body> => value.map((one) => ({ $case, value: one }) as Body)

const body: fc.Arbitrary<Body> = fc.oneof(
  kind('text', fc.record({ text, replyTo: fc.oneof(fc.constant(NONE), id) })),
  kind('fileOffer', fc.record({ file: id, name, size: whole(0, SAFE), root: bytes(32), media })),
  kind('fileRefusal', fc.record({ file: id })),
  kind('fileCancel', fc.record({ file: id })),
  kind('edit', fc.record({ target: id, text })),
  kind('delete', fc.record({ target: id })),
  kind('reaction', fc.record({ target: id, emoji: fc.constantFrom('', '👍', '❤️', '👩🏽‍❤️‍💋‍👨🏿') })),
  kind('timer', fc.record({ seconds: expiry, revision: fc.integer({ min: 1, max: 2 ** 32 - 1 }) })),
  kind(
    'place',
    fc.record({
      latitude: fc.integer({ min: -900_000_000, max: 900_000_000 }),
      longitude: fc.integer({ min: -1_800_000_000, max: 1_800_000_000 }),
      accuracy: fc.nat(20_000_000),
      takenAt: whole(0, SAFE),
    }),
  ),
  kind('read', fc.record({ sequence: whole(1, SAFE) })),
)

interface Written {
  readonly id: Uint8Array
  readonly sequence: number
  readonly writtenAt: number
  readonly expirySeconds: number
  readonly body: Body
}

const written: fc.Arbitrary<Written> = fc.record({
  id,
  sequence: fc.integer({ min: 1, max: SAFE }),
  writtenAt: fc.integer({ min: 0, max: SAFE }),
  expirySeconds: expiry,
  body,
})

function literalOf({ body: one, ...envelope }: Written): Uint8Array {
  return encodeContent({ ...envelope, kind: KINDS[one.$case][0], body: encodedBody(one) })
}

function envelopeOf({ id: one, sequence, writtenAt, expirySeconds, body: { $case } }: Written): Content {
  const wide = { sequence: BigInt(sequence), writtenAt: BigInt(writtenAt) }
  return { id: one, ...wide, kind: KINDS[$case][0], expirySeconds, body: NONE }
}

/** The testee takes and understands what the transcription does, and nothing else. */
async function ensureDecoded(testee: Testee, content: Uint8Array): Promise<void> {
  const literal = judged(() => {
    const envelope = decodeContent(content)
    return { envelope, body: decodeBody(envelope.kind, envelope.body) }
  })
  const outcome = await judgedAlike(testee, { $case: 'decodeContent', value: { content } }, literal)
  if (!('value' in literal)) return
  ensureKept(outcome?.$case === 'content', `decodeContent gave ${outcome?.$case}`)
  const { envelope, body: understood } = outcome.value
  ensureKept(envelope !== undefined, 'a content came back without its envelope')
  const again = { ...envelope, sequence: Number(envelope.sequence), writtenAt: Number(envelope.writtenAt) }
  ensureSame('the envelope', hex(encodeContent(again)), hex(content))
  const [got, expected] = [understood?.$case ?? 'unknown', literal.value.body?.kind ?? 'unknown']
  ensureKept(got === expected, `it takes the content for ${got}, it is ${expected}`)
  if (understood !== undefined) ensureSame('the body', hex(encodedBody(understood)), hex(envelope.body))
}

/** Its last byte changed, the body is a number beyond 2^53, in eight bytes that are canonical: a limit, not an encoding. */
const BEYOND_SAFE = {
  one: {
    id: new Uint8Array(16).fill(1),
    sequence: 1,
    writtenAt: 0,
    expirySeconds: 0,
    body: { $case: 'read', value: { sequence: 6_257_431_545_417_610n } } as const,
  },
  hows: [{ how: 'byte', at: 32, value: 0x20 } as const],
}

export const contentCases: readonly ClientCase[] = [
  propertyCase({
    subject,
    name: 'round-trip',
    title: 'writes and reads contents of every kind',
    promises: [],
    rules: ['00-1', '10-2'],
    explain: 'What people send each other, as bytes, both ways. A difference loses a message or ends the tunnel.',
    features,
    runs: 80,
    arbitrary: written,
    async holds(testee, one) {
      const content = literalOf(one)
      const value = { content: { envelope: envelopeOf(one), body: one.body } }
      ensureSame('encoded', await bytesOf(testee, { $case: 'encodeContent', value }), hex(content))
      await ensureDecoded(testee, content)
    },
  }),
  propertyCase({
    subject,
    name: 'refused',
    title: 'refuses contents that were changed, and keeps those that it does not know',
    promises: [],
    rules: ['00-1', '10-2', '10-4', '10-5'],
    explain:
      'Bytes as an attacker or a later version would send them: taken, kept unknown or refused as spec/10 section 2 says.',
    features,
    runs: 150,
    arbitrary: fc.record({ one: written, hows: fc.array(damage, { minLength: 1, maxLength: 3 }) }),
    examples: [BEYOND_SAFE],
    async holds(testee, { one, hows }) {
      // Most of a content is text, in which damage tells little: the first bytes have the structure.
      const change = (now: Uint8Array, how: (typeof hows)[number]): Uint8Array =>
        damaged(now, { ...how, at: how.at % 120 })
      await ensureDecoded(testee, hows.reduce(change, literalOf(one)))
    },
  }),
]
